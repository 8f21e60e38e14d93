//! Closed sets of words in messages: an enum of each, with the text of every member.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// The word used in messages.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// Reads that word.
            pub fn parse(text: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|word| word.as_str() == text)
            }

            const ALL: &[$name] = &[$($name::$variant),*];

            #[allow(dead_code, reason = "not every word is read from a body")]
            pub(crate) fn read(fields: &mut $crate::json::Fields<'_>, name: &str) -> $name {
                let word = $name::parse(fields.text(name));
                fields.require(word, $name::ALL[0])
            }
        }
    };
}
pub(crate) use words;

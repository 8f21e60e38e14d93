//! The kind of a listener: the event's name.

macro_rules! gen_listener_kinds {
    ($($kind:ident)*) => {
        /// The name of an event, behind `on`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub struct ListenerKind(&'static str);

        #[allow(non_upper_case_globals, missing_docs)]
        impl ListenerKind {
            $(pub const $kind: ListenerKind = ListenerKind(stringify!($kind).split_at(2).1);)*

            pub fn type_name(self) -> &'static str {
                self.0
            }
        }

        impl AsRef<str> for ListenerKind {
            fn as_ref(&self) -> &str {
                self.0
            }
        }
    };
}

//! What the server itself says to shoppers: a file for each language, which the compiler holds complete.
//! Not here: what the widget says (`src/i18n/` of the workspace, in the same languages), and names of goods (the merchant's).

mod ar;
mod de;
mod en;
mod ja;
mod words;
mod zh_hans;

pub(crate) use words::{AskWords, MessageWords, OccasionWords, Words};

/// Every language, English first.
pub(crate) const LOCALES: [&Words; 5] = [&en::WORDS, &ar::WORDS, &de::WORDS, &ja::WORDS, &zh_hans::WORDS];

/// The texts of the language that somebody reads; English where it is none of these.
pub(crate) fn spoken(locale: &str) -> &'static Words {
    let language = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let of = |words: &&&Words| language(words.lang) == language(locale);
    LOCALES.iter().find(of).copied().unwrap_or(LOCALES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_left_in_english_and_each_language_is_there_once() {
        let [english, others @ ..] = LOCALES;
        for (at, words) in others.iter().enumerate() {
            assert_ne!(words.checkout_not_shown, english.checkout_not_shown, "{}", words.lang);
            assert_ne!(words.messages.why, english.messages.why, "{}", words.lang);
            assert!(["ltr", "rtl"].contains(&words.dir), "{}", words.lang);
            assert!(!LOCALES[..=at].iter().any(|before| before.lang == words.lang), "{}", words.lang);
        }
    }
}

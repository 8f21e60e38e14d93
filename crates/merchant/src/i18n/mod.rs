//! What the server itself says to shoppers: a file for each language, which the compiler holds complete.
//! Not here: what the widget says (`src/i18n/` of the workspace, in the same languages), and names of goods (the merchant's).

mod ar;
mod de;
mod en;
mod ja;
mod words;
mod zh_hans;

pub(crate) use words::{AskWords, Words};

/// Every language, English first.
pub(crate) const LOCALES: [&Words; 5] = [&en::WORDS, &ar::WORDS, &de::WORDS, &ja::WORDS, &zh_hans::WORDS];

/// The language that a browser asks for (`Accept-Language`), as its order says and whatever its weights do; English where there is none of
/// them. Chinese in traditional characters is another language.
pub(crate) fn of_browser(accepted: &str) -> &'static Words {
    let tags = accepted.split(',').filter_map(|part| part.split(';').next()).map(|tag| tag.trim().to_lowercase());
    let other = ["zh-hant", "zh-tw", "zh-hk", "zh-mo"];
    let read = tags.filter(|tag| !other.iter().any(|other| tag.starts_with(other))).find_map(|tag| {
        let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
        LOCALES.into_iter().find(|words| language(words.lang) == language(&tag))
    });
    read.unwrap_or(LOCALES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_spoken_to_in_its_language() {
        for (accepted, lang) in [
            ("", "en"),
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("fr, zh-CN", "zh-Hans"),
            ("zh-TW, ja", "ja"),
            ("zh-Hant-HK", "en"),
            ("AR", "ar"),
            ("*", "en"),
        ] {
            assert_eq!(of_browser(accepted).lang, lang, "{accepted}");
        }
    }

    #[test]
    fn no_text_is_left_in_english_and_each_language_is_there_once() {
        let [english, others @ ..] = LOCALES;
        for (at, words) in others.iter().enumerate() {
            assert_ne!(words.checkout_not_shown, english.checkout_not_shown, "{}", words.lang);
            assert!(["ltr", "rtl"].contains(&words.dir), "{}", words.lang);
            assert!(!LOCALES[..=at].iter().any(|before| before.lang == words.lang), "{}", words.lang);
        }
    }
}

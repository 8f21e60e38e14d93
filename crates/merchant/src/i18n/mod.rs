//! What the server itself says to shoppers: a file for each language, which the compiler holds complete.
//! Not here: what the widget says (`src/i18n/` of the workspace, in the same languages), and names of goods (the merchant's).

mod ar;
mod de;
mod en;
mod ja;
mod pages;
mod words;
mod zh_hans;

pub(crate) use pages::{PageWords, country_name};
pub(crate) use words::{AskWords, MessageWords, OccasionWords, Words};

use crate::language_tag::is_for;

/// Every language, English first.
pub(crate) const LOCALES: [&Words; 5] = [&en::WORDS, &ar::WORDS, &de::WORDS, &ja::WORDS, &zh_hans::WORDS];

/// The texts of the language that somebody reads; English where it is none of these.
pub(crate) fn spoken(locale: &str) -> &'static Words {
    known(&locale.replace('_', "-")).unwrap_or(LOCALES[0])
}

/// The language that a browser asks for most (`Accept-Language`, RFC 9110 §12.5.4); English where there is none of them.
pub(crate) fn of_browser(accepted: &str) -> &'static Words {
    let weighed = accepted.split(',').filter_map(|range| {
        let mut parts = range.split(';');
        let tag = parts.next()?.trim();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
        Some((tag, weight.map_or(Some(1.0), |weight| weight.parse::<f32>().ok())?))
    });
    let mut tags: Vec<(&str, f32)> = weighed.filter(|(_, weight)| *weight > 0.0).collect();
    tags.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    tags.into_iter().find_map(|(tag, _)| known(tag)).unwrap_or(LOCALES[0])
}

fn known(tag: &str) -> Option<&'static Words> {
    LOCALES.into_iter().find(|words| is_for(words.lang, tag))
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
            ("en;q=0.5, ja", "ja"),
            ("de;q=0", "en"),
            (";;,=", "en"),
        ] {
            assert_eq!(of_browser(accepted).lang, lang, "{accepted}");
        }
    }

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

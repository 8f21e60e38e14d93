//! A text in the shopper's language. Not here: which texts there are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::language_tag::{is_for, language};
use crate::shown::{MAX_NAME, judge_text};

/// A text in one language for all, or one per BCP 47 tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// The same for everybody.
    One(String),
    /// By language tag.
    Many(BTreeMap<String, String>),
}

impl Text {
    /// Judges it as what shoppers are shown, in every language.
    ///
    /// # Errors
    /// Says what is wrong, and in which language.
    pub(crate) fn judge(&self) -> Result<(), String> {
        match self {
            Text::One(text) => judge_text(text, MAX_NAME),
            Text::Many(many) if many.is_empty() => Err("has no language".to_owned()),
            Text::Many(many) => many.iter().try_for_each(|(tag, text)| {
                if !is_tag(tag) {
                    let proper = Some(tag.replace('_', "-")).filter(|proper| is_tag(proper));
                    let way_on = proper.map_or_else(|| "write one such as en or zh-Hans".to_owned(), |proper| format!("write {proper}"));
                    return Err(format!("{tag:?} is no language tag; {way_on}"));
                }
                judge_text(text, MAX_NAME).map_err(|fault| format!("{tag}: {fault}"))
            }),
        }
    }

    /// The text for a language, of the nearest language that is there.
    pub fn get(&self, locale: &str) -> &str {
        match self {
            Text::One(text) => text,
            Text::Many(many) => nearest(many.iter().map(|(tag, text)| (tag.as_str(), text.as_str())), locale).unwrap_or_default(),
        }
    }
}

/// What is known for a language, of all that is known by tag: for the same tag, then ever shorter ones, then the first of that language in the
/// same script, then English, then any. What is in the other script of Chinese is none in that language.
pub(super) fn nearest<'a, T>(known: impl Iterator<Item = (&'a str, T)> + Clone, locale: &str) -> Option<T> {
    let locale = locale.replace('_', "-");
    let is_readable = |tag: &str| is_for(tag, &locale);
    let first = |fits: &dyn Fn(&str) -> bool| known.clone().find(|(tag, _)| fits(tag)).map(|(_, found)| found);
    let mut tag = locale.as_str();
    loop {
        if let Some(found) = first(&|known| known.eq_ignore_ascii_case(tag) && is_readable(known)) {
            return Some(found);
        }
        match tag.rsplit_once('-') {
            Some((shorter, _)) => tag = shorter,
            None => break,
        }
    }
    first(&is_readable).or_else(|| first(&|known| known == "en")).or_else(|| first(&|_| true))
}

/// Whether a key is a language tag as BCP 47 writes it, as far as its form tells.
fn is_tag(tag: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let language = language(tag);
    (2..=8).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic()) && tag.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pairs: &[(&str, &str)]) -> Text {
        Text::Many(pairs.iter().map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn a_shopper_gets_the_nearest_text_of_the_language_and_never_the_other_script() {
        let name = text(&[("en", "Tea"), ("zh-Hans", "茶叶"), ("pt-BR", "Chá")]);
        for simplified in ["zh", "zh_CN", "zh-CN", "ZH-hans", "zh-Hans-SG", "zh_Hans_CN", "zh-SG"] {
            assert_eq!(name.get(simplified), "茶叶", "{simplified}");
        }
        for other in ["zh-TW", "zh_HK", "zh-Hant", "zh-Hant-CN", "zh-MO", "fr", "", "x"] {
            assert_eq!(name.get(other), "Tea", "{other}");
        }
        assert_eq!((name.get("pt"), name.get("pt_PT"), name.get("en-GB")), ("Chá", "Chá", "Tea"));
        let both = text(&[("en", "Tea"), ("zh-CN", "茶叶"), ("zh-TW", "茶葉")]);
        assert_eq!((both.get("zh-Hant-HK"), both.get("zh_HK"), both.get("zh-Hans"), both.get("zh")), ("茶葉", "茶葉", "茶叶", "茶叶"));
        // Who names the language alone means all that read it.
        let plain = text(&[("en", "Tea"), ("zh", "茶")]);
        assert!(["zh", "zh-TW", "zh-CN", "zh-Hant-HK"].into_iter().all(|locale| plain.get(locale) == "茶"));
        assert_eq!(text(&[("de", "Tee")]).get("fr"), "Tee");
    }

    #[test]
    fn a_key_that_is_no_language_tag_is_told() {
        for tag in ["en", "zh-Hans", "pt-BR", "es-419", "zh-Hant-HK", "sl-rozaj-biske"] {
            assert_eq!(text(&[(tag, "x")]).judge(), Ok(()), "{tag}");
        }
        for tag in ["", "zh_CN", "e", "en-", "-en", "en us", "x1", "english-language-", "深"] {
            assert!(text(&[(tag, "x")]).judge().unwrap_err().contains("no language tag"), "{tag}");
        }
        assert!(text(&[("zh_CN", "x")]).judge().unwrap_err().contains("write zh-CN"));
    }
}

//! A text in the shopper's language. Not here: which texts there are.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::shown::{MAX_NAME, judge_text};

/// A text in one language for all, or one per BCP 47 tag.
#[derive(Clone, Debug, Deserialize)]
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
            Text::Many(many) => {
                many.iter().try_for_each(|(tag, text)| judge_text(text, MAX_NAME).map_err(|fault| format!("{tag}: {fault}")))
            }
        }
    }

    /// The text for a language: exact tag, then ever shorter ones, then English, then any.
    pub fn get(&self, locale: &str) -> &str {
        let many = match self {
            Text::One(text) => return text,
            Text::Many(many) => many,
        };
        let mut tag = locale;
        loop {
            let near = many.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag)).or_else(|| {
                // A bare language finds its first regional form: `zh` finds `zh-Hans`.
                many.iter().find(|(known, _)| known.split('-').next().is_some_and(|language| language.eq_ignore_ascii_case(tag)))
            });
            match (near, tag.rsplit_once('-')) {
                (Some((_, text)), _) => return text,
                (None, Some((shorter, _))) => tag = shorter,
                (None, None) => break,
            }
        }
        many.get("en").or_else(|| many.values().next()).map_or("", String::as_str)
    }
}

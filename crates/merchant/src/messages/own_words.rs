//! The merchant's own words for messages: a file for each language, `de.toml`, with a table for each message that is said otherwise.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::occasion::Occasion;
use super::places::{found, places};
use crate::config::one_line;
use crate::i18n::LOCALES;
use crate::shown::{judge_characters, judge_text};

/// The longest subject, and the longest text, characters.
const SUBJECT: usize = 150;
const BODY: usize = 4_000;

/// What the merchant says instead of our words, by language and occasion.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnWords(BTreeMap<(String, Occasion), OwnTexts>);

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct OwnTexts {
    pub(crate) subject: String,
    pub(crate) greeting: String,
    pub(crate) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    paid: Option<Written>,
    shipped: Option<Written>,
    ready_for_pickup: Option<Written>,
    given: Option<Written>,
    refunded: Option<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    subject: Spanned<String>,
    greeting: Spanned<String>,
    body: Spanned<String>,
}

impl OwnWords {
    /// Reads a folder.
    ///
    /// # Errors
    /// One line that names the file, and the line in it.
    pub(crate) fn read(folder: &Path) -> Result<OwnWords, String> {
        let told = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut files: Vec<_> =
            std::fs::read_dir(folder).map_err(told)?.map(|entry| Ok(entry.map_err(told)?.path())).collect::<Result<_, String>>()?;
        files.retain(|file| file.extension().is_some_and(|end| end == "toml"));
        files.sort();
        let mut words = OwnWords::default();
        for file in files {
            let lang = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
            if !LOCALES.iter().any(|words| words.lang == lang) {
                let all = LOCALES.map(|words| format!("{}.toml", words.lang)).join(", ");
                return Err(format!("{}: messages are written in {all}", file.display()));
            }
            let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            words.add(&lang, &text).map_err(|fault| format!("{}: {fault}", file.display()))?;
        }
        Ok(words)
    }

    /// What is said of that in that language, if the merchant says it.
    pub(crate) fn get(&self, lang: &str, occasion: Occasion) -> Option<&OwnTexts> {
        self.0.get(&(lang.to_owned(), occasion))
    }

    fn add(&mut self, lang: &str, text: &str) -> Result<(), String> {
        let File { paid, shipped, ready_for_pickup, given, refunded } = toml::from_str(text).map_err(|error| one_line(&error, text))?;
        let written = [
            (Occasion::Paid, paid),
            (Occasion::Shipped, shipped),
            (Occasion::ReadyForPickup, ready_for_pickup),
            (Occasion::Given, given),
            (Occasion::Refunded, refunded),
        ];
        for (occasion, written) in written {
            if let Some(written) = written {
                self.0.insert((lang.to_owned(), occasion), written.judged(occasion, text)?);
            }
        }
        Ok(())
    }
}

impl Written {
    fn judged(self, occasion: Occasion, file: &str) -> Result<OwnTexts, String> {
        let Written { subject, greeting, body } = self;
        let known = places(occasion);
        for (name, text, places) in
            [("subject", &subject, known), ("greeting", &greeting, &["name", "shop", "number"]), ("body", &body, known)]
        {
            let line = file.get(..text.span().start).unwrap_or_default().matches('\n').count() + 1;
            let fault = |fault: String| format!("line {line}: {}.{name}: {fault}", occasion.as_str());
            let judged = match name {
                "body" => judge_body(text.as_ref()),
                _ => judge_text(text.as_ref(), SUBJECT),
            };
            judged.map_err(fault)?;
            let found = found(text.as_ref()).map_err(|reason| fault(reason.to_owned()))?;
            if let Some(unknown) = found.iter().find(|place| !places.contains(place)) {
                let all = places.iter().map(|place| format!("{{{place}}}")).collect::<Vec<_>>().join(", ");
                return Err(fault(format!("{{{unknown}}} is no place here; there are {all}")));
            }
        }
        let own = |text: Spanned<String>| text.into_inner().trim().to_owned();
        Ok(OwnTexts { subject: own(subject), greeting: own(greeting), body: own(body) })
    }
}

/// A text of several lines.
fn judge_body(text: &str) -> Result<(), String> {
    if text.trim().is_empty() || text.chars().count() > BODY {
        return Err(format!("1 to {BODY} characters"));
    }
    text.lines().try_for_each(judge_characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Result<(), String> {
        OwnWords::default().add("en", text)
    }

    const GOOD: &str =
        "[paid]\nsubject = \"{shop}: {number}\"\ngreeting = \"Dear {name},\"\nbody = \"\"\"\nThanks.\n\nWe got {total}.\n\"\"\"\n";

    #[test]
    fn a_file_says_what_the_merchant_wants_and_a_fault_is_told_by_its_line() {
        let mut words = OwnWords::default();
        words.add("en", GOOD).unwrap();
        assert_eq!(words.get("en", Occasion::Paid).unwrap().body, "Thanks.\n\nWe got {total}.");
        assert!(words.get("en", Occasion::Shipped).is_none() && words.get("de", Occasion::Paid).is_none());
        for (from, to, told) in [
            ("{shop}", "{shopp}", "line 2: paid.subject: {shopp} is no place here; there are {shop}, {number}, {total}"),
            ("{total}", "{tracking}", "line 4: paid.body: {tracking} is no place here"),
            ("{total}", "{total", "line 4: paid.body: has { without } behind it"),
            ("Dear", "Dear\\r\\nBcc: x", "line 3: paid.greeting: holds U+000D"),
            ("greeting", "salutation", "line 3 (salutation = \"Dear {name},\"): unknown field `salutation`"),
            ("subject = \"{shop}: {number}\"\n", "", "missing field `subject`"),
            ("[paid]", "[payed]", "line 1 ([payed]): unknown field `payed`"),
        ] {
            let fault = judged(&GOOD.replace(from, to)).unwrap_err();
            assert!(fault.contains(told) && fault.starts_with("line "), "{fault}");
        }
    }
}

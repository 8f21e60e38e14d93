//! The texts that travel beside the wasm: a file for each locale but English, and the advice for developers.
//! Not here: the texts. The widget's own list and rules are compiled in; the widget as a library would bring Yew along.

use std::fs;

use anyhow::{Context as _, Result, anyhow, ensure};
use protocol::Code;
use serde_json::{Map, Value};

use crate::workspace::{self, Workspace};

macro_rules! texts {
    ($($(#[$about:meta])* $name:ident: $text:literal,)*) => {
        /// Names and texts, in the order of a locale's file.
        pub const TEXTS: &[(&str, &str)] = &[$((stringify!($name), $text)),*];
    };
}

#[path = "../../../../src/i18n/en.rs"]
mod en;
#[path = "../../../../src/i18n/translation.rs"]
mod translation;

/// Where translations are; English is a list beside them.
const FOLDER: &str = "src/i18n";
/// Codes that are the widget's own, not of the signing profile, and what to do about them.
const OWN_ADVICE: &str = "src/advice.json";

/// The file of one locale.
pub struct Locale {
    /// BCP 47 tag.
    pub name: String,
    /// A text a line.
    pub lines: String,
}

/// Every translation, by name.
///
/// # Errors
/// When one is not complete; the message names the text.
pub fn locales(workspace: &Workspace) -> Result<Vec<Locale>> {
    let folder = workspace.root.join(FOLDER);
    let mut locales = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let lines = lines(&name, &workspace::read(&path)?).with_context(|| format!("{FOLDER}/{name}.json"))?;
            locales.push(Locale { name, lines });
        }
    }
    locales.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(locales)
}

fn lines(name: &str, translation: &str) -> Result<String> {
    let lines = translation::lines(en::TEXTS, translation).map_err(|fault| anyhow!(fault))?;
    ensure!(lines.split('\n').next() == Some(name), "lang is not the name of the file");
    Ok(lines)
}

/// A sentence for each code that a page can be told, as JSON: the signing profile's and the widget's own.
pub fn advice(workspace: &Workspace) -> Result<Vec<u8>> {
    advice_with(&workspace::read(&workspace.root.join(OWN_ADVICE))?).context(OWN_ADVICE)
}

fn advice_with(own: &str) -> Result<Vec<u8>> {
    let mut all: Map<String, Value> = serde_json::from_str(own)?;
    for code in Code::ALL {
        let other = all.insert(code.as_str().to_owned(), code.advice().into());
        ensure!(other.is_none(), "{} is a code of the signing profile", code.as_str());
    }
    Ok(serde_json::to_vec(&all)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_locale_of_the_widget_is_complete_and_named_as_its_file() {
        let workspace = Workspace::find().unwrap();
        let locales = locales(&workspace).unwrap();
        assert!(locales.iter().any(|locale| locale.name == "zh-Hans" && locale.lines.starts_with("zh-Hans\nltr\n关闭\n")));
    }

    #[test]
    fn an_incomplete_locale_or_one_under_another_name_is_rejected() {
        let texts: Map<String, Value> = en::TEXTS.iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect();
        let written = |texts: &Map<String, Value>| serde_json::to_string(texts).unwrap();
        assert_eq!(lines("de", &written(&texts)).unwrap_err().to_string(), "lang is not the name of the file");
        let mut fewer = texts.clone();
        fewer.remove("paid");
        assert_eq!(lines("en", &written(&fewer)).unwrap_err().to_string(), "paid is missing");
    }

    #[test]
    fn advice_holds_the_profiles_codes_and_the_widgets_own_once() {
        let advice: Map<String, Value> = serde_json::from_slice(&advice_with(r#"{"config-sku": "A SKU."}"#).unwrap()).unwrap();
        assert_eq!(advice.len(), Code::ALL.len() + 1);
        assert_eq!(advice["pin-missing"], Code::PinMissing.advice());
        assert!(advice_with(r#"{"pin-missing": "Again."}"#).is_err());
    }
}

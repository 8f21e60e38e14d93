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

macro_rules! loader {
    ($($(#[$about:meta])* $name:ident: $text:literal,)*) => {
        /// Names and texts that the loader says before there is a widget.
        pub const LOADER: &[(&str, &str)] = &[$((stringify!($name), $text)),*];
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

/// What the loader says, in the order in which it takes its words: its own, and two of the widget's.
const OF_THE_LOADER: [&str; 7] = ["loading", "not_loaded", "not_run", "not_here", "try_again", "close", "plain_page"];

/// One locale.
pub struct Locale {
    /// BCP 47 tag.
    pub name: String,
    /// Its file: a text a line.
    pub lines: String,
    /// What the loader says, which has no time to fetch it.
    pub of_the_loader: Vec<String>,
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
            locales.push(locale(&name, &workspace::read(&path)?).with_context(|| format!("{FOLDER}/{name}.json"))?);
        }
    }
    locales.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(locales)
}

fn locale(name: &str, translation: &str) -> Result<Locale> {
    let english = [en::TEXTS, en::LOADER].concat();
    let texts = translation::texts(&english, translation).map_err(|fault| anyhow!(fault))?;
    ensure!(texts.first().is_some_and(|lang| lang == name), "lang is not the name of the file");
    let named = |wanted: &&str| english.iter().zip(&texts).find(|((name, _), _)| name == wanted).map(|(_, text)| text.clone());
    Ok(Locale {
        name: name.to_owned(),
        lines: texts.iter().take(en::TEXTS.len()).map(|text| format!("{text}\n")).collect(),
        of_the_loader: OF_THE_LOADER.iter().filter_map(named).collect(),
    })
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
    use std::process::Command;

    use super::*;
    use crate::command;

    fn all() -> Vec<Locale> {
        locales(&Workspace::find().unwrap()).unwrap()
    }

    #[test]
    fn every_locale_of_the_widget_is_complete_and_named_as_its_file() {
        let all = all();
        let chinese = all.iter().find(|locale| locale.name == "zh-Hans").unwrap();
        assert!(chinese.lines.starts_with("zh-Hans\nltr\n关闭\n"), "{}", chinese.lines);
        assert_eq!(chinese.of_the_loader[4..], ["重试", "关闭", "使用简易页面继续"]);
        assert!(
            all.iter().all(|locale| locale.lines.lines().count() == en::TEXTS.len() && locale.of_the_loader.len() == OF_THE_LOADER.len())
        );
    }

    #[test]
    fn the_loader_says_in_english_what_translations_translate() {
        let script = workspace::read(&Workspace::find().unwrap().root.join("www/loader/waiting.js")).unwrap();
        let english = [en::TEXTS, en::LOADER].concat();
        let said = OF_THE_LOADER.map(|wanted| english.iter().find(|(name, _)| *name == wanted).unwrap().1);
        let lines: String = said.iter().map(|text| format!("  {text:?},\n")).collect();
        assert!(script.contains(&format!("const ENGLISH = [\n{lines}];")), "{lines}");
    }

    /// Node's `Intl` is that of a browser: which plurals a language has, and whether it is read from the right.
    #[test]
    fn plurals_have_the_forms_of_their_language_and_texts_its_direction() {
        for Locale { name, lines, .. } in all() {
            let ask = "const tag = process.argv[1], { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
                const locale = new Intl.Locale(tag), { direction } = locale.getTextInfo?.() ?? locale.textInfo;
                console.log([direction, ...pluralCategories.sort()].join(' '))";
            let told = command::output(Command::new("node").args(["-e", ask, &name])).unwrap();
            let (direction, categories) = told.trim().split_once(' ').unwrap();
            assert_eq!(lines.lines().nth(1), Some(direction), "{name}");
            for line in lines.lines().filter(|line| line.contains('\t')) {
                let of = |form: &str| categories.split(' ').find(|category| form.starts_with(category)).map(str::to_owned);
                let mut forms: Vec<_> = line.split('\t').skip(1).map(|form| of(form).unwrap()).collect();
                forms.push("other".to_owned());
                forms.sort_unstable();
                assert_eq!(forms.join(" "), categories, "{name}: {line}");
            }
        }
    }

    #[test]
    fn an_incomplete_locale_or_one_under_another_name_is_rejected() {
        let texts: Map<String, Value> =
            [en::TEXTS, en::LOADER].concat().iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect();
        let told = |name: &str, texts: &Map<String, Value>| locale(name, &serde_json::to_string(texts).unwrap()).err().unwrap().to_string();
        assert_eq!(told("de", &texts), "lang is not the name of the file");
        for name in ["paid", "loading"] {
            let mut fewer = texts.clone();
            fewer.remove(name);
            assert_eq!(told("en", &fewer), format!("{name} is missing"));
        }
    }

    #[test]
    fn advice_holds_the_profiles_codes_and_the_widgets_own_once() {
        let advice: Map<String, Value> = serde_json::from_slice(&advice_with(r#"{"config-sku": "A SKU."}"#).unwrap()).unwrap();
        assert_eq!(advice.len(), Code::ALL.len() + 1);
        assert_eq!(advice["pin-missing"], Code::PinMissing.advice());
        assert!(advice_with(r#"{"pin-missing": "Again."}"#).is_err());
    }
}

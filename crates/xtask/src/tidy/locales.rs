//! A locale is two files: the widget's words and the server's. Whoever adds one without the other, or names it nowhere, hears of it here.

use std::collections::BTreeSet;

use anyhow::Result;

use super::violation::Violation;
use crate::workspace::{self, Workspace};

const WIDGET: &str = "src/i18n";
const SERVER: &str = "crates/merchant/src/i18n";
/// Files of the server's folder that are no language: the list, and what a language has to say.
const COMMON: [&str; 2] = ["mod", "words"];

/// Compares the two folders, and each with the list in its `mod.rs`.
pub fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let list = |folder: &str| workspace::read(&workspace.root.join(folder).join("mod.rs"));
    Ok(compare(&workspace.files()?, &list(WIDGET)?, &list(SERVER)?))
}

/// English is the widget's own list, `en.rs`, to which translations are complete.
fn compare(files: &[String], widget: &str, server: &str) -> Vec<Violation> {
    let translated = named(files, WIDGET, ".json");
    let mut spoken = named(files, SERVER, ".rs");
    spoken.retain(|name| !COMMON.contains(&name.as_str()));
    // A module's name has no hyphens and no capitals.
    let module = |tag: &str| tag.to_ascii_lowercase().replace('-', "_");
    let modules: BTreeSet<String> = translated.iter().map(|tag| module(tag)).chain(["en".to_owned()]).collect();
    let alone = translated.iter().filter(|tag| !spoken.contains(&module(tag)));
    let alone = alone.map(|tag| (format!("{WIDGET}/{tag}.json"), format!("the server's half is missing: {SERVER}/{}.rs", module(tag))));
    let half = spoken.iter().filter(|name| !modules.contains(*name));
    let half = half.map(|name| (format!("{SERVER}/{name}.rs"), format!("the widget's half is missing in {WIDGET}")));
    let unlisted = translated.iter().filter(|tag| !widget.contains(&format!("(\"{tag}\", include_str!(\"{tag}.json\"))")));
    let unlisted = unlisted.map(|tag| (format!("{WIDGET}/mod.rs"), format!("{tag} is not in the list of translations")));
    let unspoken = spoken.iter().filter(|name| !server.contains(&format!("&{name}::WORDS")));
    let unspoken = unspoken.map(|name| (format!("{SERVER}/mod.rs"), format!("{name} is not in the list of languages")));
    let all = alone.chain(half).chain(unlisted).chain(unspoken);
    all.map(|(path, rule)| Violation { path, line: 1, rule }).collect()
}

fn named(files: &[String], folder: &str, ending: &str) -> BTreeSet<String> {
    let inside = files.iter().filter_map(|file| file.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(ending));
    inside.filter(|name| !name.contains('/')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 6] = [
        "src/i18n/mod.rs",
        "src/i18n/en.rs",
        "src/i18n/zh-Hans.json",
        "crates/merchant/src/i18n/mod.rs",
        "crates/merchant/src/i18n/en.rs",
        "crates/merchant/src/i18n/zh_hans.rs",
    ];
    const LIST: &str = r#"("zh-Hans", include_str!("zh-Hans.json")),"#;
    const LANGUAGES: &str = "[&en::WORDS, &zh_hans::WORDS]";

    fn told(more: &[&str], list: &str, languages: &str) -> Vec<String> {
        let files: Vec<String> = FILES.iter().chain(more).map(|file| (*file).to_owned()).collect();
        compare(&files, list, languages).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_locale_with_both_files_that_both_lists_name_passes() {
        assert_eq!(told(&[], LIST, LANGUAGES), [""; 0]);
    }

    #[test]
    fn a_half_locale_is_told_and_one_that_no_list_names() {
        let widgets = told(&["src/i18n/de.json"], &format!("{LIST} (\"de\", include_str!(\"de.json\"))"), LANGUAGES);
        assert_eq!(widgets, ["src/i18n/de.json:1: the server's half is missing: crates/merchant/src/i18n/de.rs"]);
        let servers = told(&["crates/merchant/src/i18n/de.rs"], LIST, "[&en::WORDS, &zh_hans::WORDS, &de::WORDS]");
        assert_eq!(servers, ["crates/merchant/src/i18n/de.rs:1: the widget's half is missing in src/i18n"]);
        let neither = told(&[], "", "[&en::WORDS]");
        assert_eq!(neither.len(), 2, "{neither:?}");
        assert!(neither[0].starts_with("src/i18n/mod.rs:1: ") && neither[1].starts_with("crates/merchant/src/i18n/mod.rs:1: "));
    }
}

//! What countries are called: a table of Unicode's CLDR (© Unicode, Inc., Unicode License v3), `countries.tsv`, which `cargo xtask countries`
//! makes.

/// A country a line: its code, then its names in the languages of `LANGUAGES`.
const TABLE: &str = include_str!("countries.tsv");
/// The languages of the columns.
const LANGUAGES: [&str; 5] = ["en", "ar", "de", "ja", "zh-Hans"];

/// The name of a country in one of our languages, by its code; the code itself where it has none.
pub(crate) fn country_name<'a>(lang: &str, code: &'a str) -> &'a str {
    let column = LANGUAGES.iter().position(|known| *known == lang).unwrap_or_default();
    let row = TABLE.lines().find_map(|row| row.strip_prefix(code)?.strip_prefix('\t'));
    row.and_then(|names| names.split('\t').nth(column)).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::LOCALES;

    #[test]
    fn every_country_that_an_address_can_be_in_has_a_name_in_every_language() {
        for words in LOCALES {
            assert!(LANGUAGES.contains(&words.lang), "{}", words.lang);
        }
        for row in include_str!("../../catalog/asks/forms.tsv").lines() {
            let code = row.split('\t').next().unwrap();
            for lang in LANGUAGES {
                let name = country_name(lang, code);
                assert!(!name.is_empty() && name != code, "{code} {lang}");
            }
        }
        assert_eq!((country_name("de", "CH"), country_name("fr", "CH"), country_name("en", "XX")), ("Schweiz", "Switzerland", "XX"));
    }
}

//! How each country writes an address: which parts, in which order, what they are called and how the post's code looks. The facts are a
//! table, `forms.tsv`, which `cargo xtask countries` makes of a package that others keep.

use protocol::{Ask, Choice};

use super::super::country::is_country_code;
use crate::i18n::AskWords;

/// A country a line: its code, the order of its parts, that in Latin letters if it is another one, the parts that are required, what city,
/// district, region and the post's code are called, a pattern for the last, what is dialled before a telephone number from abroad and from
/// within, and the regions (`key=name=name in Latin letters`).
const TABLE: &str = include_str!("forms.tsv");

/// How it is where nothing is known: lines, then the city.
const USUAL: Form<'static> = Form {
    order: "AC",
    latin_order: "",
    required: "AC",
    kinds: ["city", "suburb", "province", "postal"],
    pattern: "",
    dialling: "",
    regions: "",
};

/// The most characters of a line, or of the name of a place.
const LONGEST_LINE: i64 = 100;
/// The most characters of a code.
const LONGEST_CODE: i64 = 20;

struct Form<'a> {
    /// By a letter each: `A` lines, `C` city, `D` district, `S` region, `Z` the post's code, `X` sorting code.
    order: &'a str,
    latin_order: &'a str,
    required: &'a str,
    /// What city, district, region and the post's code are called there.
    kinds: [&'a str; 4],
    pattern: &'a str,
    dialling: &'a str,
    regions: &'a str,
}

/// The parts of an address in a country, for who reads that language. The region is left out where it is asked with the price.
pub(super) fn form(country: &str, locale: &str, words: &AskWords, has_region: bool) -> Vec<Ask> {
    let form = of(country).unwrap_or(USUAL);
    let is_local = reads(locale, country);
    let order = if is_local || form.latin_order.is_empty() { form.order } else { form.latin_order };
    let [city, district, region, code] = form.kinds.map(|kind| word(words, kind));
    let mut parts = Vec::new();
    for letter in order.chars().filter(|letter| *letter != 'S' || !has_region) {
        let required = form.required.contains(letter);
        let (kind, label, max) = match letter {
            'A' => ("line1", words.line1, LONGEST_LINE),
            'C' => ("city", city, LONGEST_LINE),
            'D' => ("district", district, LONGEST_LINE),
            'S' => ("region", region, LONGEST_LINE),
            'Z' => ("postal_code", code, LONGEST_CODE),
            _ => ("sorting_code", words.sorting_code, LONGEST_CODE),
        };
        let options = if letter == 'S' { choices(form.regions, is_local) } else { Vec::new() };
        let pattern = (letter == 'Z' && !form.pattern.is_empty()).then(|| form.pattern.to_owned());
        // What is chosen or has a pattern is as long as that allows.
        let max = (options.is_empty() && pattern.is_none()).then_some(max);
        let part = |kind: &str, label: &str, required| Ask {
            name: kind.to_owned(),
            kind: kind.to_owned(),
            required,
            label: label.to_owned(),
            ..Ask::default()
        };
        parts.push(Ask { options, pattern, max, ..part(kind, label, required) });
        if letter == 'A' {
            parts.push(Ask { max: Some(LONGEST_LINE), ..part("line2", words.line2, false) });
        }
    }
    parts
}

/// The regions of a country and what they are called there, for who reads that language.
pub(crate) fn regions(country: &str, locale: &str, words: &AskWords) -> (Vec<Choice>, String) {
    let form = of(country).unwrap_or(USUAL);
    (choices(form.regions, reads(locale, country)), word(words, form.kinds[2]).to_owned())
}

/// Whether a country has a region of that name.
pub(crate) fn has_region(country: &str, region: &str) -> bool {
    of(country).is_some_and(|form| choices(form.regions, true).iter().any(|choice| choice.value == region))
}

/// A telephone number as it is dialled from abroad, `+` and digits: what is written from within a country gets its calling code. `None` where
/// nobody knows which that is.
pub(super) fn international(phone: &str, country: Option<&str>) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if phone.trim_start().starts_with('+') {
        return Some(format!("+{digits}"));
    }
    if let Some(digits) = digits.strip_prefix("00") {
        return Some(format!("+{digits}"));
    }
    let dialling = of(country?)?.dialling;
    let (code, trunk) = dialling.split_once(' ').unwrap_or((dialling, ""));
    let national = digits.strip_prefix(trunk).unwrap_or(&digits);
    (!code.is_empty()).then(|| format!("+{code}{national}"))
}

/// Judges the code of a country that the shop wrote: one of ISO 3166-1 alpha-2, or of the three that post goes to beside (`AC`, `TA`, `XK`).
///
/// # Errors
/// Says how it has to be.
pub(crate) fn judge_country(code: &str) -> Result<(), String> {
    let is_known = is_country_code(code) && of(code).is_some();
    if is_known { Ok(()) } else { Err(format!("{code:?} is no country of ISO 3166-1: two capital letters, such as \"DE\" or \"GB\"")) }
}

fn of(country: &str) -> Option<Form<'static>> {
    let line = TABLE.lines().find_map(|line| line.strip_prefix(country)?.strip_prefix('\t'))?;
    let columns: Vec<&str> = line.split('\t').collect();
    let [order, latin_order, required, city, district, region, code, pattern, dialling, regions] = *columns.as_slice() else { return None };
    Some(Form { order, latin_order, required, kinds: [city, district, region, code], pattern, dialling, regions })
}

/// The value is what stands on an envelope.
fn choices(regions: &str, is_local: bool) -> Vec<Choice> {
    let choice = |region: &str| {
        let mut names = region.split('=');
        let value = names.next().unwrap_or_default();
        let local = names.next().unwrap_or(value);
        let latin = names.next().unwrap_or(local);
        Choice { value: value.to_owned(), label: if is_local { local } else { latin }.to_owned() }
    };
    regions.split('|').filter(|region| !region.is_empty()).map(choice).collect()
}

/// Whether who reads a language reads the names of places in a country as they are written there, where that is not in Latin letters.
fn reads(locale: &str, country: &str) -> bool {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    match country {
        "CN" | "TW" | "HK" | "MO" | "JP" => ["zh", "ja"].contains(&language),
        "KR" | "KP" => language == "ko",
        "AE" | "EG" => language == "ar",
        "IR" => language == "fa",
        "TH" => language == "th",
        "AM" => language == "hy",
        "RU" => language == "ru",
        "UA" => language == "uk",
        _ => true,
    }
}

/// What a part is called, by the word of the table.
fn word(words: &AskWords, kind: &str) -> &'static str {
    match kind {
        "area" => words.area,
        "county" => words.county,
        "department" => words.department,
        "district" => words.district,
        "do_si" => words.do_si,
        "eircode" => words.eircode,
        "emirate" => words.emirate,
        "island" => words.island,
        "neighborhood" => words.neighborhood,
        "oblast" => words.oblast,
        "parish" => words.parish,
        "pin" => words.pin,
        "post_town" => words.post_town,
        "postal" => words.postal,
        "prefecture" => words.prefecture,
        "province" => words.province,
        "state" => words.state,
        "suburb" => words.suburb,
        "townland" => words.townland,
        "village_township" => words.village_township,
        "zip" => words.zip,
        _ => words.city,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fitting::{fits, whole};
    use super::*;
    use crate::i18n::LOCALES;

    fn told(country: &str, locale: &str) -> Vec<Ask> {
        form(country, locale, &LOCALES[0].asks, false)
    }

    fn kinds(parts: &[Ask]) -> String {
        parts.iter().map(|part| format!("{}{} ", part.kind, if part.required { "!" } else { "" })).collect()
    }

    #[test]
    fn an_address_has_the_parts_of_its_country_in_its_order() {
        assert_eq!(kinds(&told("DE", "de")), "line1! line2 postal_code! city! ");
        assert_eq!(kinds(&told("US", "en")), "line1! line2 city! region! postal_code! ");
        assert_eq!(kinds(&told("JP", "ja")), "postal_code! region! line1! line2 ");
        assert_eq!(kinds(&told("JP", "en")), "line1! line2 region! postal_code! ");
        assert_eq!(kinds(&told("XX", "en")), "line1! line2 city! ");
        assert_eq!(kinds(&form("US", "en", &LOCALES[0].asks, true)), "line1! line2 city! postal_code! ");
        let labels: Vec<String> = ["US", "IN", "IE", "GB", "FR"]
            .map(|country| told(country, "en").into_iter().map(|part| part.label).collect::<Vec<_>>().join("/"))
            .into();
        assert!(labels[0].contains("State/ZIP code") && labels[1].contains("PIN code") && labels[2].contains("Eircode"), "{labels:?}");
        assert!(labels[3].contains("Post town") && labels[4].contains("Postal code"), "{labels:?}");
    }

    #[test]
    fn regions_are_named_as_who_reads_them_reads() {
        let first = |country, locale| regions(country, locale, &LOCALES[0].asks).0.remove(0);
        assert_eq!(first("US", "en"), Choice { value: "AL".to_owned(), label: "Alabama".to_owned() });
        assert_eq!(first("JP", "de"), Choice { value: "北海道".to_owned(), label: "Hokkaido".to_owned() });
        assert_eq!(first("JP", "zh-Hans"), Choice::plain("北海道"));
        assert!(has_region("US", "CA") && !has_region("US", "California") && !has_region("DE", "BY") && !has_region("XX", ""));
    }

    #[test]
    fn every_line_of_the_table_is_a_form_and_its_pattern_is_one_for_browsers_too() {
        assert!(TABLE.lines().count() > 250);
        for line in TABLE.lines() {
            let country = line.get(..2).unwrap();
            let form = of(country).unwrap();
            assert!(form.order.contains('A') && form.required.chars().all(|part| form.order.contains(part)), "{line}");
            assert!(form.kinds.iter().all(|kind| *kind == "city" || word(&LOCALES[0].asks, kind) != LOCALES[0].asks.city), "{line}");
            assert!(whole(form.pattern).is_ok(), "{line}");
            // Of escapes and groups only what both read alike; no set in a set, as Rust has them.
            let is_common = |at: usize, c: char| match c {
                '\\' => form.pattern[at + 1..].starts_with('-'),
                '?' => !form.pattern[..at].ends_with('(') || form.pattern[at + 1..].starts_with(':'),
                '[' => !form.pattern[..at].rfind(['[', ']']).is_some_and(|before| form.pattern[before..].starts_with('[')),
                _ => c.is_ascii_alphanumeric() || " -]{},|():".contains(c),
            };
            assert!(form.pattern.char_indices().all(|(at, c)| is_common(at, c)), "{line}");
            assert!(!["&&", "--", "~~"].iter().any(|operator| form.pattern.contains(operator)), "{line}");
            for words in LOCALES {
                let parts = super::form(country, words.lang, &words.asks, false);
                assert!(parts.iter().all(|part| !part.label.is_empty() && part.options.len() != 1), "{line}");
            }
        }
    }

    #[test]
    fn a_number_is_dialled_from_abroad_with_the_code_of_its_country() {
        for (phone, country, dialled) in [
            ("+86 138 0000 0000", None, Some("+8613800000000")),
            ("0049 30 123456", Some("FR"), Some("+4930123456")),
            ("(030) 12 34 56", Some("DE"), Some("+4930123456")),
            ("06 1234 5678", Some("IT"), Some("+390612345678")),
            ("138 0000 0000", Some("CN"), Some("+8613800000000")),
            ("8 912 345-67-89", Some("RU"), Some("+79123456789")),
            ("030 123456", None, None),
            ("030 123456", Some("XX"), None),
        ] {
            assert_eq!(international(phone, country).as_deref(), dialled, "{phone}");
        }
    }

    #[test]
    fn codes_of_the_post_fit_in_capitals_and_in_small_letters() {
        let fits =
            |country, code: &str| told(country, "en").iter().any(|part| part.pattern.as_deref().is_some_and(|pattern| fits(pattern, code)));
        for (country, code) in [
            ("GB", "SW1A 1AA"),
            ("GB", "sw1a1aa"),
            ("US", "95014"),
            ("US", "95014-0001"),
            ("JP", "100-0001"),
            ("BH", "317"),
            ("CA", "h3z 2y7"),
            ("NL", "1234 AB"),
        ] {
            assert!(fits(country, code), "{country} {code}");
        }
        for (country, code) in [("GB", "SW1A 1AAA"), ("US", "9501"), ("US", "x95014"), ("BH", "3170"), ("DE", "１２３４５")] {
            assert!(!fits(country, code), "{country} {code}");
        }
    }
}

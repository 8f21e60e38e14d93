//! From a translation, a JSON object of names and texts, to the texts as widget and loader take them, in the order of English.
//! Here a missing text is found, plurals become one text, and what is put into a right-to-left text is kept apart from it.
//! Not in the wasm: `cargo xtask dist` includes this file, and so do tests and the gallery.

use std::collections::BTreeSet;

use protocol::json::{self, Value};

/// What CLDR calls the forms of a language's plurals; every language has the last.
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
/// Forms for a number so small that a text may say it in words.
const IN_WORDS: [&str; 3] = ["zero", "one", "two"];

/// Checks a translation of these names and texts, and puts it in their order.
///
/// # Errors
/// A sentence that names the first text at fault: one that is missing, is not of the widget, has a line break, or has other places
/// than English.
pub fn texts(english: &[(&str, &str)], translation: &str) -> Result<Vec<String>, String> {
    let texts = json::parse(translation.as_bytes()).map_err(|code| format!("not a translation: {}", code.as_str()))?;
    let Value::Object(members) = &texts else { return Err("not a translation: no object".to_owned()) };
    if let Some((name, _)) = members.iter().find(|(name, _)| english.iter().all(|(known, _)| known != name)) {
        return Err(format!("{name} is not a text of the widget"));
    }
    let is_rtl = texts.text("dir") == Ok("rtl");
    let of = |(name, english): &(&str, &str)| {
        let text = in_all_forms(name, english, texts.get(name))?;
        Ok(if is_rtl { isolated(&text) } else { text })
    };
    english.iter().map(of).collect()
}

/// A text as it is or, of one with forms, the last and behind it each other one: a tab, its category, its words.
fn in_all_forms(name: &str, english: &str, translated: Option<&Value>) -> Result<String, String> {
    let forms = match translated {
        Some(Value::Object(forms)) if english.contains("{count}") => forms,
        Some(Value::Text(text)) => return checked(name, english, text),
        _ => return Err(format!("{name} is missing")),
    };
    if let Some((form, _)) = forms.iter().find(|(form, _)| !CATEGORIES.contains(&form.as_str())) {
        return Err(format!("{name} has the form {form:?}, and plurals have {CATEGORIES:?}"));
    }
    let mut text = String::new();
    for category in CATEGORIES.iter().rev() {
        let Some((_, form)) = forms.iter().find(|(form, _)| form == category) else { continue };
        let form = form.as_text().unwrap_or_default();
        let english = if IN_WORDS.contains(category) && !form.contains('{') { "" } else { english };
        let form = checked(name, english, form)?;
        text = if text.is_empty() { form } else { format!("{text}\t{category}{form}") };
    }
    if forms.iter().any(|(form, _)| form == "other") { Ok(text) } else { Err(format!("{name} has no form \"other\"")) }
}

fn checked(name: &str, english: &str, text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err(format!("{name} is missing"));
    }
    if text.contains(['\n', '\t']) {
        return Err(format!("{name} has a line break"));
    }
    let (wanted, found) = (places(english), places(text));
    if wanted == found { Ok(text.to_owned()) } else { Err(format!("{name} has the places {found:?}, and English has {wanted:?}")) }
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// Each place between Unicode's isolates, so that a name or an amount never pulls the words around it out of their order: amounts are
/// written from left to right, a name as it begins. A number alone needs none.
fn isolated(text: &str) -> String {
    let (amount, first_strong, end) = ("\u{2066}", "\u{2068}", "\u{2069}");
    places(text).into_iter().filter(|name| *name != "count").fold(text.to_owned(), |text, name| {
        let begin = if name == "amount" { amount } else { first_strong };
        text.replace(&format!("{{{name}}}"), &format!("{begin}{{{name}}}{end}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &[(&str, &str)] = &[("lang", "en"), ("pay", "Pay {amount}")];
    const COUNTED: &[(&str, &str)] = &[("left", "{count} left")];

    #[test]
    fn a_translation_comes_in_the_order_of_english() {
        assert_eq!(texts(ENGLISH, r#"{"pay": "支付 {amount}", "lang": "zh-Hans"}"#).unwrap(), ["zh-Hans", "支付 {amount}"]);
    }

    #[test]
    fn a_text_at_fault_is_named() {
        let fault = |translation| texts(ENGLISH, translation).unwrap_err();
        assert_eq!(fault(r#"{"lang": "de"}"#), "pay is missing");
        assert_eq!(fault(r#"{"lang": "de", "pay": ""}"#), "pay is missing");
        assert_eq!(fault(r#"{"lang": "de", "pay": "Bitte\n{amount}"}"#), "pay has a line break");
        assert_eq!(fault(r#"{"lang": "de", "pay": "{amount}", "paid": ""}"#), "paid is not a text of the widget");
        assert_eq!(fault(r#"{"lang": "de", "pay": "{total}"}"#), r#"pay has the places {"total"}, and English has {"amount"}"#);
        assert_eq!(fault(r#"{"lang": "de", "pay": "Zahlen"}"#), r#"pay has the places {}, and English has {"amount"}"#);
        assert_eq!(fault(r#"{"lang": "de", "pay": {"other": "{amount}"}}"#), "pay is missing");
        assert_eq!(fault(r#"{"lang": "de", "lang": "de"}"#), "not a translation: body-duplicate-key");
    }

    #[test]
    fn the_forms_of_a_plural_become_one_text_and_small_numbers_may_be_words() {
        let read = |forms: &str| texts(COUNTED, &format!(r#"{{"left": {forms}}}"#));
        assert_eq!(read(r#"{"one": "einer", "other": "noch {count}"}"#).unwrap(), ["noch {count}\toneeiner"]);
        assert_eq!(read(r#"{"one": "einer"}"#).unwrap_err(), r#"left has no form "other""#);
        assert_eq!(read(r#"{"other": "viele"}"#).unwrap_err(), r#"left has the places {}, and English has {"count"}"#);
        assert!(read(r#"{"1": "einer", "other": "noch {count}"}"#).unwrap_err().starts_with(r#"left has the form "1""#));
    }

    #[test]
    fn what_is_put_into_a_right_to_left_text_is_isolated() {
        let english: &[(&str, &str)] = &[("dir", "ltr"), ("to", "{amount} to {merchant}, {count}")];
        let texts = texts(english, r#"{"dir": "rtl", "to": "{amount} إلى {merchant}، {count}"}"#).unwrap();
        assert_eq!(texts[1], "\u{2066}{amount}\u{2069} إلى \u{2068}{merchant}\u{2069}، {count}");
    }
}

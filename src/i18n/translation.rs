//! From a translation, a JSON object of names and texts, to the file that widgets read: a text a line, in the order of English.
//! Here a missing text is found. Not in the wasm: `cargo xtask dist` includes this file, and so do tests and the gallery.

use std::collections::BTreeSet;

use protocol::json::{self, Value};

/// Checks a translation of these names and texts, and puts it in their order.
///
/// # Errors
/// A sentence that names the first text at fault: one that is missing, is not of the widget, has a line break, or has other places
/// than English.
pub fn lines(english: &[(&str, &str)], translation: &str) -> Result<String, String> {
    let texts = json::parse(translation.as_bytes()).map_err(|code| format!("not a translation: {}", code.as_str()))?;
    let Value::Object(members) = &texts else { return Err("not a translation: no object".to_owned()) };
    if let Some((name, _)) = members.iter().find(|(name, _)| english.iter().all(|(known, _)| known != name)) {
        return Err(format!("{name} is not a text of the widget"));
    }
    english.iter().map(|(name, text)| line(name, text, texts.text(name).unwrap_or_default())).collect()
}

fn line(name: &str, english: &str, text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err(format!("{name} is missing"));
    }
    if text.contains('\n') {
        return Err(format!("{name} has a line break"));
    }
    let (wanted, found) = (places(english), places(text));
    if wanted == found { Ok(format!("{text}\n")) } else { Err(format!("{name} has the places {found:?}, and English has {wanted:?}")) }
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &[(&str, &str)] = &[("lang", "en"), ("pay", "Pay {amount}")];

    #[test]
    fn a_translation_becomes_lines_in_the_order_of_english() {
        assert_eq!(lines(ENGLISH, r#"{"pay": "支付 {amount}", "lang": "zh-Hans"}"#).unwrap(), "zh-Hans\n支付 {amount}\n");
    }

    #[test]
    fn a_text_at_fault_is_named() {
        let fault = |translation| lines(ENGLISH, translation).unwrap_err();
        assert_eq!(fault(r#"{"lang": "de"}"#), "pay is missing");
        assert_eq!(fault(r#"{"lang": "de", "pay": ""}"#), "pay is missing");
        assert_eq!(fault(r#"{"lang": "de", "pay": "Bitte\n{amount}"}"#), "pay has a line break");
        assert_eq!(fault(r#"{"lang": "de", "pay": "{amount}", "paid": ""}"#), "paid is not a text of the widget");
        assert_eq!(fault(r#"{"lang": "de", "pay": "{total}"}"#), r#"pay has the places {"total"}, and English has {"amount"}"#);
        assert_eq!(fault(r#"{"lang": "de", "pay": "Zahlen"}"#), r#"pay has the places {}, and English has {"amount"}"#);
        assert_eq!(fault(r#"{"lang": "de", "lang": "de"}"#), "not a translation: body-duplicate-key");
    }
}

//! Codes of countries, by their form. Which there are `asks/forms.rs` knows.

/// Whether a text has the form of a country's code, ISO 3166-1 alpha-2.
pub(crate) fn is_country_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase())
}

//! Codes of countries.

/// Judges the code of a country, ISO 3166-1 alpha-2.
///
/// # Errors
/// Says how it has to be.
pub(crate) fn judge_country(code: &str) -> Result<(), String> {
    let fits = code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase());
    if fits { Ok(()) } else { Err(format!("{code:?} is no country: two capital letters of ISO 3166-1, such as \"DE\"")) }
}

//! Whether an answer matches the pattern of its question, as a whole and in one language of patterns with browsers.

use regex::Regex;

/// Whether the whole text matches. What is no pattern is matched by nothing.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    whole(pattern).is_ok_and(|whole| whole.is_match(text))
}

/// The pattern for a whole text.
///
/// # Errors
/// What is no pattern.
pub(super) fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

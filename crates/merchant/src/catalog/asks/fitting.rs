//! Whether an answer matches the pattern of its question, as a whole and in one language of patterns with browsers.

use regex::Regex;

/// The longest pattern of a shop's own, bytes.
const LONGEST: usize = 1000;

/// Whether the whole text matches. What is no pattern is matched by nothing.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    whole(pattern).is_ok_and(|whole| whole.is_match(text))
}

/// Whether it is a pattern, and not too long to be sent to every shopper.
pub(crate) fn is_pattern(pattern: &str) -> bool {
    pattern.len() <= LONGEST && whole(pattern).is_ok()
}

/// The pattern for a whole text.
///
/// # Errors
/// What is no pattern.
pub(super) fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

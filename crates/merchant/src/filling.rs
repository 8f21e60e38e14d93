//! What is put into the places of a text, such as `{shop}`.

use crate::i18n::Words;

/// The text with its places filled, each once: what is put in is not looked through again.
pub(crate) fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        match behind.split_once('}').and_then(|(place, behind)| Some((value(place)?, behind))) {
            Some((value, behind)) => {
                out.push_str(&value);
                rest = behind;
            }
            None => {
                out.push('{');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

impl Words {
    /// A value that keeps its own order within a text of this language (Unicode's isolates), where that runs from right to left.
    pub(crate) fn isolated(&self, value: &str) -> String {
        if self.dir == "rtl" { format!("\u{2068}{value}\u{2069}") } else { value.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::of_browser;

    #[test]
    fn places_are_filled_once() {
        let value = |place: &str| match place {
            "a" => Some("{b}".to_owned()),
            "b" => Some("x".to_owned()),
            _ => None,
        };
        assert_eq!(filled("{a} {b} {c} {", value), "{b} x {c} {");
    }

    #[test]
    fn values_keep_their_order_where_it_is_another() {
        assert_eq!(of_browser("ar").isolated("9.00 CNY"), "\u{2068}9.00 CNY\u{2069}");
        assert_eq!(of_browser("de").isolated("9.00 CNY"), "9.00 CNY");
    }
}

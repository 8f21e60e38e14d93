//! How somebody is spoken to, by the one thing in a message that a shopper typed.

use crate::shown::one_line;

/// The longest name that is spoken, characters.
const LONGEST: usize = 80;

/// The name as it is spoken; `None` where it is none: whoever orders in another's name could have the shop send them a link, or a sentence.
pub(super) fn spoken_name(typed: &str) -> Option<String> {
    let name = one_line(typed, LONGEST);
    let is_whole = !name.is_empty() && !name.ends_with('…');
    let is_plain =
        !name.contains(['/', '@', ':', '<', '>', '&', '{', '}', '\\', '"', '!', '?', '=', '#', '%', '*', '|', '_', '$', '€', '¥']);
    let has_figures = name.chars().any(|character| character.is_ascii_digit());
    (is_whole && is_plain && !has_figures && !names_a_host(&name)).then_some(name)
}

/// Whether a program that shows it may make a link of it: `evil.example`, `www.x`. Not `J.R.R. Tolkien`.
fn names_a_host(name: &str) -> bool {
    let is_label = |part: &str| part.chars().count() > 1;
    name.split_whitespace().any(|word| {
        let mut labels = word.split('.');
        labels.next().is_some_and(is_label) && labels.any(is_label)
    })
}

#[cfg(test)]
mod tests {
    use super::spoken_name;

    #[test]
    fn a_person_is_spoken_to_and_nothing_else_is_said_for_a_stranger() {
        for name in ["Lin", "林小茶", "J.R.R. Tolkien", "Dr. Anna Müller-Lüdenscheidt", "O'Neill, Pat", "محمد عبد الله"] {
            assert_eq!(spoken_name(name).as_deref(), Some(name));
        }
        assert_eq!(spoken_name(" Lin\u{202E} Wu ").as_deref(), Some("Lin Wu"));
        for name in [
            "",
            "\r\n",
            "Lin\r\nBcc: x@y.example",
            "<script>",
            "see evil.example now",
            "www.evil.example",
            "https://evil.example",
            "You won 1000!",
            &"x".repeat(1000),
        ] {
            assert_eq!(spoken_name(name), None, "{name}");
        }
    }
}

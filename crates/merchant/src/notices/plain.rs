//! Words of others between ours: whatever they hold, they come out as plain text, mention nobody and lead nowhere.

use crate::shown::one_line;

/// The longest that is told of a name.
const LONGEST: usize = 80;

/// What means something to a robot, and what looks like it and means nothing. WeCom and DingTalk know no way to write such a character as
/// itself, and Slack knows one for three of them alone.
const SIGNS: [(char, char); 20] = [
    ('*', '＊'),
    ('_', '＿'),
    ('~', '～'),
    ('`', '｀'),
    ('#', '＃'),
    ('@', '＠'),
    ('!', '！'),
    ('[', '［'),
    (']', '］'),
    ('(', '（'),
    (')', '）'),
    ('<', '＜'),
    ('>', '＞'),
    ('|', '｜'),
    ('\\', '＼'),
    ('&', '＆'),
    ('/', '／'),
    ('+', '＋'),
    ('{', '｛'),
    ('}', '｝'),
];

/// A name for a robot.
pub(super) fn for_robots(text: &str) -> String {
    let exchanged = |sign: char| SIGNS.iter().find(|(known, _)| *known == sign).map_or(sign, |(_, other)| *other);
    one_line(text, LONGEST).chars().map(exchanged).collect()
}

/// A name for a letter.
pub(super) fn for_letters(text: &str) -> String {
    one_line(text, LONGEST)
}

/// A text as a page has it.
pub(super) fn for_pages(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::for_robots;

    #[test]
    fn no_name_is_mark_up_to_a_robot() {
        let name = "**x** [a](https://b.example) <!here> @all <@U1> `c` #d ~e~ _f_ <font color=\"warning\">\n> g &amp; h\u{202e}";
        let told = for_robots(name);
        assert!(told.chars().all(|sign| !"*[]()<>@!`#~_|&\\/\n\u{202e}".contains(sign)), "{told}");
        assert!(told.starts_with("＊＊x＊＊ ［a］（https:／／b.example） ＜！here＞ ＠all"), "{told}");
        assert_eq!(for_robots("Tea 250 g, 茶"), "Tea 250 g, 茶");
    }
}

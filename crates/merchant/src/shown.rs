//! What shoppers are shown, judged alike wherever it comes from: the catalog, the shop's own server, the admin API, the configuration.
//! Not here: what fits a provider's messages (that is `gateway::text`).

/// The longest name of a thing or label of a charge, characters.
pub(crate) const MAX_NAME: usize = 200;
/// The longest address of a picture.
const MAX_PICTURE: usize = 2048;

/// Judges a name, label or sentence of at most so many characters.
///
/// # Errors
/// Says what is wrong with it and how to mend that.
pub fn judge_text(text: &str, most: usize) -> Result<(), String> {
    if text.trim().is_empty() || text.chars().count() > most {
        return Err(format!("1 to {most} characters"));
    }
    if text.chars().all(is_unseen) {
        return Err("holds nothing that can be seen; write what people shall read".to_owned());
    }
    judge_characters(text)
}

/// Judges what a door is called: by that people find it in lists, and marks of a door that could not ask are told under it.
///
/// # Errors
/// As [`judge_text`].
pub fn judge_door(name: &str) -> Result<(), String> {
    judge_text(name, 64)
}

/// Judges the characters of a text that may be empty.
///
/// # Errors
/// As [`judge_text`].
pub(crate) fn judge_characters(text: &str) -> Result<(), String> {
    match text.chars().find(|character| is_treacherous(*character)) {
        Some(found) => Err(format!("holds U+{:04X}, which breaks lines or turns text around; take it out", u32::from(found))),
        None => Ok(()),
    }
}

/// A text of whoever wrote it as one line of at most so many characters, with nothing in it that breaks lines or turns text around.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|character| if is_treacherous(character) { ' ' } else { character }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let begin: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", begin.trim_end())
}

/// Whether nothing is drawn in its place: white space, fillers, what joins or marks others, and shapes of these (Unicode,
/// `Default_Ignorable_Code_Point` and blanks).
fn is_unseen(character: char) -> bool {
    let fills = matches!(character, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}');
    let marks = matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}');
    let joins = matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let shapes = matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    character.is_whitespace() || character.is_control() || fills || marks || joins || shapes
}

/// Whether it makes what is shown another text than what is written: controls and ends of lines, and what turns the direction of others.
/// Joiners, marks of direction and the tags of flags are parts of honest names.
fn is_treacherous(character: char) -> bool {
    let turns = matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(character, '\u{2028}' | '\u{2029}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}');
    character.is_control() || turns || breaks
}

/// The address of a picture as shoppers' browsers get it. One that begins with a slash is the backend's own.
///
/// # Errors
/// Says how it has to be.
pub(crate) fn picture(image: &str, public_url: &str) -> Result<String, String> {
    judge_picture(image)?;
    Ok(if image.starts_with('/') { format!("{public_url}{image}") } else { image.to_owned() })
}

/// Judges a rate: percent, as a decimal number of at most three digits before and behind the point.
///
/// # Errors
/// Says how it has to be.
pub(crate) fn judge_rate(text: &str) -> Result<(), String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(whole) && is_number(fraction) { Ok(()) } else { Err("rate: percent, such as \"8.1\"".to_owned()) }
}

/// Judges the address of a picture: absolute, or a path of the backend's.
///
/// # Errors
/// Says how it has to be.
pub(crate) fn judge_picture(image: &str) -> Result<(), String> {
    let is_path = image.starts_with('/') && !image.starts_with("//");
    let host = ["https://", "http://"].into_iter().find_map(|scheme| image.strip_prefix(scheme));
    let is_absolute = host.is_some_and(|host| host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '['));
    let is_plain = image.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>".contains(&byte));
    if (is_path || is_absolute) && is_plain && image.len() <= MAX_PICTURE {
        return Ok(());
    }
    Err(format!("https://… or a path of this backend such as /shop/tea.svg, at most {MAX_PICTURE} characters, others escaped by %"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_names_of_every_script_are_shown_and_no_other() {
        for name in
            ["Tea \"Spring\" & Co.", "春茶", "شاي أخضر\u{200F} 100 g", "می\u{200C}خواهم", "👩\u{200D}🌾 tea", "🏴\u{E0067}\u{E007F}", "é"]
        {
            assert_eq!(judge_text(name, MAX_NAME), Ok(()), "{name}");
        }
        assert_eq!(judge_text(&"茶".repeat(200), MAX_NAME), Ok(()));
        for name in [
            "\u{200b}",
            "\u{3164}",
            "\u{ad}",
            "\u{2800} \u{feff}",
            "\u{200d}\u{fe0f}",
            "\u{3000}",
            "\u{e0041}",
            "",
            "  ",
            "a\nb",
            "a\u{1b}[31mb",
            "gpj.\u{202E}exe",
            "\u{2066}x\u{2069}",
            "a\u{2028}b",
            "a\u{85}b",
            &"茶".repeat(201),
        ] {
            assert!(judge_text(name, MAX_NAME).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_line_stays_one_and_reads_as_it_is_written() {
        assert_eq!(one_line("Lin\r\nBcc: x@y.example\u{202E}moc", 80), "Lin Bcc: x@y.example moc");
        assert_eq!(one_line(&"茶".repeat(1000), 80).chars().count(), 80);
        assert_eq!(one_line(" \u{2028} ", 80), "");
    }

    #[test]
    fn a_picture_is_fetched_from_the_web_and_does_nothing_else() {
        let ours = |image| picture(image, "https://pay.example.com");
        assert_eq!(ours("/shop/tea.svg").unwrap(), "https://pay.example.com/shop/tea.svg");
        for image in ["https://shop.example/a.png?x=1#y", "http://127.0.0.1:8080/a.png", "https://[::1]/a"] {
            assert_eq!(ours(image).unwrap(), image);
        }
        for image in [
            "javascript:alert(1)",
            "data:image/png;base64,AAAA",
            "JAVASCRIPT://%0aalert(1)",
            "//evil.example/a.png",
            "tea.svg",
            "",
            "https://",
            "https:///x",
            "ftp://x/y",
            "https://é.example/a.png",
            "https://shop.example/a b.png",
            "https://shop.example\\@evil.example/a.png",
            "/tea\".svg",
        ] {
            assert!(ours(image).is_err(), "{image}");
        }
        assert!(ours(&format!("https://shop.example/{}", "x".repeat(2048))).is_err());
    }
}

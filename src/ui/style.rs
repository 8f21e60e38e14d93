//! The style sheet as it goes into the wasm: without comments, line breaks and what else says nothing, 0.6 kB brotli lighter.

/// As written.
const WRITTEN: &str = concat!(include_str!("widget.css"), include_str!("screens.css"));

/// The style sheet of the shadow root; its `--qr-checkout-…` properties are the public knobs.
pub const CSS: &str = {
    let (bytes, length) = &const { lean(WRITTEN.as_bytes()) };
    match std::str::from_utf8(bytes.split_at(*length).0) {
        Ok(text) => text,
        Err(_) => WRITTEN,
    }
};

/// Leaves out comments, line breaks and the indentation after them, spaces beside what separates anyway, and the last semicolon of a rule.
/// Every line ends a rule, a declaration or an item of a list (a test holds it to that), so that nothing grows together.
const fn lean(written: &[u8]) -> ([u8; WRITTEN.len()], usize) {
    let mut kept = [0; WRITTEN.len()];
    let (mut at, mut length) = (0, 0);
    while at < written.len() {
        let before = if length == 0 { b'}' } else { kept[length - 1] };
        if written[at] == b'/' && written[at + 1] == b'*' {
            while !(written[at] == b'*' && written[at + 1] == b'/') {
                at += 1;
            }
            at += 2;
        } else if written[at] == b'\n' || (written[at] == b' ' && matches!(before, b'{' | b'}' | b':' | b';' | b',')) {
            at += 1;
            while at < written.len() && written[at] == b' ' {
                at += 1;
            }
        } else {
            if (written[at] == b'{' && before == b' ') || (written[at] == b'}' && before == b';') {
                length -= 1;
            }
            kept[length] = written[at];
            (at, length) = (at + 1, length + 1);
        }
    }
    (kept, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lean_style_sheet_says_what_is_written() {
        let mut expected = String::new();
        let mut rest = WRITTEN;
        while let Some((before, after)) = rest.split_once("/*") {
            expected.push_str(before);
            rest = after.split_once("*/").unwrap().1;
        }
        expected.push_str(rest);
        let mut lines = expected.lines().map(str::trim_start).collect::<String>();
        for (said, shorter) in [("{ ", "{"), (" {", "{"), ("; ", ";"), (": ", ":"), (", ", ","), ("} ", "}"), (";}", "}")] {
            lines = lines.replace(said, shorter);
        }
        assert_eq!(CSS, lines);
        for line in expected.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            assert!(line.ends_with(['{', '}', ';', ',']), "{line}");
        }
    }

    /// The loader draws before there is this style sheet, and is to look alike.
    #[test]
    fn the_loader_has_the_knobs_and_their_defaults() {
        let tight = |text: &str| text.replace(' ', "");
        let (sheet, loader) = (tight(WRITTEN), tight(include_str!("../../www/loader/waiting.js")));
        let knobs: Vec<&str> = loader.split("var(--qr-checkout-").skip(1).collect();
        assert!(knobs.len() > 6);
        for knob in knobs {
            let mut open = 1;
            let end = knob.find(|letter| {
                open += i32::from(letter == '(') - i32::from(letter == ')');
                open == 0
            });
            let knob = format!("var(--qr-checkout-{})", &knob[..end.unwrap()]);
            assert!(sheet.contains(&knob), "{knob}");
        }
    }

    #[test]
    fn every_knob_is_explained_and_nothing_is_loaded() {
        assert!(["url(", "@import", "@font-face"].iter().all(|part| !CSS.contains(part)));
        let lines: Vec<&str> = WRITTEN.lines().map(str::trim).collect();
        let knobs: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].contains("var(--qr-checkout-")).collect();
        assert!(knobs.len() > 8);
        for at in knobs {
            assert!(lines[at - 1].starts_with("/* ") && lines[at - 1].ends_with(". */"), "{}", lines[at]);
        }
    }
}

//! What the parser of TOML says, as one line. A configuration may hold secrets anywhere behind a `=`, and a complaint goes into a journal
//! that more people read than the file: of a configuration's line, the key alone is told.

use toml::de::Error;

/// What begins and ends a text of many lines. Whatever stands between two of them is a value.
const LONG_QUOTES: [&str; 2] = ["\"\"\"", "'''"];

/// The complaint with the line it is about, without its picture. For files without secrets.
pub(crate) fn one_line(error: &Error, text: &str) -> String {
    told(error, text, error.message(), |_, line| line.trim().to_owned())
}

/// The same of a file with secrets: with the line's key in the place of the line.
pub(super) fn discreet_line(error: &Error, text: &str) -> String {
    told(error, text, &without_value(error.message()), key)
}

/// `show` makes what is shown of a line, from what stands before it and itself.
fn told(error: &Error, text: &str, message: &str, show: impl Fn(&str, &str) -> String) -> String {
    let message = message.replace('\n', " ");
    let Some(span) = error.span() else { return message };
    let before = text.get(..span.start).unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    let begin = before.rfind('\n').map_or(0, |end| end + 1);
    match show(&text[..begin], text.lines().nth(number - 1).unwrap_or_default()) {
        shown if shown.is_empty() => format!("line {number}: {message}"),
        shown => format!("line {number} ({shown}): {message}"),
    }
}

/// What a line names: its key, or its section. Nothing where the line may be the inside of a value.
fn key(before: &str, line: &str) -> String {
    let is_inside = LONG_QUOTES.iter().any(|quotes| before.matches(quotes).count() % 2 == 1);
    let line = line.trim();
    let name = match line.split_once('=') {
        Some((name, _)) => name.trim(),
        None if line.starts_with('[') => line,
        None => "",
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
    if is_inside || !name.bytes().all(is_name) { String::new() } else { name.to_owned() }
}

/// A message that shows the value it found, such as ``invalid type: string "…", expected an integer``, without the value.
fn without_value(message: &str) -> String {
    let shown = ["invalid type: ", "invalid value: "].into_iter().find_map(|begin| Some((begin, message.strip_prefix(begin)?)));
    let Some((begin, rest)) = shown else { return message.to_owned() };
    let (Some(kind), Some(end)) = (rest.split([' ', ',']).next(), rest.rfind(", expected")) else { return begin.trim_end().to_owned() };
    format!("{begin}{kind}{}", &rest[end..])
}

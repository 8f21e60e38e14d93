//! Rules about the text of one file.

use super::violation::Violation;

/// Lines of a source file of ours: past this it must be redesigned, not grown.
const LONGEST_FILE: usize = 500;

/// A rule looks at a path and its text, and names the line and the rule broken.
type Rule = fn(&str, &str) -> Vec<(usize, String)>;

const RULES: &[Rule] = &[
    opens_with_its_purpose,
    is_not_too_long,
    has_no_promises,
    names_no_machine,
    touches_the_browser_in_one_place,
    reads_the_clock_in_main_only,
    knows_providers_in_their_folders_only,
];

/// All violations in one file.
pub fn check(path: &str, text: &str) -> Vec<Violation> {
    let found = RULES.iter().flat_map(|rule| rule(path, text));
    found.map(|(line, rule)| Violation { path: path.to_owned(), line, rule }).collect()
}

fn opens_with_its_purpose(path: &str, text: &str) -> Vec<(usize, String)> {
    if !path.ends_with(".rs") || text.starts_with("//!") {
        return Vec::new();
    }
    vec![(1, "a Rust file opens with `//!` lines: what lives here and what must not".to_owned())]
}

fn is_not_too_long(path: &str, text: &str) -> Vec<(usize, String)> {
    let ours = [".rs", ".js", ".mjs", ".css", ".py"].iter().any(|end| path.ends_with(end));
    let lines = text.lines().count();
    if !ours || lines <= LONGEST_FILE {
        return Vec::new();
    }
    vec![(lines, format!("{lines} lines are more than {LONGEST_FILE}: redesign rather than grow"))]
}

fn has_no_promises(path: &str, text: &str) -> Vec<(usize, String)> {
    if !is_source(path) {
        return Vec::new();
    }
    // Spelled in two halves, so that this file does not break its own rule.
    let promises = [concat!("TO", "DO"), concat!("FIX", "ME")];
    lines_with(text, &promises, |word| format!("{word}: do it now, or write it into an issue"))
}

fn names_no_machine(_: &str, text: &str) -> Vec<(usize, String)> {
    let places = [concat!("/wo", "rk/"), concat!("../sha", "red")];
    lines_with(text, &places, |place| format!("`{place}` is a path of one machine"))
}

fn touches_the_browser_in_one_place(path: &str, text: &str) -> Vec<(usize, String)> {
    let ours = path.starts_with("src/") || (path.starts_with("crates/") && !path.starts_with("crates/xtask/"));
    let allowed = path.starts_with("src/browser/") || path == "src/lib.rs";
    if !ours || allowed || !path.ends_with(".rs") {
        return Vec::new();
    }
    lines_with(text, &["web_sys"], |_| "web_sys lives under src/browser/ and at the mount in src/lib.rs only".to_owned())
}

fn reads_the_clock_in_main_only(path: &str, text: &str) -> Vec<(usize, String)> {
    let allowed = path.ends_with("/main.rs")
        || path.ends_with("/observing/stopwatch.rs")
        || path.starts_with("crates/xtask/")
        || path.starts_with("crates/testing/")
        || path.split('/').any(|folder| folder == "tests" || folder == "benches");
    if !path.ends_with(".rs") || allowed {
        return Vec::new();
    }
    lines_with(text, &["SystemTime::now", "Instant::now"], |call| format!("{call}: time is an argument; only main.rs reads the clock"))
}

/// What one provider alone calls something stands in its folder of `crates/gateway`, and in the configuration that registers it.
fn knows_providers_in_their_folders_only(path: &str, text: &str) -> Vec<(usize, String)> {
    let Some(place) = path.strip_prefix("crates/merchant/src/") else { return Vec::new() };
    if place.starts_with("config/") || !path.ends_with(".rs") {
        return Vec::new();
    }
    // Tests name examples.
    let (program, _) = text.split_once("\n#[cfg(test)]").unwrap_or((text, ""));
    // Where a wallet is what a shopper stands in, or what a shopper calls a method.
    let known: &[&str] = match place {
        "providers/surface.rs" => &["surface::wechat"],
        "routes/pages/surface.rs" => &["surface::wechat", "alipay"],
        place if place.starts_with("i18n/pages/") => &["wechat_pay", "alipay"],
        _ => &[],
    };
    let words = ["wechat_pay", "wechatpay", "alipay", "beijing", "\"success\"", "surface::wechat"];
    let words: Vec<&str> = words.into_iter().filter(|word| !known.contains(word)).collect();
    lines_with(&program.to_lowercase(), &words, |word| format!("`{word}` is a provider's: give `Gateway` what you need to ask it"))
}

fn is_source(path: &str) -> bool {
    [".rs", ".js", ".mjs", ".css", ".html", ".py", ".toml", ".ts"].iter().any(|end| path.ends_with(end))
}

fn lines_with(text: &str, words: &[&str], rule: impl Fn(&str) -> String) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate();
    let hits = lines.filter_map(|(index, line)| {
        let word = words.iter().find(|word| line.contains(**word))?;
        Some((index + 1, rule(word)))
    });
    hits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_told(path: &str, text: &str) -> Vec<usize> {
        check(path, text).iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_tidy_file_passes() {
        assert_eq!(check("crates/merchant/src/main.rs", "//! Starts.\nlet now = SystemTime::now();\n"), []);
        assert_eq!(check("src/browser/clock.rs", "//! Time.\nuse web_sys::Window;\n"), []);
    }

    #[test]
    fn a_file_without_its_purpose_is_told_at_line_one() {
        assert_eq!(lines_told("src/config.rs", "use x;\n"), [1]);
    }

    #[test]
    fn long_files_are_told() {
        let text = "//! Long.\n".repeat(LONGEST_FILE + 1);
        assert_eq!(lines_told("src/ui/a.rs", &text), [LONGEST_FILE + 1]);
        assert!(lines_told("README.md", &text).is_empty());
    }

    #[test]
    fn the_clock_and_the_browser_are_told_outside_their_places() {
        assert_eq!(lines_told("crates/checkout/src/step.rs", "//! Steps.\nInstant::now();\nweb_sys::window();\n").len(), 2);
        assert!(lines_told("crates/merchant/tests/store.rs", "//! Stores.\nInstant::now();\n").is_empty());
    }

    #[test]
    fn a_providers_word_above_its_folder_is_told() {
        let text =
            "//! Desk.\nif status == \"SUCCESS\" {\nBEIJING.date(now);\nSurface::Wechat\n\"wechat_pay, alipay\"\nExitCode::SUCCESS\n";
        assert_eq!(lines_told("crates/merchant/src/order_service/bills.rs", text), [2, 3, 4, 5]);
        assert_eq!(lines_told("crates/merchant/src/providers/surface.rs", text), [2, 3, 5]);
        assert_eq!(lines_told("crates/merchant/src/i18n/pages/en.rs", text), [2, 3, 4]);
        assert!(lines_told("crates/merchant/src/config/accounts.rs", text).is_empty());
        assert!(lines_told("crates/merchant/src/keys.rs", "//! Keys.\n\n#[cfg(test)]\nmod tests {\n\"alipay\"\n").is_empty());
    }

    #[test]
    fn promises_and_machine_paths_are_told_by_line() {
        let text = format!("//! A.\n// {}: later\nlet p = \"{}main\";\n", concat!("TO", "DO"), concat!("/wo", "rk/"));
        let mut lines = lines_told("crates/gateway/src/a.rs", &text);
        lines.sort_unstable();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn a_violation_reads_as_path_line_rule() {
        let violation = check("src/config.rs", "").remove(0);
        assert!(violation.to_string().starts_with("src/config.rs:1: "), "{violation}");
    }
}

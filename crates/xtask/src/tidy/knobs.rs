//! The README's table of custom properties is the comments in `src/ui/widget.css`, word for word and in their order.

use anyhow::Result;

use super::violation::Violation;
use crate::workspace::{self, Workspace};

const STYLES: &str = "src/ui/widget.css";
const README: &str = "README.md";

/// A custom property that merchants may set, and what it sets.
#[derive(Debug, PartialEq, Eq)]
struct Knob {
    line: usize,
    row: String,
}

/// Compares the two files.
pub fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let styles = workspace::read(&workspace.root.join(STYLES))?;
    let readme = workspace::read(&workspace.root.join(README))?;
    Ok(compare(&in_styles(&styles), &in_readme(&readme)))
}

/// A comment above a declaration whose value is `var(--qr-checkout-…, default)`.
fn in_styles(styles: &str) -> Vec<Knob> {
    let mut comment = "";
    let mut knobs = Vec::new();
    for (index, line) in styles.lines().map(str::trim).enumerate() {
        if let Some(name) = line.split_once("var(--qr-checkout-").and_then(|(_, rest)| rest.split_once(',')) {
            knobs.push(Knob { line: index + 1, row: format!("| `--qr-checkout-{}` | {comment} |", name.0) });
        }
        comment = line.strip_prefix("/*").and_then(|line| line.strip_suffix("*/")).map_or("", str::trim);
    }
    knobs
}

fn in_readme(readme: &str) -> Vec<Knob> {
    let lines = readme.lines().enumerate().filter(|(_, line)| line.starts_with("| `--qr-checkout-"));
    lines.map(|(index, line)| Knob { line: index + 1, row: line.to_owned() }).collect()
}

fn compare(styles: &[Knob], readme: &[Knob]) -> Vec<Violation> {
    let missing = styles.iter().filter(|knob| !readme.iter().any(|row| row.row == knob.row));
    let missing = missing.map(|knob| (STYLES, knob.line, format!("{README} lacks the row: {}", knob.row)));
    let stale = readme.iter().filter(|row| !styles.iter().any(|knob| knob.row == row.row));
    let stale = stale.map(|row| (README, row.line, format!("{STYLES} says something else than: {}", row.row)));
    missing.chain(stale).map(|(path, line, rule)| Violation { path: path.to_owned(), line, rule }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSS: &str = "/* Ground. */\n:host {\n  /* Main button. */\n  --accent: var(--qr-checkout-accent, #0b6b4b);\n}\n";

    #[test]
    fn a_table_in_step_passes() {
        let readme = "| Property | Sets |\n| `--qr-checkout-accent` | Main button. |\n";
        assert_eq!(compare(&in_styles(CSS), &in_readme(readme)), []);
    }

    #[test]
    fn a_missing_row_and_a_stale_row_are_told_where_they_are() {
        let readme = "\n| `--qr-checkout-accent` | Buttons. |\n";
        let told: Vec<String> = compare(&in_styles(CSS), &in_readme(readme)).iter().map(ToString::to_string).collect();
        assert!(told[0].starts_with("src/ui/widget.css:4: README.md lacks"), "{told:?}");
        assert!(told[1].starts_with("README.md:2: "), "{told:?}");
    }
}

//! Every document and every section that code, tests and pages cite is there: a stranger can follow each of them.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::violation::Violation;

/// What files cite: the tracked files by their paths, and of each page its numbered sections.
pub struct References {
    files: Vec<String>,
    /// The text of each page.
    pages: BTreeMap<String, String>,
}

impl References {
    /// `files` are all paths of the repository; `read` tells a page's text.
    pub fn new(files: &[String], read: impl Fn(&str) -> String) -> References {
        let pages = files.iter().filter(|file| is_page(file)).map(|file| (file.clone(), read(file)));
        References { files: files.to_vec(), pages: pages.collect() }
    }

    /// What that file cites and nobody can find.
    pub fn check(&self, path: &str, text: &str) -> Vec<Violation> {
        // These cite in order to say what citing is.
        if path.starts_with("crates/xtask/src/tidy/") {
            return Vec::new();
        }
        let lines = text.lines().enumerate();
        let found = lines.flat_map(|(at, line)| self.of_line(path, line).into_iter().map(move |rule| (at + 1, rule)));
        found.map(|(line, rule)| Violation { path: path.to_owned(), line, rule }).collect()
    }

    fn of_line(&self, path: &str, line: &str) -> Vec<String> {
        let mut rules = Vec::new();
        for (cited, behind) in pages_in(line) {
            let Some(page) = self.find(path, cited) else {
                rules.push(format!("`{cited}` is cited and not there"));
                continue;
            };
            // `page.md §3`, and `[words §3](page.md)`.
            let ahead = &line[..cited.as_ptr() as usize - line.as_ptr() as usize];
            let label = ahead.strip_suffix("](").and_then(|label| label.rsplit_once('[')).map(|(_, label)| label);
            let section =
                section(behind.trim_start_matches(['`', ')'])).or_else(|| label.and_then(|label| section(label.split_once(' ')?.1)));
            let is_there = |section: &str| self.pages.get(&page).is_some_and(|text| has_section(text, section));
            rules.extend(section.filter(|section| !is_there(section)).map(|section| format!("{page} has no section {section}")));
        }
        rules
    }

    /// The file that a citation means: from the root, from the citing file's folder, or from one above it.
    fn find(&self, citing: &str, cited: &str) -> Option<String> {
        let folders = Path::new(citing).ancestors().skip(1);
        let mut places = folders.filter_map(|folder| plain(&folder.join(cited)));
        places.find(|place| self.files.iter().any(|file| file == place))
    }
}

fn is_page(path: &str) -> bool {
    path.ends_with(".md")
}

/// Without `.` and `..`; none outside of the repository.
fn plain(path: &Path) -> Option<String> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::ParentDir => plain.pop().then_some(())?,
            _ => {}
        }
    }
    plain.to_str().map(str::to_owned)
}

/// Each page that a line cites, with what stands behind it. Addresses of other hosts are not ours to judge.
fn pages_in(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices(".md").filter_map(|(at, _)| {
        let end = at + ".md".len();
        let behind = &line[end..];
        let is_path = |letter: char| letter.is_ascii_alphanumeric() || "-_./{}…*:".contains(letter);
        if behind.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
            return None;
        }
        let start = line[..at]
            .rfind(|letter| !is_path(letter))
            .map_or(0, |before| before + line[before..].chars().next().map_or(1, char::len_utf8));
        // Behind the folder of a crate, in a macro.
        let cited = line[start..end].trim_start_matches('/');
        // Packages of others bring pages of that name.
        let is_licence = cited.to_ascii_lowercase().starts_with("licen");
        let is_path = !cited.starts_with('.') || cited.starts_with("./") || cited.starts_with("../");
        (is_path && !is_licence && !cited.contains([':', '{', '…', '*'])).then_some((cited, behind))
    })
}

/// The number behind a section sign at the beginning of a text.
fn section(text: &str) -> Option<&str> {
    let number = text.trim_start().strip_prefix('§')?.trim_start();
    let end = number.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(number.len());
    Some(number[..end].trim_end_matches('.')).filter(|number| !number.is_empty())
}

fn has_section(page: &str, section: &str) -> bool {
    let headings = page.lines().filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    headings.into_iter().any(|heading| heading.split(' ').next().is_some_and(|number| number.trim_end_matches('.') == section))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, line: &str) -> Vec<String> {
        let files = ["docs/spec/signing.md", "README.md", "crates/protocol/vectors/README.md", "crates/protocol/src/lib.rs"];
        let text = |path: &str| if path.ends_with("signing.md") { "# Law\n\n## 3. Answers\n\n### 4.2 `order`\n" } else { "" }.to_owned();
        References::new(&files.map(str::to_owned), text).check(path, line).into_iter().map(|found| found.rule).collect()
    }

    #[test]
    fn what_is_there_may_be_cited_in_every_form() {
        for line in [
            "//! As docs/spec/signing.md §3 says.",
            "/// (docs/spec/signing.md §4.2)",
            "see [signing §3](signing.md) and [the law](../../README.md)",
            "[vectors](crates/protocol/vectors/README.md#format)",
            "https://example.com/else.md, *.md, {name}.md and a.mdx",
        ] {
            assert_eq!(rules("docs/spec/signing.md", line), <[String; 0]>::default(), "{line}");
        }
        assert!(rules("crates/protocol/src/lib.rs", "`vectors/README.md` tells").is_empty());
    }

    #[test]
    fn what_nobody_can_find_is_told() {
        for (line, told) in [
            ("//! signing.md §3", "`signing.md` is cited and not there"),
            ("/// docs/spec/signing.md §5", "docs/spec/signing.md has no section 5"),
            ("/// docs/spec/signing.md §4", "docs/spec/signing.md has no section 4"),
            ("[law §9](docs/spec/signing.md)", "docs/spec/signing.md has no section 9"),
            ("[away](../../../x.md)", "`../../../x.md` is cited and not there"),
        ] {
            assert_eq!(rules("crates/protocol/src/lib.rs", line), [told], "{line}");
        }
    }
}

//! The words that a licence asks to travel along: the files of a crate's sources that hold them, or the licence's own with the authors.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::compiled::Crate;
use crate::workspace;

/// How files begin that hold such words, in capitals.
const BEGINNINGS: &[&str] = &["LICENSE", "LICENCE", "UNLICENSE", "COPYING", "COPYRIGHT", "NOTICE"];
/// Licences of fonts, and how the file begins that a crate with such a font brings beside the licence of its code.
const OF_FONTS: &[(&str, &str)] = &[("OFL-1.1", "OFL"), ("Ubuntu-font-1.0", "UFL")];
/// How files end that hold them.
const ENDINGS: &[&str] = &["", "TXT", "MD", "RST", "HTML"];

/// Licences whose words are the same but for who holds the copyright: for crates that bring no text.
const KNOWN: &[(&str, &str)] = &[("MIT", include_str!("MIT.txt")), ("BSD-3-Clause", include_str!("BSD-3-Clause.txt"))];

/// The texts of a crate whose sources lie in `folder`.
pub fn of(one: &Crate, folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    collect(folder, "", &mut files)?;
    files.sort_unstable();
    let is_mit_enough = !one.license.contains(" AND ") && files.iter().any(|name| name.contains("MIT"));
    files.retain(|name| !(is_mit_enough && name.contains("APACHE")));
    let mut texts = files.iter().map(|name| read(&folder.join(name))).collect::<Result<Vec<_>>>()?;
    if files.iter().all(|name| is_of_font(name)) {
        texts.insert(0, by_authors(one, &files)?);
    }
    Ok(texts)
}

/// Whether a file holds the licence of a font alone.
fn is_of_font(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_uppercase();
    OF_FONTS.iter().any(|(_, beginning)| name.starts_with(beginning))
}

/// A text as it is written down: line ends and blanks around it are nobody's words.
pub fn read(path: &Path) -> Result<String> {
    let bytes = workspace::read_bytes(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(lines.join("\n").trim_matches('\n').to_owned())
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else if holds_notices(&name) {
            files.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

fn holds_notices(name: &str) -> bool {
    let name = name.to_uppercase();
    let ending = Path::new(&name).extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    (is_of_font(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))) && ENDINGS.contains(&ending.as_str())
}

/// What a licence says that is one of the usual, beside those of fonts whose files are there.
fn by_authors(one: &Crate, files: &[String]) -> Result<String> {
    let is_there = |part: &&str| {
        let of_font = OF_FONTS.iter().find(|(id, _)| id == part);
        of_font
            .is_some_and(|(_, beginning)| files.iter().any(|name| name.rsplit('/').next().is_some_and(|name| name.starts_with(beginning))))
    };
    let rest: Vec<&str> = one.license.split(" AND ").map(|part| part.trim_matches(['(', ')'])).filter(|part| !is_there(part)).collect();
    let offered = |id: &str| matches!(rest.as_slice(), [part] if part.split(" OR ").any(|offer| offer == id));
    let Some((_, text)) = KNOWN.iter().find(|(id, _)| offered(id)) else {
        bail!(
            "{} {} brings no text of its licence, {}: put what every such licence says into crates/xtask/src/notices/",
            one.name,
            one.version,
            one.license
        );
    };
    let holders = if one.authors.is_empty() { format!("the authors of {}", one.name) } else { one.authors.join(", ") };
    Ok(format!("Copyright (c) {holders}\n\n{}", text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(license: &str, authors: &[&str]) -> Crate {
        Crate {
            name: "bare".to_owned(),
            version: "1.0.0".to_owned(),
            license: license.to_owned(),
            repository: None,
            authors: authors.iter().map(ToString::to_string).collect(),
            is_ours: false,
            checksum: None,
            texts: Vec::new(),
            needs: Default::default(),
        }
    }

    #[test]
    fn files_that_hold_notices_are_known_by_their_names() {
        for name in
            ["LICENSE", "OFL.txt", "License-MIT", "LICENSE-THIRD-PARTY", "COPYRIGHT", "NOTICE.txt", "licence.md", "LICENSE-APACHE.md"]
        {
            assert!(holds_notices(name), "{name}");
        }
        for name in ["license.rs", "README.md", "Cargo.toml", "notice.js"] {
            assert!(!holds_notices(name), "{name}");
        }
    }

    #[test]
    fn a_crate_without_a_text_gets_the_licence_s_own_with_its_authors() {
        let text = by_authors(&bare("Apache-2.0 OR MIT", &["Ada", "Grace"]), &[]).unwrap();
        assert!(text.starts_with("Copyright (c) Ada, Grace\n\nPermission is hereby granted"), "{text}");
        assert!(by_authors(&bare("BSD-3-Clause", &[]), &[]).unwrap().starts_with("Copyright (c) the authors of bare\n\nRedistribution"));
    }

    #[test]
    fn a_font_brings_its_own_text_beside_that_of_the_code() {
        let license = "(MIT OR Apache-2.0) AND OFL-1.1";
        let text = by_authors(&bare(license, &["Ada"]), &["fonts/OFL.txt".to_owned()]).unwrap();
        assert!(text.starts_with("Copyright (c) Ada\n\nPermission is hereby granted"), "{text}");
        assert!(by_authors(&bare(license, &[]), &[]).is_err(), "its file is missing");
    }

    #[test]
    fn a_text_that_nobody_has_stops_the_build_by_name() {
        for license in ["MPL-2.0", "MIT AND Unicode-3.0"] {
            let failure = by_authors(&bare(license, &[]), &[]).unwrap_err().to_string();
            assert!(failure.contains("bare 1.0.0") && failure.contains(license), "{failure}");
        }
    }
}

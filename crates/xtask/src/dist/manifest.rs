//! `manifest.json`: every file that merchants load, its size and its digest for `integrity="…"`.

use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use protocol::{REVISION, release};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha384};

use crate::notices::{NOTICES, SBOM};
use crate::workspace;

/// The content of `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// What the release is called: the hash of its files, pages and notices left out. It is served at `/r/<release>/`.
    pub release: String,
    /// The revision of the API that the widget speaks.
    pub revision: u32,
    /// The widget's version, from Cargo.
    pub version: String,
    /// By name, in alphabetical order.
    pub files: Vec<Entry>,
}

/// One file, as served without compression; compressed copies lie beside it as `.br` and `.gz`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Relative to the folder, with `/`.
    pub name: String,
    pub role: Role,
    pub bytes: usize,
    /// Size of the brotli copy.
    pub brotli: usize,
    /// Size of the gzip copy.
    pub gzip: usize,
    /// Subresource-integrity metadata of the uncompressed bytes.
    pub integrity: String,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The script of the script tag, under a stable name.
    Loader,
    /// The JavaScript beside the wasm, under a hashed name.
    Glue,
    /// The widget, under a hashed name.
    Wasm,
    /// What shows the widget in a frame of the backend's own, under a hashed name.
    Framing,
    /// The texts of a language but English, under a hashed name.
    Locale,
    /// What the codes of errors mean and what to do, for developers, under a hashed name.
    Advice,
    /// A style sheet to copy.
    Theme,
    /// TypeScript's view of the element.
    Types,
    /// Part of a page of ours.
    Page,
    /// What is compiled in, and under which licences.
    Notice,
}

impl Role {
    /// Whether such a file is part of a release, and its digest of the release's name. The others are served beside it.
    fn is_part(self) -> bool {
        !matches!(self, Role::Page | Role::Notice)
    }
}

impl Manifest {
    /// Reads the folder; `role` knows the files of the widget itself.
    pub fn of_folder(folder: &Path, role: impl Fn(&str) -> Option<Role>) -> Result<Self> {
        let mut files = Vec::new();
        for name in files_of(folder)? {
            let bytes = workspace::read_bytes(&folder.join(&name))?;
            let role = role(&name).unwrap_or_else(|| match name.as_str() {
                NOTICES | SBOM => Role::Notice,
                n if n.starts_with("themes/") => Role::Theme,
                n if n.ends_with(".d.ts") => Role::Types,
                _ => Role::Page,
            });
            files.push(Entry {
                role,
                bytes: bytes.len(),
                brotli: size_of(&folder.join(format!("{name}.br")))?,
                gzip: size_of(&folder.join(format!("{name}.gz")))?,
                integrity: integrity(&bytes),
                name,
            });
        }
        Ok(Self { release: release_of(&files), revision: REVISION, version: env!("CARGO_PKG_VERSION").to_owned(), files })
    }

    /// Reads `manifest.json` of a built folder.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("manifest.json");
        serde_json::from_str(&workspace::read(&path)?).with_context(|| format!("{} is not a manifest of this version", path.display()))
    }

    /// As written to disk.
    pub fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The one file with this role.
    pub fn only(&self, role: Role) -> Result<&Entry> {
        self.files.iter().find(|entry| entry.role == role).with_context(|| format!("the build has no {role:?}"))
    }
}

/// The name of the release of these files.
fn release_of(files: &[Entry]) -> String {
    let part = files.iter().filter(|entry| entry.role.is_part());
    release::name(&release::listing(part.map(|entry| (entry.name.as_str(), entry.integrity.as_str()))))
}

/// Names of the files in `folder` and below, sorted, without compressed copies and the manifest itself.
pub fn files_of(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    collect(folder, "", &mut names)?;
    names.retain(|name| name != "manifest.json" && !name.ends_with(".br") && !name.ends_with(".gz"));
    names.sort_unstable();
    Ok(names)
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

/// The value of an `integrity` attribute for these bytes.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// Sixteen hexadecimal digits that name a list of contents.
pub fn short_hash(contents: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for content in contents {
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn size_of(path: &Path) -> Result<usize> {
    let bytes = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
    Ok(usize::try_from(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_by_every_file_but_pages_and_notices() {
        let entry = |name: &str, role, integrity: &str| {
            let (name, integrity) = (name.to_owned(), integrity.to_owned());
            Entry { name, role, bytes: 1, brotli: 1, gzip: 1, integrity }
        };
        let files = || {
            vec![entry("a.js", Role::Loader, "sha384-A"), entry("a.html", Role::Page, "sha384-P"), entry(SBOM, Role::Notice, "sha384-N")]
        };
        let mut other = files();
        other[1].integrity.push('!');
        other[2].integrity.push('!');
        assert_eq!(release_of(&files()), release_of(&other));
        other[0].integrity.push('!');
        assert_ne!(release_of(&files()), release_of(&other));
    }

    #[test]
    fn integrity_is_what_browsers_expect() {
        // The worked example of the SRI specification, section 3.
        assert_eq!(integrity(b"alert('Hello, world.');"), "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO");
    }
}

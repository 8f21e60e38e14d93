//! A crate that is compiled in, as the notices and the SBOM tell it.

use std::collections::BTreeSet;

/// Name and version.
pub type Key = (String, String);

/// One crate that is compiled in.
#[derive(Debug)]
pub struct Crate {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub license: String,
    pub repository: Option<String>,
    pub authors: Vec<String>,
    /// Of the workspace itself: its words are the workspace's, and are not filled in here.
    pub is_ours: bool,
    /// SHA-256 of the package, as Cargo.lock has it.
    pub checksum: Option<String>,
    /// The words that its licence asks to travel along.
    pub texts: Vec<String>,
    pub needs: BTreeSet<Key>,
}

impl Crate {
    /// What it is found by.
    pub fn key(&self) -> Key {
        (self.name.clone(), self.version.clone())
    }

    /// Where it comes from.
    pub fn origin(&self) -> String {
        self.repository.clone().unwrap_or_else(|| format!("https://crates.io/crates/{}", self.name))
    }
}

//! Which crates a product is made of: what `cargo tree` resolves, with what `cargo metadata` and Cargo.lock know of each.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::compiled::{Crate, Key};
use super::texts;
use crate::command;
use crate::workspace;

/// What to resolve.
pub struct Tree<'a> {
    /// Where cargo runs, for the toolchain.
    pub root: &'a Path,
    /// Of the package that is built.
    pub manifest: PathBuf,
    pub features: Option<&'a str>,
    pub targets: &'a [&'a str],
    /// The toolchain's own workspace, which only its own cargo may read.
    pub is_standard: bool,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// The crates of that tree, by name and version.
pub fn of(tree: &Tree<'_>) -> Result<BTreeMap<Key, Crate>> {
    let mut ask = tree.cargo("tree", "--target");
    let graph = graph(&command::output(ask.args(["--edges", "normal", "--prefix", "depth", "--format", "{p}"]))?)?;
    let mut ask = tree.cargo("metadata", "--filter-platform");
    let metadata = command::output(ask.args(["--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&metadata).context("`cargo metadata` printed something unexpected")?;
    let lock: Lock = toml::from_str(&workspace::read(&metadata.workspace_root.join("Cargo.lock"))?).context("Cargo.lock")?;
    let checksums: HashMap<Key, String> =
        lock.package.into_iter().filter_map(|one| Some(((one.name, one.version), one.checksum?))).collect();
    let mut packages: HashMap<Key, Package> =
        metadata.packages.into_iter().map(|one| ((one.name.clone(), one.version.clone()), one)).collect();
    let known = |(key, needs): (Key, BTreeSet<Key>)| {
        let package = packages.remove(&key).with_context(|| format!("`cargo metadata` knows no {} {}", key.0, key.1))?;
        let one = package.into_crate(needs, checksums.get(&key).cloned())?;
        Ok((key, one))
    };
    graph.into_iter().map(known).collect()
}

impl Tree<'_> {
    /// A question to cargo about this tree; `platform` is how that subcommand names a target.
    fn cargo(&self, subcommand: &str, platform: &str) -> Command {
        let mut cargo = command::cargo();
        cargo.current_dir(self.root).args([subcommand, "--locked", "--quiet", "--manifest-path"]).arg(&self.manifest);
        cargo.args(self.targets.iter().flat_map(|target| [platform, target]));
        cargo.args(self.features.iter().flat_map(|features| ["--features", features]));
        if self.is_standard {
            cargo.env("RUSTC_BOOTSTRAP", "1");
        }
        cargo
    }
}

impl Package {
    fn into_crate(self, needs: BTreeSet<Key>, checksum: Option<String>) -> Result<Crate> {
        let is_ours = self.source.is_none();
        let license = match self.license {
            None if is_ours => "NOASSERTION".to_owned(),
            license => license.with_context(|| format!("{} {} names no licence", self.name, self.version))?,
        };
        let mut one = Crate {
            name: self.name,
            version: self.version,
            license: spdx(&license),
            repository: self.repository.filter(|_| !is_ours),
            authors: self.authors,
            is_ours,
            checksum,
            texts: Vec::new(),
            needs,
        };
        if !is_ours {
            one.texts = texts::of(&one, self.manifest_path.parent().context("a manifest lies in a folder")?)?;
        }
        Ok(one)
    }
}

/// Who needs whom, from lines such as `2serde v1.0.228 (*)`: a depth, a name and a version. What was shown before is not shown again.
fn graph(tree: &str) -> Result<BTreeMap<Key, BTreeSet<Key>>> {
    let mut graph: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    let mut path: Vec<Key> = Vec::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let (depth, package) = line.split_at(digits);
        let mut words = package.split(' ');
        let key = words.next().zip(words.next().and_then(|version| version.strip_prefix('v')));
        let (depth, key) = depth.parse::<usize>().ok().zip(key).with_context(|| format!("`cargo tree` printed: {line}"))?;
        let key = (key.0.to_owned(), key.1.to_owned());
        path.truncate(depth);
        if let Some(parent) = path.last() {
            graph.entry(parent.clone()).or_default().insert(key.clone());
        }
        graph.entry(key.clone()).or_default();
        path.push(key);
    }
    Ok(graph)
}

/// Before SPDX had its say, a stroke meant a choice.
fn spdx(license: &str) -> String {
    license.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_of_lines_is_a_graph() {
        let graph = graph("0a v1.0.0 (/folder)\n1b v2.0.0\n2c v3.0.0 (proc-macro)\n1c v3.0.0 (proc-macro) (*)\n").unwrap();
        let key = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        assert_eq!(graph[&key("a", "1.0.0")], BTreeSet::from([key("b", "2.0.0"), key("c", "3.0.0")]));
        assert_eq!(graph[&key("b", "2.0.0")], BTreeSet::from([key("c", "3.0.0")]));
        assert!(graph[&key("c", "3.0.0")].is_empty());
        assert!(super::graph("warning: something else\n").is_err());
    }

    #[test]
    fn a_stroke_is_a_choice() {
        assert_eq!(["MIT/Apache-2.0", "Apache-2.0 / MIT", "MIT"].map(spdx), ["MIT OR Apache-2.0", "Apache-2.0 OR MIT", "MIT"]);
    }
}

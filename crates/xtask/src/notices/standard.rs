//! Rust's standard library, which is compiled into everything: what the Rust project says of its own files, and the crates that it is
//! made with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::compiled::{Crate, Key};
use super::crates::{self, Tree};
use super::texts;
use crate::command;
use crate::workspace::{self, Workspace};

/// What the parts of the standard library are called together.
const NAME: &str = "rust-std";
/// The licences of its own files, as the toolchain brings them. Where it leaves a choice of MIT and Apache-2.0, MIT is enough.
const LICENCES: &[&str] = &["MIT", "Apache-2.0", "LLVM-exception", "Unicode-3.0", "BSD-2-Clause"];

/// The library itself, and the crates that it is made with for those targets.
pub fn crates(workspace: &Workspace, targets: &[&str], features: &str) -> Result<(Crate, BTreeMap<Key, Crate>)> {
    let sysroot = sysroot(workspace)?;
    let manifest = sysroot.join("lib/rustlib/src/rust/library/sysroot/Cargo.toml");
    let tree = Tree { root: &workspace.root, manifest, features: Some(features), targets, is_standard: true };
    let mut others = crates::of(&tree)?;
    let own: Vec<Key> = others.values().filter(|one| one.is_ours).map(Crate::key).collect();
    let needs = own.iter().filter_map(|key| others.remove(key)).flat_map(|one| one.needs);
    let mut library = Crate {
        name: NAME.to_owned(),
        version: version(workspace)?,
        license: "(MIT OR Apache-2.0) AND Apache-2.0 WITH LLVM-exception AND Unicode-3.0 AND BSD-2-Clause".to_owned(),
        repository: Some("https://github.com/rust-lang/rust".to_owned()),
        authors: Vec::new(),
        is_ours: false,
        checksum: None,
        texts: own_words(&sysroot)?,
        needs: needs.collect(),
    };
    library.needs.retain(|key| !own.contains(key));
    for one in others.values_mut() {
        one.needs.retain(|key| !own.contains(key));
    }
    Ok((library, others))
}

fn own_words(sysroot: &Path) -> Result<Vec<String>> {
    let folder = sysroot.join("share/doc/rust");
    let page = workspace::read(&folder.join("COPYRIGHT-library.html")).context("rustup's toolchains have this file")?;
    let mut words = vec![in_tree(&page).context("COPYRIGHT-library.html of the toolchain is written in another way now")?];
    for licence in LICENCES {
        words.push(texts::read(&folder.join(format!("licenses/{licence}.txt")))?);
    }
    Ok(words)
}

/// What the page says before it comes to the crates of others, as text.
fn in_tree(page: &str) -> Option<String> {
    let (_, page) = page.split_once("<h2 id=\"short-version\">")?;
    let (page, _) = page.rsplit_once("<h2 id=\"out-of-tree-dependencies\">")?;
    let mut text = String::new();
    for part in page.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join("\n");
    (!text.contains('&')).then_some(text)
}

fn sysroot(workspace: &Workspace) -> Result<PathBuf> {
    let mut ask = Command::new("rustc");
    ask.current_dir(&workspace.root).args(["--print", "sysroot"]);
    Ok(PathBuf::from(command::output(&mut ask)?.trim()))
}

fn version(workspace: &Workspace) -> Result<String> {
    let mut ask = Command::new("rustc");
    let told = command::output(ask.current_dir(&workspace.root).arg("--version"))?;
    told.split(' ').nth(1).map(ToOwned::to_owned).context("`rustc --version` names no version")
}

//! What is compiled into the things we hand out, and under which licences: a text for people, whose words the licences ask to travel
//! along, and the same list as an SBOM (CycloneDX) for programs.
//!
//! Which crates these are is what cargo resolves, and the words are those of the sources that it compiles, so the same Cargo.lock and
//! toolchain give the same bytes. cargo-about was tried: it finds the same crates, but takes four minutes to build and two to run, puts
//! its own text in the place of AWS-LC's, leaves out files such as COPYRIGHT and, here and there, LICENSE-THIRD-PARTY, and does not
//! look at the standard library. With the list at hand, the SBOM is a page of code more.

mod compiled;
mod crates;
mod sbom;
mod standard;
mod texts;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::workspace::{self, Workspace};
use compiled::{Crate, Key};
use crates::Tree;

/// The text for people.
pub const NOTICES: &str = "NOTICES.txt";
/// The list for programs.
pub const SBOM: &str = "sbom.cdx.json";

/// Something that is handed out as one thing.
struct Product<'a> {
    /// What its notices say that it is.
    title: &'a str,
    package: &'a str,
    features: Option<&'a str>,
    targets: &'a [&'a str],
    /// Features of the standard library that is compiled in.
    standard: &'a str,
}

/// The notices and the SBOM of one product.
pub struct Notices {
    pub text: String,
    pub sbom: String,
}

/// Of the widget, with these features of it.
pub fn of_widget(workspace: &Workspace, features: Option<&str>) -> Result<Notices> {
    let title = "the widget that web pages load. The JavaScript beside its wasm is made by wasm-bindgen";
    let targets = &["wasm32-unknown-unknown"];
    of(workspace, &Product { title, package: "qr-checkout", features, targets, standard: "optimize_for_size" })
}

/// Of the server as merchants run it. What the widget inside of it needs is told by the widget's own.
pub fn of_server(workspace: &Workspace) -> Result<Notices> {
    let targets = &["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];
    let features = Some("embedded-widget");
    let standard = "backtrace,panic-unwind";
    of(workspace, &Product { title: "the backend, qr-checkout-server", package: "qr-checkout-merchant", features, targets, standard })
}

/// Where `dist` puts the server's notices: beside `dist/`, which anybody may load, and where a build of the server finds them.
pub fn folder_of_server(workspace: &Workspace) -> PathBuf {
    workspace.root.join("dist-server")
}

impl Notices {
    /// Writes both files, if they are not what they should be: a file that is touched is compiled in anew.
    pub fn write_into(&self, folder: &Path) -> Result<()> {
        for (name, content) in [(NOTICES, &self.text), (SBOM, &self.sbom)] {
            let path = folder.join(name);
            if !workspace::read(&path).is_ok_and(|there| there == *content) {
                workspace::write(&path, content)?;
            }
        }
        Ok(())
    }
}

fn of(workspace: &Workspace, product: &Product<'_>) -> Result<Notices> {
    let package = workspace.packages.iter().find(|one| one.name == product.package).context("a package of this workspace")?;
    let tree = Tree {
        root: &workspace.root,
        manifest: package.manifest_path.clone(),
        features: product.features,
        targets: product.targets,
        is_standard: false,
    };
    let mut all = crates::of(&tree)?;
    let (standard, others) = standard::crates(workspace, product.targets, product.standard)?;
    let ours = texts::read(&workspace.root.join("LICENSE"))?;
    for one in all.values_mut().filter(|one| one.is_ours) {
        one.texts.push(ours.clone());
        one.needs.insert(standard.key());
    }
    all.extend(others);
    all.insert(standard.key(), standard);
    Ok(Notices { text: text(product.title, &all)?, sbom: sbom::of(product.package, &all)? })
}

fn text(title: &str, all: &BTreeMap<Key, Crate>) -> Result<String> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut texts = Vec::new();
    let mut list = String::new();
    for one in all.values() {
        let mut cited: Vec<String> = Vec::new();
        for text in &one.texts {
            let number = *numbers.entry(text).or_insert_with(|| {
                texts.push(text);
                texts.len()
            });
            cited.push(format!("[{number}]"));
        }
        // Some crates bring the same words twice.
        cited.dedup();
        writeln!(list, "{} {}, {}, {} {}", one.name, one.version, one.license, one.origin(), cited.join(" "))?;
    }
    let mut out = format!(
        "Notices of qr-checkout {}: {title}.\n\n\
         It is made of the crates below, each with its version, its licence, where it comes from, and the numbers of the texts that\n\
         travel with it. Of those that leave a choice of MIT and another licence, the text of MIT is here, if they bring it.\n\n{list}",
        env!("CARGO_PKG_VERSION")
    );
    for (index, text) in texts.into_iter().enumerate() {
        write!(out, "\n{}\n[{}]\n\n{text}\n", "-".repeat(100), index + 1)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests;

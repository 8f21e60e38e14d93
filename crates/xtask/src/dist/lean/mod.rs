//! A leaner Yew for what merchants load: Yew's own source out of cargo's registry, in which the files and items that a page of
//! tags, texts and lists needs less of are replaced by ours. Everything else of the project uses Yew as it is.
//!
//! A replacement is found by its name. One that Yew has no more, or more than once, stops the build: then read what Yew's new
//! version does there, and write ours anew. What the widget keeps to for this: one component, which never suspends; no node but
//! those of `src/ui/element.rs`, each moved into the tree and never copied; listeners that let events bubble.

mod items;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::command;
use crate::workspace::{self, Workspace};

/// The version that the replacements were written for.
const VERSION: &str = "0.23.0";

/// Files of ours in place of Yew's.
const FILES: &[(&str, &str)] =
    &[("src/scheduler.rs", include_str!("scheduler.rs")), ("src/dom_bundle/mod.rs", include_str!("dom_bundle.rs"))];

/// Files of Yew's in which the items of ours stand in place of those of the same name.
const ITEMS: &[(&str, &str)] = &[
    ("src/html/component/lifecycle.rs", include_str!("items/lifecycle.rs")),
    ("src/html/mod.rs", include_str!("items/html.rs")),
    ("src/renderer.rs", include_str!("items/renderer.rs")),
    ("src/virtual_dom/listeners.rs", include_str!("items/listeners.rs")),
    ("src/virtual_dom/mod.rs", include_str!("items/virtual_dom.rs")),
    ("src/virtual_dom/vlist.rs", include_str!("items/vlist.rs")),
    ("src/virtual_dom/vnode.rs", include_str!("items/vnode.rs")),
];

/// Makes it and returns its folder. What has not changed keeps its time, so that cargo compiles nothing anew.
///
/// # Errors
/// When Yew has another version, or not the names that ours replace.
pub fn make(workspace: &Workspace) -> Result<PathBuf> {
    let version = workspace.locked_version("yew")?.context("Cargo.lock has no yew")?;
    ensure!(
        version == VERSION,
        "crates/xtask/src/dist/lean is for yew {VERSION}, and Cargo.lock has {version}: go through its replacements"
    );
    let yew = source_of_yew(workspace)?;
    let lean = workspace.root.join("target/lean-yew");
    let mut names = vec!["Cargo.toml".to_owned()];
    list(&yew, "src", &mut names)?;
    // Code that ours stands for, and that nothing names any more.
    names.retain(|name| !name.starts_with("src/dom_bundle/"));
    names.push("src/dom_bundle/mod.rs".to_owned());
    for name in &names {
        let text = match FILES.iter().find(|(file, _)| file == name) {
            Some((_, ours)) => (*ours).to_owned(),
            None => workspace::read(&yew.join(name))?,
        };
        let text = match ITEMS.iter().find(|(file, _)| file == name) {
            Some((_, ours)) => items::replace(&text, ours).with_context(|| format!("yew {VERSION}, {name}"))?,
            None => text,
        };
        let text = if name == "src/lib.rs" { without_lints(&text)? } else { text };
        write_if_changed(&lean.join(name), &text)?;
    }
    let is_there = |file: &str| ensure_listed(&names, file);
    FILES.iter().chain(ITEMS).try_for_each(|(file, _)| is_there(file))?;
    Ok(lean)
}

/// What ours leaves unused is no fault, and Yew's own documentation has no reader here.
fn without_lints(text: &str) -> Result<String> {
    let lints = "#![deny(";
    ensure!(text.matches(lints).count() == 1, "yew {VERSION} denies other lints than before");
    Ok(text.replace(lints, "#![allow(unused, "))
}

fn ensure_listed(names: &[String], file: &str) -> Result<()> {
    ensure!(names.iter().any(|name| name == file), "yew {VERSION} has no {file} any more");
    Ok(())
}

fn source_of_yew(workspace: &Workspace) -> Result<PathBuf> {
    let mut ask = command::cargo();
    ask.current_dir(&workspace.root).args(["metadata", "--locked", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&command::output(&mut ask)?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let yew = packages.iter().find(|package| package["name"] == "yew").context("cargo metadata knows no yew")?;
    let manifest = yew["manifest_path"].as_str().context("a package has a manifest")?;
    Ok(Path::new(manifest).parent().context("a manifest lies in a folder")?.to_owned())
}

fn list(root: &Path, folder: &str, names: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(root.join(folder)).with_context(|| format!("cannot read {}", root.join(folder).display()))? {
        let entry = entry?;
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() { list(root, &name, names)? } else { names.push(name) }
    }
    Ok(())
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    workspace::write(path, text)
}

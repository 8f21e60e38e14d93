//! Whether a build is still that of its sources: a digest of every input, kept beside the tools, never in `dist`.

use std::path::PathBuf;

use anyhow::Result;

use super::manifest::{Manifest, integrity, short_hash};
use super::plan::Plan;
use crate::workspace::{self, Workspace};

/// Files and folders that decide what a build contains.
const INPUTS: &[&str] =
    &["Cargo.lock", "Cargo.toml", "crates/checkout/", "crates/protocol/", "crates/xtask/", "rust-toolchain.toml", "src/", "www/"];

/// One digest over all inputs of this plan.
pub fn of_inputs(workspace: &Workspace, plan: &Plan) -> Result<String> {
    let mut parts = vec![plan.features.clone().unwrap_or_default().into_bytes()];
    for file in workspace.files()? {
        if INPUTS.iter().any(|input| file == *input || (input.ends_with('/') && file.starts_with(input))) {
            parts.push(workspace::read_bytes(&workspace.root.join(&file))?);
            parts.push(file.into_bytes());
        }
    }
    Ok(short_hash(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// Whether the folder holds the untouched outcome of these inputs.
pub fn is_current(workspace: &Workspace, plan: &Plan, inputs: &str) -> bool {
    let remembered = workspace::read(&path(workspace, plan)).is_ok_and(|stamp| stamp.trim() == inputs);
    remembered && is_whole(plan).unwrap_or(false)
}

/// Notes that the folder is the outcome of these inputs.
pub fn remember(workspace: &Workspace, plan: &Plan, inputs: &str) -> Result<()> {
    workspace::write(&path(workspace, plan), format!("{inputs}\n"))
}

fn is_whole(plan: &Plan) -> Result<bool> {
    for entry in Manifest::read(&plan.out)?.files {
        if integrity(&workspace::read_bytes(&plan.out.join(&entry.name))?) != entry.integrity {
            return Ok(false);
        }
    }
    Ok(true)
}

fn path(workspace: &Workspace, plan: &Plan) -> PathBuf {
    let out = short_hash(&[plan.out.to_string_lossy().as_bytes()]);
    workspace.tools().join("stamps").join(out)
}

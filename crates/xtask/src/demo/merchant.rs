//! What the demo's merchant has done before anybody comes: made keys, a link that sells, and a place with a code.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::command;
use crate::workspace;

/// The folder with keys of the admin API, beside the configuration.
const KEYS: &str = "api-keys";

/// The merchant at the command line.
pub struct Merchant<'a> {
    /// `qr-checkout-server`.
    pub program: &'a Path,
    pub configuration: &'a Path,
    /// Where the backend listens.
    pub backend: String,
}

impl Merchant<'_> {
    /// The file with a key of that role, which an earlier run has made or this one does.
    pub fn key(&self, role: &str, more: &[&str]) -> Result<PathBuf> {
        let file = self.configuration.with_file_name(KEYS).join(role);
        if !file.is_file() {
            let mut program = Command::new(self.program);
            program.args(["api-key", "create", "--role", role, "--name", role, "--config"]).arg(self.configuration).args(more);
            workspace::write_secret(&file, command::output(&mut program)?.trim())?;
        }
        Ok(file)
    }

    /// The address of what these arguments make, which is the same at every start.
    pub fn make(&self, key: &Path, arguments: &[&str]) -> Result<String> {
        let mut program = Command::new(self.program);
        program.args(arguments).args(["--once", "demo", "--json", "--backend", &self.backend, "--key-file"]).arg(key);
        let made: Value = serde_json::from_str(&command::output(&mut program)?)?;
        made["url"].as_str().map(str::to_owned).context("what was made has no address")
    }
}

/// Keys of records that are no more open nothing.
pub fn forget_keys(folder: &Path) -> Result<()> {
    let keys = folder.join(KEYS);
    if keys.is_dir() && !folder.join("merchant.sqlite").exists() {
        std::fs::remove_dir_all(&keys).with_context(|| keys.display().to_string())?;
    }
    Ok(())
}

//! `cargo xtask countries`: how each country writes an address, taken from packages that others keep (`tests/interop/requirements.txt`), as
//! the table that the backend asks by, which a test compares with them; and what each country is called in the backend's languages, as Node has
//! that of Unicode's CLDR.

use std::fs::File;
use std::process::Command;

use anyhow::Result;

use crate::progress::say;
use crate::workspace::Workspace;
use crate::{command, setup, workspace};

/// Where the backend has it.
const TABLE: &str = "crates/merchant/src/catalog/asks/forms.tsv";
/// Where it has their names, and in which languages, in this order.
const NAMES: &str = "crates/merchant/src/i18n/pages/countries.tsv";
const LANGUAGES: [&str; 5] = ["en", "ar", "de", "ja", "zh-Hans"];

/// The command.
pub fn run(workspace: &Workspace) -> Result<()> {
    let judges = workspace.root.join("tests/interop");
    let mut python = Command::new(setup::python(workspace)?);
    python.arg(judges.join("countries/table.py")).arg("write").env("PYTHONPATH", &judges).env("PYTHONDONTWRITEBYTECODE", "1");
    let table = command::output(&mut python)?;
    workspace::write(&workspace.root.join(TABLE), &table)?;
    let mut node = Command::new("node");
    node.arg(judges.join("countries/names.mjs")).args(LANGUAGES).stdin(File::open(workspace.root.join(TABLE))?);
    workspace::write(&workspace.root.join(NAMES), &command::output(&mut node)?)?;
    say(&format!("{} countries in {TABLE} and {NAMES}", table.lines().count()));
    Ok(())
}

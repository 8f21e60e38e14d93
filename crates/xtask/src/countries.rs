//! `cargo xtask countries`: how each country writes an address, taken from packages that others keep (`tests/interop/requirements.txt`), as
//! the table that the backend asks by. A test compares the two.

use std::process::Command;

use anyhow::Result;

use crate::progress::say;
use crate::workspace::Workspace;
use crate::{command, setup, workspace};

/// Where the backend has it.
const TABLE: &str = "crates/merchant/src/catalog/asks/forms.tsv";

/// The command.
pub fn run(workspace: &Workspace) -> Result<()> {
    let judges = workspace.root.join("tests/interop");
    let mut python = Command::new(setup::python(workspace)?);
    python.arg(judges.join("countries/table.py")).arg("write").env("PYTHONPATH", &judges).env("PYTHONDONTWRITEBYTECODE", "1");
    let table = command::output(&mut python)?;
    workspace::write(&workspace.root.join(TABLE), &table)?;
    say(&format!("{} countries in {TABLE}", table.lines().count()));
    Ok(())
}

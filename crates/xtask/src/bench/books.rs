//! How long a merchant waits for lists, searches and figures among a hundred thousand orders, on SQLite and PostgreSQL.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::figure::{Figure, Unit};
use crate::command;
use crate::progress::say;
use crate::workspace::Workspace;

/// What the bench prints, milliseconds.
#[derive(Deserialize)]
struct Measured {
    place: String,
    what: String,
    value: f64,
}

/// Fills both databases by statements and measures; takes some minutes, once it is built.
pub fn run(workspace: &Workspace) -> Result<Vec<Figure>> {
    let mut cargo = command::cargo();
    // The databases do the work; what is compiled here is little beside.
    cargo.current_dir(&workspace.root).args(["bench", "--locked", "--quiet", "--profile", "dev", "--workspace", "--bench", "books"]);
    say("measuring");
    let printed = command::output(cargo.stderr(Stdio::inherit()))?;
    let figure = |line: &str| {
        let one: Measured = serde_json::from_str(line).with_context(|| format!("the bench of the books printed: {line}"))?;
        let Measured { place, what, value } = one;
        Ok(Figure { bench: "books", place, what, value: Some(value), unit: Unit::Milliseconds, missing: None })
    };
    printed.lines().map(figure).collect()
}

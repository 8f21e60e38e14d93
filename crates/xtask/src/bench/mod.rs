//! `cargo xtask bench`: every bench, a file each, and one table of what they measured. Figures, not gates: they compare ways
//! to do the same thing on the same machine in the same minutes. Sizes are gates, see `size`.

mod backend;
mod divan;
mod figure;
mod verify;

use anyhow::{Result, ensure};

use crate::options::Options;
use crate::progress::say;
use crate::setup::{self, Consent};
use crate::workspace::Workspace;
use figure::Figure;

/// A bench's name and what it measures.
type Bench = (&'static str, fn(&Workspace) -> Result<Vec<Figure>>);

const BENCHES: [Bench; 2] = [("verify", verify::run), ("backend", backend::run)];

/// The command: sets up what is missing, runs all, or the one that `--only` names, and prints a table, or with `--json` the same as JSON.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let only = options.value("only");
    let chosen: Vec<&Bench> = BENCHES.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)).collect();
    ensure!(!chosen.is_empty(), "--only takes one of: {}", BENCHES.map(|(name, _)| name).join(", "));
    setup::everything(workspace, Consent::of(options))?;
    let mut figures = Vec::new();
    for (name, bench) in chosen {
        say(&format!("bench: {name}"));
        figures.extend(bench(workspace)?);
    }
    if options.flag("json") {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        figures.iter().for_each(|figure| println!("{figure}"));
    }
    Ok(())
}

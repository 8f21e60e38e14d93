//! `cargo xtask bench`: every bench, a file each, and one table of what they measured. Figures, not gates: they compare ways
//! to do the same thing on the same machine in the same minutes. Sizes are gates, see `size`.

mod backend;
mod books;
mod divan;
mod figure;
mod start;
mod verify;

use anyhow::Result;

use crate::progress::say;
use crate::setup::{self, Install};
use crate::workspace::Workspace;
use figure::Figure;
use start::Beside;

/// A bench's name and what it measures.
type Bench = (&'static str, fn(&Workspace, &Beside) -> Result<Vec<Figure>>);

const BENCHES: [Bench; 4] = [
    ("verify", |workspace, _| verify::run(workspace)),
    ("backend", |workspace, _| backend::run(workspace)),
    ("books", |workspace, _| books::run(workspace)),
    ("start", start::run),
];

/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    /// One bench alone
    #[arg(value_parser = BENCHES.map(|(name, _)| name))]
    bench: Option<String>,
    #[command(flatten)]
    beside: Beside,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    install: Install,
}

/// The command: sets up what is missing, runs all, or the one that is named, and prints a table, or with `--json` the same as JSON.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let chosen: Vec<&Bench> = BENCHES.iter().filter(|(name, _)| options.bench.as_ref().is_none_or(|one| one == name)).collect();
    setup::everything(workspace, options.install.consent())?;
    let mut figures = Vec::new();
    for (name, bench) in chosen {
        say(&format!("bench: {name}"));
        figures.extend(bench(workspace, &options.beside)?);
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        figures.iter().for_each(|figure| println!("{figure}"));
    }
    Ok(())
}

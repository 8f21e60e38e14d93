//! `cargo xtask ci`: all that must hold before a change is taken. `.ci/run` calls it and nothing else.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::command;
use crate::dev;
use crate::dist::{self, Plan};
use crate::fuzz;
use crate::progress::{say, timed};
use crate::setup::{self, Install};
use crate::size;
use crate::test::{self, cargo};
use crate::tidy;
use crate::workspace::Workspace;

/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    install: Install,
}

/// A step's name and what it runs; its error is the line that is shown.
type Step = (&'static str, fn(&Workspace, &Options) -> Result<()>);

/// Cheap steps first, so that a small slip is told early.
const STEPS: &[Step] = &[
    ("tidy", |workspace, _| tidy::run(workspace, &tidy::Options::default())),
    ("format", |workspace, _| command::run(&mut cargo(workspace, &["fmt", "--all", "--check"]))),
    ("setup", |workspace, options| setup::everything(workspace, options.install.consent())),
    ("deny", |workspace, _| deny(workspace)),
    ("dist", |workspace, _| dist::build_if_changed(workspace, &Plan::for_merchants(workspace))),
    ("dist again", |workspace, _| dist::compare_elsewhere(workspace)),
    ("size", |workspace, _| size::run(workspace, &size::Options::default())),
    ("clippy", |workspace, _| clippy(workspace)),
    ("clippy wasm", |workspace, _| clippy_wasm(workspace)),
    ("dev page", |workspace, _| dev::build(workspace)),
    ("doc", |workspace, _| doc(workspace)),
    ("test", |workspace, options| test::run(workspace, &test::Options::all(options.install))),
    ("fuzz", |workspace, _| fuzz::run(workspace, &fuzz::Options::default())),
];

/// Runs every step, also after a failed one, and ends with a table.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut table: Vec<(&str, Duration, Result<()>)> = Vec::new();
    for (name, step) in STEPS {
        say(&format!("ci: {name}"));
        let (outcome, took) = timed(|| step(workspace, options));
        if let Err(failure) = &outcome {
            println!("{name}: {failure:#}");
        }
        table.push((name, took, outcome));
    }
    println!("\n{:<12} {:>8}  outcome", "step", "seconds");
    for (name, took, outcome) in &table {
        let verdict = outcome.as_ref().map_or_else(|failure| format!("FAILED: {failure:#}"), |()| "ok".to_owned());
        println!("{name:<12} {:>8.1}  {verdict}", took.as_secs_f64());
    }
    let failed: Vec<&str> = table.iter().filter(|(_, _, outcome)| outcome.is_err()).map(|(name, ..)| *name).collect();
    if failed.is_empty() { Ok(()) } else { bail!("ci failed: {}", failed.join(", ")) }
}

fn clippy(workspace: &Workspace) -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    command::run(&mut cargo(workspace, &arguments))?;
    // As the merchant's program has it: without the provider's end, which the workspace as a whole asks for.
    let alone = ["clippy", "--package", "qr-checkout-gateway", "--lib", "--locked", "--", "-D", "warnings"];
    command::run(&mut cargo(workspace, &alone))?;
    // A workspace of its own, told here what it does not compile with, and not at the very end.
    let fuzz = format!("{}/Cargo.toml", fuzz::FOLDER);
    let mut clippy = cargo(workspace, &["clippy", "--manifest-path", &fuzz, "--locked", "--target-dir"]);
    command::run(clippy.arg(workspace.target.join("fuzz")).args(["--", "-D", "warnings"]))
}

/// The widget's browser code is compiled for wasm only, so only there do lints see it.
fn clippy_wasm(workspace: &Workspace) -> Result<()> {
    let mut arguments = vec!["clippy", "--package", "qr-checkout", "--lib", "--locked"];
    arguments.extend(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    command::run(&mut cargo(workspace, &arguments))
}

/// A link that leads nowhere, or a tag that is none, is a warning of rustdoc alone. The examples in the documentation are run by `test`.
fn doc(workspace: &Workspace) -> Result<()> {
    let mut doc = cargo(workspace, &["doc", "--workspace", "--no-deps", "--locked"]);
    command::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

fn deny(workspace: &Workspace) -> Result<()> {
    let program = setup::cargo_deny(workspace)?;
    let check = |what: &[&str]| {
        let mut deny = Command::new(&program);
        deny.current_dir(&workspace.root).args(["--log-level", "error", "check"]).args(what);
        deny
    };
    command::run(&mut check(&["bans", "licenses", "sources"]))?;
    // Fetched apart, so that a missing network is told from a vulnerability that was found.
    let mut fetch = Command::new(&program);
    if command::succeeds(fetch.current_dir(&workspace.root).args(["fetch", "db"])) {
        return command::run(&mut check(&["advisories"]));
    }
    say("the advisory database cannot be reached from here: known vulnerabilities were NOT checked");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_told_to_contributors() {
        let table = include_str!("../../../CONTRIBUTING.md").lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
        let told: Vec<&str> = table.flat_map(|(steps, _)| steps.split(", ")).collect();
        assert_eq!(STEPS.iter().map(|(name, _)| *name).filter(|name| !told.contains(name)).collect::<Vec<_>>(), [""; 0]);
    }
}

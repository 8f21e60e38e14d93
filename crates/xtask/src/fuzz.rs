//! `cargo xtask fuzz`: feeds the protocol's fuzz targets for some seconds each. What `ci` runs is short: it finds what a
//! change broke plainly; `--seconds 3600` finds more. A finding is kept as a file and named.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::command;
use crate::progress::say;
use crate::setup;
use crate::workspace::Workspace;

/// The fuzz crate, a workspace of its own.
pub const FOLDER: &str = "crates/protocol/fuzz";
/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    /// For how long each target is fed, seconds
    #[arg(long, default_value_t = 8)]
    seconds: u32,
    /// One target alone
    #[arg(long)]
    target: Option<String>,
}

/// What `ci` does.
impl Default for Options {
    fn default() -> Options {
        Options { seconds: 8, target: None }
    }
}

/// The command.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    // libFuzzer is C++, which the crate that wraps it compiles.
    ensure!(command::on_path("c++").is_some(), "fuzzing needs a C++ compiler; on Debian, `apt-get install g++`");
    let program = setup::cargo_fuzz(workspace)?;
    let targets = targets(workspace, &program)?;
    let wanted: Vec<&String> = targets.iter().filter(|target| options.target.as_ref().is_none_or(|name| name == *target)).collect();
    ensure!(!wanted.is_empty(), "there is no such target; there are: {}", targets.join(", "));
    say("building the fuzz targets");
    command::run_quietly(with_target(&mut fuzz(workspace, &program, "build"), workspace))?;
    for target in wanted {
        let runs = feed(workspace, &program, target, options.seconds)?;
        say(&format!("fuzz: {target} withstood {runs} inputs"));
    }
    Ok(())
}

/// One target; returns how many inputs it got.
fn feed(workspace: &Workspace, program: &Path, target: &str, seconds: u32) -> Result<u64> {
    let work = workspace.target.join("fuzz");
    let (corpus, findings) = (work.join("corpus").join(target), work.join("findings"));
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder).with_context(|| format!("{} could not be made", folder.display()))?;
    }
    let mut fuzz = fuzz(workspace, program, "run");
    with_target(&mut fuzz, workspace).arg(target).arg(&corpus).arg(seeds(workspace, target)).arg("--");
    fuzz.arg(format!("-max_total_time={seconds}")).args(["-max_len=8192", "-timeout=10", "-rss_limit_mb=1024"]);
    // The slash makes it a folder; without it libFuzzer glues it before the name.
    fuzz.arg(format!("-artifact_prefix={}/{target}-", findings.display()));
    let output = fuzz.stdin(Stdio::null()).output().context("cargo-fuzz could not be started")?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let last: Vec<&str> = told.lines().rev().take(40).collect();
        last.iter().rev().for_each(|line| println!("{line}"));
        bail!("the fuzz target {target} found something; the input is in {}", workspace.relative(&findings));
    }
    runs(&told).with_context(|| format!("the fuzz target {target} did not say how much it ran"))
}

/// Reads `Done 1234 runs in 9 second(s)`.
fn runs(told: &str) -> Option<u64> {
    let line = told.lines().rev().find_map(|line| line.strip_prefix("Done "))?;
    line.split(' ').next()?.parse().ok()
}

/// Inputs to start from: the conformance list for whole files, small honest pieces for the others.
fn seeds(workspace: &Workspace, target: &str) -> PathBuf {
    let folder = if target == "vector" { "crates/protocol/vectors/conformance".to_owned() } else { format!("{FOLDER}/seeds/{target}") };
    workspace.root.join(folder)
}

fn targets(workspace: &Workspace, program: &Path) -> Result<Vec<String>> {
    let list = command::output(&mut fuzz(workspace, program, "list"))?;
    Ok(list.lines().map(str::to_owned).collect())
}

fn fuzz(workspace: &Workspace, program: &Path, verb: &str) -> Command {
    let mut fuzz = Command::new(program);
    fuzz.current_dir(&workspace.root).args(["fuzz", verb, "--fuzz-dir", FOLDER]);
    fuzz
}

/// Without a sanitizer: those need a nightly compiler, and our code has no `unsafe` for them to watch.
fn with_target<'a>(fuzz: &'a mut Command, workspace: &Workspace) -> &'a mut Command {
    fuzz.args(["--sanitizer", "none", "--target-dir"]).arg(workspace.target.join("fuzz"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_inputs_is_read_from_what_libfuzzer_says() {
        assert_eq!(runs("#12\tDONE cov: 1\nDone 102399 runs in 9 second(s)\n"), Some(102_399));
        assert_eq!(runs("ERROR: libFuzzer: deadly signal"), None);
    }
}

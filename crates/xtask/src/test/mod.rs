//! `cargo xtask test`: every test, browsers and independent clients included, by cargo-nextest; then the examples in the documentation;
//! and a line that sums them up. With words, the tests alone whose names contain one.

mod fixtures;
mod junit;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::command;
use crate::dist::{self, Plan};
use crate::progress::{say, timed};
use crate::setup::{self, Install};
use crate::workspace::{self, Workspace};
use fixtures::Fixtures;
use junit::Report;

/// The widget is built by then, so the server can have it inside.
const EMBEDDED: &str = "qr-checkout-merchant/embedded-widget";
/// What `--fast` leaves out: `…browser…` drives a browser, `interop…` a program in another language, `postgres…`, `crash` and `faults` a
/// database.
const SLOW: &str = "binary(/browser|^interop|^crash$|^faults$/) | test(/browser|interop|postgres/)";
/// How many of the slowest tests are told.
const SLOWEST: usize = 5;

/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    /// Native tests only: no browser, database or other language
    #[arg(long)]
    fast: bool,
    #[command(flatten)]
    install: Install,
    /// Parts of the names of the tests that are wanted; without one, all
    names: Vec<String>,
}

impl Options {
    /// What `ci` does.
    pub fn all(install: Install) -> Options {
        Options { fast: false, install, names: Vec::new() }
    }
}

/// The command; `--fast` leaves out what needs a browser, a database or another language, and says so.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    workspace::require_disk_space(&workspace.root)?;
    let run = Run { workspace, nextest: setup::cargo_nextest(workspace)?, fast: options.fast, words: &options.names };
    let prepared = run.prepare(options)?;
    let (done, took) = timed(|| run.tests(&prepared));
    let report = done?;
    for line in report.slowest(SLOWEST) {
        println!("slow: {line}");
    }
    let documentation = run.words.is_empty().then(|| run.documentation());
    println!("{} passed, {} failed, in {:.0} s", report.passed(), report.failed.len(), took.as_secs_f64());
    for name in &report.failed {
        println!("again: cargo xtask test {name}");
    }
    documentation.transpose()?;
    ensure!(report.failed.is_empty() && report.ended_well, "some tests failed; what they said is above");
    Ok(())
}

struct Run<'a> {
    workspace: &'a Workspace,
    nextest: PathBuf,
    fast: bool,
    words: &'a [String],
}

/// A variable that tests read, and its value.
type Variable = (&'static str, PathBuf);

impl Run<'_> {
    /// Installs and builds whatever tests need beside Rust.
    fn prepare(&self, options: &Options) -> Result<Vec<Variable>> {
        let workspace = self.workspace;
        let mut variables = vec![("QR_CHECKOUT_SERVER", workspace.target.join("debug/qr-checkout-server"))];
        if self.fast {
            setup::tools(workspace)?;
        } else {
            setup::everything(workspace, options.install.consent())?;
            let gallery = Plan::for_gallery(workspace);
            dist::build_if_changed(workspace, &gallery)?;
            variables.extend([
                ("QR_CHECKOUT_PYTHON", setup::python(workspace)?),
                ("QR_CHECKOUT_GECKODRIVER", setup::geckodriver(workspace)?),
                ("QR_CHECKOUT_GALLERY", gallery.out),
            ]);
        }
        dist::build_if_changed(workspace, &Plan::for_merchants(workspace))?;
        Ok(variables)
    }

    fn tests(&self, variables: &[Variable]) -> Result<Report> {
        say("building the tests");
        command::run(self.nextest(&["--no-run"]).env("NEXTEST_HIDE_PROGRESS_BAR", "1"))?;
        let fixtures = Fixtures::start(&self.workspace.target, self.fast, variables)?;
        say("running the tests");
        let mut nextest = self.nextest(&[]);
        nextest.envs(variables.iter().map(|(name, value)| (name, value))).envs(fixtures.variables());
        if self.fast {
            say(&format!("--fast leaves out: {SLOW}"));
            nextest.args(["--filterset", &format!("not ({SLOW})")]);
        }
        nextest.args(self.words);
        let file = self.workspace.target.join("nextest/default/junit.xml");
        // What an earlier run left there would be taken for this one's.
        std::fs::remove_file(&file).ok();
        let status = nextest.status()?;
        match status.code() {
            Some(NO_TESTS) => bail!("no test has such a name"),
            _ => Report::read(&workspace::read(&file)?, status.success()),
        }
    }

    fn nextest(&self, arguments: &[&str]) -> Command {
        let mut nextest = Command::new(&self.nextest);
        nextest.current_dir(&self.workspace.root).args(["nextest", "run", "--workspace", "--locked", "--features", EMBEDDED]);
        nextest.args(arguments);
        nextest
    }

    /// Nextest does not run the examples in the documentation.
    fn documentation(&self) -> Result<()> {
        say("running the examples in the documentation");
        command::run(&mut cargo(self.workspace, &["test", "--doc", "--workspace", "--locked", "--features", EMBEDDED]))
    }
}

/// Nextest's exit code where there is nothing to run.
const NO_TESTS: i32 = 4;

/// A command prepared for the checks that `ci` runs beside the tests.
pub fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut cargo = command::cargo();
    cargo.current_dir(&workspace.root).args(arguments);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_merchants_load_has_no_features() {
        let workspace = Workspace::find().unwrap();
        assert_eq!(Plan::for_merchants(&workspace).features, None);
        // Cargo itself refuses the widget that believes everybody anywhere but in the gallery.
        let source = workspace::read(&workspace.root.join("src/unverified.rs")).unwrap();
        assert!(source.contains("#[cfg(not(feature = \"gallery\"))]\ncompile_error!"));
        let manifest = workspace::read(&workspace.root.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("unverified-for-tests = []"), "the feature brings no other along");
    }
}

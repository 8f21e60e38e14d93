//! `cargo xtask test`: every test, browsers and independent clients included, and one line that sums them up.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::command;
use crate::dist::{self, Plan};
use crate::options::Options;
use crate::progress::say;
use crate::setup::{self, Consent};
use crate::workspace::{self, Workspace};

/// The command; `--fast` leaves out what needs a browser or another language, and says so.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    workspace::require_disk_space(&workspace.root)?;
    let fast = options.flag("fast");
    let beside = if fast {
        setup::tools(workspace)?;
        Vec::new()
    } else {
        setup::everything(workspace, Consent::of(options))?;
        let gallery = Plan::for_gallery(workspace);
        dist::build_if_changed(workspace, &gallery)?;
        vec![
            ("QR_CHECKOUT_PYTHON", setup::python(workspace)?),
            ("QR_CHECKOUT_GECKODRIVER", setup::geckodriver(workspace)?),
            ("QR_CHECKOUT_AXE", workspace.tools().join("axe/node_modules/axe-core/axe.min.js")),
            ("QR_CHECKOUT_GALLERY", gallery.out),
        ]
    };
    dist::build_if_changed(workspace, &Plan::for_merchants(workspace))?;
    say("running the tests");
    let sum = if fast { fast_tests(workspace)? } else { cargo_test(workspace, &["--no-fail-fast"], &beside)? };
    println!("{} passed, {} failed", sum.passed, sum.failed);
    ensure!(sum.failed == 0 && sum.ended_well, "some tests failed; their names are above");
    ensure!(sum.passed > 0, "no test was run");
    Ok(())
}

fn fast_tests(workspace: &Workspace) -> Result<Sum> {
    let tests = workspace.packages.iter().flat_map(|package| &package.targets);
    let tests = tests.filter(|target| target.kind.iter().any(|kind| kind == "test"));
    let (slow, fast): (Vec<&str>, Vec<&str>) = tests.map(|target| target.name.as_str()).partition(|name| needs_more_than_rust(name));
    say(&format!("--fast leaves out: {}", slow.join(", ")));
    let mut selection = vec!["--no-fail-fast", "--lib", "--bins"];
    selection.extend(fast.iter().flat_map(|name| ["--test", name]));
    let targets = cargo_test(workspace, &selection, &[])?;
    let docs = cargo_test(workspace, &["--no-fail-fast", "--doc"], &[])?;
    Ok(targets.plus(&docs))
}

/// The names of test targets tell: `…_browser…` drives a browser, `interop_…` a client in another language, `postgres…`,
/// `crash` and `faults` a database.
fn needs_more_than_rust(target: &str) -> bool {
    target.contains("browser")
        || ["crash", "faults"].contains(&target)
        || ["interop", "postgres"].iter().any(|kind| target.starts_with(kind))
}

/// The widget is built by then, so the server can have it inside.
const EMBEDDED: &str = "qr-checkout-merchant/embedded-widget";

/// What the result lines of one or more `cargo test` runs add up to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    passed: usize,
    failed: usize,
    ended_well: bool,
}

impl Sum {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; …`; other lines add nothing.
    fn take(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else { return };
        let count = |word: &str| {
            let mut words = counts.split([' ', ';']).filter(|part| !part.is_empty()).collect::<Vec<_>>().into_iter().rev();
            words.find(|part| *part == word)?;
            words.next()?.parse::<usize>().ok()
        };
        self.passed += count("passed").unwrap_or(0);
        self.failed += count("failed").unwrap_or(0);
    }

    fn plus(&self, other: &Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed, ended_well: self.ended_well && other.ended_well }
    }
}

/// `beside` is what tests need beside Rust, by the variable that names it.
fn cargo_test(workspace: &Workspace, selection: &[&str], beside: &[(&str, PathBuf)]) -> Result<Sum> {
    let mut cargo = command::cargo();
    cargo.current_dir(&workspace.root).args(["test", "--workspace", "--locked", "--features", EMBEDDED]).args(selection);
    // Cargo builds it for the backend's own tests before any test runs; the journeys need not build it again.
    cargo.env("QR_CHECKOUT_SERVER", workspace.target.join("debug/qr-checkout-server"));
    cargo.envs(beside.iter().map(|(name, program)| (name, program)));
    let mut child = cargo.stdout(Stdio::piped()).spawn().context("cargo could not be started")?;
    let mut sum = Sum::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            sum.take(&line);
            println!("{line}");
        }
    }
    sum.ended_well = child.wait()?.success();
    Ok(sum)
}

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
    fn result_lines_are_summed_and_others_ignored() {
        let mut sum = Sum::default();
        sum.take("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        sum.take("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.01s");
        sum.take("test a_test ... ok");
        assert_eq!((sum.passed, sum.failed), (15, 2));
    }

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

    #[test]
    fn browser_and_interop_targets_are_told_by_name() {
        assert!(needs_more_than_rust("journey_browser") && needs_more_than_rust("interop_wechatpayv3") && needs_more_than_rust("faults"));
        assert!(!needs_more_than_rust("journey_native"));
    }
}

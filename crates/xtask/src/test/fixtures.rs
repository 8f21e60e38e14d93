//! What tests share, each of which is a process of its own: a program of `crates/testing` that starts it once and names it by variables.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::progress::say;

/// The program at work; it ends with us, however we end.
pub struct Fixtures {
    program: Child,
    variables: Vec<(String, String)>,
}

impl Fixtures {
    /// Starts the program, which was built with the tests, and waits until all is there.
    pub fn start(target: &Path, fast: bool, variables: &[(&str, PathBuf)]) -> Result<Self> {
        say("starting what the tests share");
        let path = target.join("debug/qr-checkout-fixtures");
        let mut command = Command::new(&path);
        command.args(fast.then_some("fast")).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let mut program = command.spawn().with_context(|| format!("{} could not be started", path.display()))?;
        let output = program.stdout.take().context("it has an output")?;
        let mut variables = Vec::new();
        let mut is_ready = false;
        for line in BufReader::new(output).lines() {
            match line?.split_once('=') {
                Some((name, value)) => variables.push((name.to_owned(), value.to_owned())),
                None => {
                    is_ready = true;
                    break;
                }
            }
        }
        let fixtures = Self { program, variables };
        ensure!(is_ready, "what the tests share could not be started; its own words are above");
        Ok(fixtures)
    }

    /// For the tests.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Drop for Fixtures {
    fn drop(&mut self) {
        drop(self.program.stdin.take());
        // It may have failed, which was told.
        _ = self.program.wait();
    }
}

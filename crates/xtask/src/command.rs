//! Running other programs: a missing program or a failed one becomes one clear line, never a stack trace.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};

/// Runs `command` with this terminal as its output.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    bail!("`{}` failed ({status}); its own words are above", spelled(command))
}

/// Runs `command` silently; what it printed is shown only when it fails.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    output(command).map(|_| ())
}

/// Runs `command` silently and returns what it wrote to standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        bail!("`{}` failed ({})", spelled(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed something that is not text", spelled(command)))
}

/// Whether `command` can be started and succeeds; for questions such as "is it installed?".
pub fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Where `program` is on the PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// The cargo that runs us, so that a nested call uses the same toolchain.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The command as a person would type it, without the folders of its program.
pub fn spelled(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let program = program.file_name().unwrap_or(OsStr::new("?")).to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn not_started(command: &Command, error: &io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    if error.kind() == io::ErrorKind::NotFound {
        return match HINTS.iter().find(|(name, _)| program.ends_with(name)) {
            Some((name, hint)) => anyhow!("{name} is not installed: {hint}"),
            None => anyhow!("{program} is not installed"),
        };
    }
    anyhow!("{program} could not be started: {error}")
}

const HINTS: &[(&str, &str)] = &[
    ("npm", "install Node.js 20 or later"),
    ("node", "install Node.js 20 or later"),
    ("python3", "install Python 3.11 or later"),
    ("rustup", "install Rust with rustup"),
    ("cargo", "install Rust with rustup"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_what_to_do() {
        let failure = run(&mut Command::new("/nonexistent/npm")).unwrap_err();
        assert_eq!(failure.to_string(), "npm is not installed: install Node.js 20 or later");
    }

    #[test]
    fn a_failed_program_is_spelled_as_typed() {
        let failure = run_quietly(&mut Command::new("false")).unwrap_err();
        assert!(failure.to_string().starts_with("`false` failed"), "{failure}");
    }
}

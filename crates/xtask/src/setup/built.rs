//! Tools that cargo builds from crates.io into `target/tools/cargo`, each once.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::progress::say;
use crate::workspace::Workspace;

/// cargo-deny from the PATH, else built.
pub fn cargo_deny(workspace: &Workspace) -> Result<PathBuf> {
    any(workspace, Tool { package: "cargo-deny", program: "cargo-deny", version: "0.20.2", arguments: &[] })
}

/// cargo-fuzz from the PATH, else built.
pub fn cargo_fuzz(workspace: &Workspace) -> Result<PathBuf> {
    any(workspace, Tool { package: "cargo-fuzz", program: "cargo-fuzz", version: "0.13.2", arguments: &[] })
}

/// cargo-nextest, which runs the tests, from the PATH, else built.
pub fn cargo_nextest(workspace: &Workspace) -> Result<PathBuf> {
    any(workspace, Tool { package: "cargo-nextest", program: "cargo-nextest", version: "0.9.151", arguments: &[] })
}

/// geckodriver, which Debian does not have and which drives Firefox, from the PATH, else built.
pub fn geckodriver(workspace: &Workspace) -> Result<PathBuf> {
    any(workspace, Tool { package: "geckodriver", program: "geckodriver", version: "0.37.1", arguments: &[] })
}

/// trunk, which serves the development page. It loads nothing itself (`offline` in Trunk.toml), and needs no TLS for the demo.
pub fn trunk(workspace: &Workspace) -> Result<PathBuf> {
    this(workspace, Tool { package: "trunk", program: "trunk", version: "0.21.14", arguments: &["--no-default-features"] })
}

/// wasm-bindgen of exactly the version that the widget is compiled with: another one refuses the wasm.
pub fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf> {
    let version = workspace.locked_version("wasm-bindgen")?.context("Cargo.lock has no wasm-bindgen")?;
    let arguments = &["--bin", "wasm-bindgen"];
    this(workspace, Tool { package: "wasm-bindgen-cli", program: "wasm-bindgen", version: &version, arguments })
}

struct Tool<'a> {
    /// On crates.io.
    package: &'a str,
    program: &'a str,
    version: &'a str,
    /// For `cargo install`.
    arguments: &'a [&'a str],
}

/// Whatever version the machine has, else the one named.
fn any(workspace: &Workspace, tool: Tool<'_>) -> Result<PathBuf> {
    command::on_path(tool.program).map_or_else(|| build(workspace, &tool), Ok)
}

/// The version named and no other.
fn this(workspace: &Workspace, tool: Tool<'_>) -> Result<PathBuf> {
    let found = command::on_path(tool.program).filter(|program| is_version(program, tool.version));
    found.map_or_else(|| build(workspace, &tool), Ok)
}

fn build(workspace: &Workspace, tool: &Tool<'_>) -> Result<PathBuf> {
    let home = workspace.tools().join("cargo");
    let program = home.join("bin").join(tool.program);
    if is_version(&program, tool.version) {
        return Ok(program);
    }
    say(&format!("building {} {} (some minutes, once)", tool.package, tool.version));
    let install = |locked: &[&str]| {
        let mut install = command::cargo();
        install.current_dir(&workspace.root).args(["install", "--quiet", "--force", tool.package, "--version", tool.version]).args(locked);
        install.args(tool.arguments).arg("--root").arg(&home);
        // Tools that run for seconds are not worth the minutes that their own profiles spend on them: trunk takes a third less so.
        install.envs(
            [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "1")]
                .map(|(key, value)| (format!("CARGO_PROFILE_RELEASE_{key}"), value)),
        );
        command::run(&mut install)
    };
    if install(&["--locked"]).is_err() {
        // A mirror of crates.io may not have the very versions that a tool was published with.
        say(&format!("building {} with the versions that can be had from here", tool.package));
        install(&[])?;
    }
    Ok(program)
}

fn is_version(program: &Path, version: &str) -> bool {
    let told = || command::output(Command::new(program).arg("--version"));
    program.exists() && told().is_ok_and(|text| text.split_whitespace().any(|word| word == version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_taken_in_exactly_its_version() {
        let program = command::on_path("rustc").unwrap();
        let told = command::output(Command::new(&program).arg("--version")).unwrap();
        let version = told.split(' ').nth(1).unwrap();
        let is = |version: &str| is_version(&program, version);
        assert_eq!([version, &version[..version.len() - 1], &format!("{version}0")].map(is), [true, false, false]);
        assert!(!is_version(Path::new("/nonexistent/rustc"), version), "what is not there has no version");
    }
}

//! `cargo xtask dev`: the inner loop of the widget. Serves a development page that is compiled and loaded anew whenever a file of the widget
//! changes; `cargo xtask demo` beside it is its backend. Releases are built by `dist`.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result, anyhow};

use crate::command;
use crate::setup;
use crate::workspace::{self, Workspace};

/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    /// Where the page is
    #[arg(long, default_value_t = 8090)]
    port: u16,
}

/// The command: installs what is missing, and becomes `trunk serve`, so that Ctrl-C and signals are trunk's.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    workspace::require_disk_space(&workspace.root)?;
    let mut serve = trunk(workspace, "serve")?;
    serve.args(["--port", &options.port.to_string()]);
    Err(anyhow!("trunk could not be started: {}", serve.exec()))
}

/// Compiles the page once, for `ci`: a door that nobody tries is shut one day.
pub fn build(workspace: &Workspace) -> Result<()> {
    command::run(&mut trunk(workspace, "build")?)
}

/// trunk, which looks for its own tools on the PATH.
fn trunk(workspace: &Workspace, subcommand: &str) -> Result<Command> {
    let tools = setup::for_development(workspace)?;
    let folders = [&tools.trunk, &tools.wasm_bindgen].map(|program| program.parent().map(ToOwned::to_owned).unwrap_or_default());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.into_iter().chain(std::env::split_paths(&path))).context("the PATH cannot be extended")?;
    let mut trunk = Command::new(tools.trunk);
    // trunk takes the variable for an option of its own, which only `true` and `false` are values of.
    trunk.current_dir(&workspace.root).arg(subcommand).env("PATH", path).env_remove("NO_COLOR");
    Ok(trunk)
}

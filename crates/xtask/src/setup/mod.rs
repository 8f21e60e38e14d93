//! `cargo xtask setup`: installs what is missing, says so, and is quick when nothing is.
//! Nothing is installed outside `target/tools`, rustup's toolchain and, with root or sudo and asked first, Debian's packages.

mod built;
mod system;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::progress::say;
use crate::workspace::{self, Workspace};
pub use built::{cargo_deny, cargo_fuzz, cargo_nextest, geckodriver};
pub use system::{Consent, Install};

/// The programs of the development page.
pub struct DevelopmentTools {
    pub trunk: PathBuf,
    pub wasm_bindgen: PathBuf,
}

/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    /// For what
    #[arg(long, value_enum, default_value = "test")]
    level: Level,
    #[command(flatten)]
    install: Install,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Level {
    Demo,
    Dev,
    Test,
}

/// The command.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    match options.level {
        Level::Demo => tools(workspace)?,
        Level::Dev => _ = for_development(workspace)?,
        Level::Test => everything(workspace, options.install.consent())?,
    }
    say("everything needed is there");
    Ok(())
}

/// What building and showing the widget needs.
pub fn tools(workspace: &Workspace) -> Result<()> {
    rust_parts(workspace)?;
    node_tools(workspace)
}

/// What the development page needs, and neither the demo nor a test does.
pub fn for_development(workspace: &Workspace) -> Result<DevelopmentTools> {
    rust_parts(workspace)?;
    Ok(DevelopmentTools { trunk: built::trunk(workspace)?, wasm_bindgen: built::wasm_bindgen(workspace)? })
}

/// What every test needs as well: browsers, decoders, fonts, the other languages of the interop tests.
pub fn everything(workspace: &Workspace, consent: Consent) -> Result<()> {
    tools(workspace)?;
    system::packages(consent)?;
    let judges = workspace.root.join("tests/interop");
    npm(&judges, &workspace.tools().join("interop"), "the independent judges that run under Node")?;
    let fields = workspace.root.join("crates/protocol/tests/structured_fields");
    npm(&fields, &workspace.tools().join("structured_fields"), "the tests of structured fields")?;
    npm(&workspace.root.join("tests/axe"), &workspace.tools().join("axe"), "what tests put on pages")?;
    geckodriver(workspace)?;
    cargo_nextest(workspace)?;
    python(workspace).map(|_| ())
}

fn rust_parts(workspace: &Workspace) -> Result<()> {
    let mut ask = Command::new("rustc");
    ask.current_dir(&workspace.root).args(["--print", "sysroot"]);
    let library = PathBuf::from(command::output(&mut ask)?.trim()).join("lib/rustlib");
    if !library.join("wasm32-unknown-unknown/lib").is_dir() {
        say("adding Rust's wasm target");
        command::run(Command::new("rustup").current_dir(&workspace.root).args(["target", "add", "wasm32-unknown-unknown"]))?;
    }
    if !library.join("src/rust/library/Cargo.lock").is_file() {
        say("adding the source of Rust's standard library");
        command::run(Command::new("rustup").current_dir(&workspace.root).args(["component", "add", "rust-src"]))?;
    }
    Ok(())
}

/// wasm-opt and the minifier, as locked by `crates/xtask/tools/package-lock.json`.
fn node_tools(workspace: &Workspace) -> Result<()> {
    let (from, to) = (workspace.root.join("crates/xtask/tools"), workspace.tools());
    workspace::write(&to.join("pack.mjs"), workspace::read_bytes(&from.join("pack.mjs"))?)?;
    npm(&from, &to, "wasm-opt and the minifier")
}

/// Adyen's web components and a bundler, which only a bench needs; their folder.
pub fn adyen(workspace: &Workspace) -> Result<PathBuf> {
    let tools = workspace.tools().join("adyen");
    npm(&workspace.root.join("benches/start/adyen"), &tools, "Adyen's web components, to measure beside ours")?;
    Ok(tools)
}

/// Installs into `to` what the package-lock.json of `from` says, unless that is there already.
fn npm(from: &Path, to: &Path, what: &str) -> Result<()> {
    let lock = workspace::read(&from.join("package-lock.json"))?;
    let stamp = to.join("npm-installed");
    if workspace::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say(&format!("installing {what}"));
    for name in ["package.json", "package-lock.json"] {
        workspace::write(&to.join(name), workspace::read_bytes(&from.join(name))?)?;
    }
    let mut npm = Command::new("npm");
    npm.current_dir(to).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]);
    command::run_quietly(&mut npm)?;
    workspace::write(&stamp, lock)
}

/// The interpreter with the independent judges of `tests/interop`.
pub fn python(workspace: &Workspace) -> Result<PathBuf> {
    let venv = workspace.tools().join("venv");
    let interpreter = venv.join("bin/python");
    let requirements = workspace.root.join("tests/interop/requirements.txt");
    let wanted = workspace::read(&requirements)?;
    let stamp = venv.join("installed-requirements.txt");
    if interpreter.exists() && workspace::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(interpreter);
    }
    say("installing the independent judges that run under Python");
    command::run_quietly(Command::new("python3").args(["-m", "venv"]).arg(&venv))
        .context("on Debian, `apt-get install python3-venv` brings what python3 lacks")?;
    let mut pip = Command::new(&interpreter);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
    command::run_quietly(&mut pip)?;
    workspace::write(&stamp, wanted)?;
    Ok(interpreter)
}

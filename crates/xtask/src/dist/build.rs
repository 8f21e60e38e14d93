//! The compiler's part of `dist`: how the widget becomes the smallest wasm that this toolchain can make.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::lean;
use crate::command;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// The passes left out make fewer bytes, but bytes that compress worse: without them the widget is 2.9 kB brotli smaller.
pub const SHRINK: &[&str] = &[
    "-Oz",
    "--converge",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=local-cse",
    "--skip-pass=merge-similar-functions",
    "--skip-pass=simplify-locals",
    // Nothing of ours lies in the first KiB: rustc has the linker put the stack first, and it grows down to there only to overflow.
    "--low-memory-unused",
    // At last, functions of an instruction or two go where they are called, and those called once if they are short:
    // 1.8 kB brotli smaller, where inlining as wasm-opt would by itself makes it larger.
    "--inlining",
    "--always-inline-max-function-size=1",
    "--flexible-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=20",
];

/// Moves functions to the places that they are named by, and changes nothing else; see `order`.
pub const REORDER: &[&str] = &["--reorder-functions-by-name", "--strip-debug"];

/// Those that rustc lets LLVM use for this target; without them wasm-opt refuses the module.
pub const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The standard library built anew, for size and without the code that words a panic.
/// Measured on a small Yew app: 98.4 kB brotli become 86.8 kB.
pub const SMALL_STANDARD_LIBRARY: &[&str] = &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// A panic becomes a trap at once, and `{:?}` prints nothing: what they would say is bytes that no shopper reads.
/// Measured on the widget: without `-Zfmt-debug=none` it is 6.7 kB brotli larger.
const SILENT_PANICS: &[&str] = &["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"];

/// Functions of equal code stay apart: wasm-opt unites them later, and better.
const NAME_FOR_EACH: &str = "-Zmerge-functions=disabled";

/// References to JavaScript values stay numbers of a table in the glue: wasm-bindgen's shims for the other way weigh more.
const PLAIN_REFERENCES: &str = "-Ctarget-feature=-reference-types,-multivalue";

/// Half a megabyte, half of rustc's own: the data behind it then has addresses of three bytes, 0.2 kB brotli smaller.
const SMALLER_STACK: &str = "-Clink-arg=-zstack-size=524288";

/// Compiles the widget and returns the path of its wasm.
pub fn compile(workspace: &Workspace, features: Option<&str>) -> Result<PathBuf> {
    let mut cargo = cargo_for_wasm(workspace, "qr-checkout")?;
    // A path in place of the registry's, which Cargo.lock need not know of.
    cargo.arg("--config").arg(format!("paths=[{:?}]", lean::make(workspace)?));
    if let Some(features) = features {
        cargo.args(["--features", features]);
    }
    command::run(&mut cargo)?;
    Ok(workspace.target.join(TARGET).join("wasm/qr_checkout.wasm"))
}

/// Compiles another package of the workspace by the same means, but with Yew as it is.
pub fn compile_with_yew_as_it_is(workspace: &Workspace, package: &str) -> Result<PathBuf> {
    command::run(&mut cargo_for_wasm(workspace, package)?)?;
    Ok(workspace.target.join(TARGET).join("wasm").join(format!("{}.wasm", package.replace('-', "_"))))
}

fn cargo_for_wasm(workspace: &Workspace, package: &str) -> Result<Command> {
    let mut cargo = command::cargo();
    cargo
        .current_dir(&workspace.root)
        .args(["build", "--package", package, "--lib", "--locked", "--profile", "wasm"])
        .args(["--target", TARGET])
        .args(SMALL_STANDARD_LIBRARY)
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace)?.join("\u{1f}"))
        // The pinned stable compiler, allowed to build its own standard library.
        .env("RUSTC_BOOTSTRAP", "1");
    Ok(cargo)
}

/// No folder of the building machine may reach the wasm: the same sources must give the same bytes anywhere.
fn flags(workspace: &Workspace) -> Result<Vec<String>> {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(&workspace.root).args(["--print", "sysroot"]);
    let sysroot = command::output(&mut rustc)?;
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let cargo_home = cargo_home.context("neither CARGO_HOME nor a home folder is known")?;
    let mut flags: Vec<String> = SILENT_PANICS.iter().map(ToString::to_string).collect();
    flags.extend([
        NAME_FOR_EACH.to_owned(),
        PLAIN_REFERENCES.to_owned(),
        SMALLER_STACK.to_owned(),
        format!("--remap-path-prefix={}=sysroot", sysroot.trim()),
        format!("--remap-path-prefix={}=cargo", cargo_home.display()),
        format!("--remap-path-prefix={}=.", workspace.root.display()),
    ]);
    Ok(flags)
}

//! Runs the independent judges of `tests/interop` under what `cargo xtask setup` installed. A judge that agrees ends
//! with the line "agreed".

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Runs a judge with arguments and input, and insists that it agreed. Its language is told by its name.
pub fn judge(script: &str, arguments: &[&str], input: &str) {
    let script = root().join("tests/interop").join(script);
    match script.extension().is_some_and(|extension| extension == "py") {
        true => agreed(Command::new(python()).arg(script).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1"), input),
        false => with_node_modules(&script, |script| agreed(Command::new("node").arg(script).args(arguments), input)),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The interpreter that `cargo xtask setup` prepares, or the one that the environment names.
fn python() -> PathBuf {
    prepared("QR_CHECKOUT_PYTHON", "target/tools/venv/bin/python")
}

fn prepared(variable: &str, path: &str) -> PathBuf {
    let found = std::env::var_os(variable).map_or_else(|| root().join(path), PathBuf::from);
    assert!(found.exists(), "{} is missing: run cargo xtask setup", found.display());
    found
}

/// Node finds packages from where a script is, so the script is copied beside them.
fn with_node_modules(script: &Path, run: impl FnOnce(&Path)) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let folder = std::env::temp_dir().join(format!("qr-checkout-judge-{}-{count}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let packages = prepared("QR_CHECKOUT_NODE_MODULES", "target/tools/interop/node_modules");
    std::os::unix::fs::symlink(packages.canonicalize().unwrap(), folder.join("node_modules")).unwrap();
    let copy = folder.join(script.file_name().unwrap());
    std::fs::copy(script, &copy).unwrap();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&copy)));
    std::fs::remove_dir_all(&folder).unwrap();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

fn agreed(command: &mut Command, input: &str) {
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.ends_with("agreed\n"), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

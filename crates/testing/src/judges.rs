//! Runs the independent judges of `tests/interop` with what `cargo xtask setup` installed. A judge that agrees ends with the line
//! "agreed". What is judged is the business of each test.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::place::made_ready;
use crate::{Folder, root};

/// Runs a judge with arguments and input, and insists that it agreed. Its language is told by its name. What it printed
/// before its verdict is returned.
pub fn judge(script: &str, arguments: &[&str], input: &str) -> String {
    let script = format!("tests/interop/{script}");
    if script.ends_with(".py") {
        // What the judges share lies above each of them.
        let shared = root().join("tests/interop");
        agreed(python(&script).args(arguments).env("PYTHONPATH", shared), input)
    } else {
        let (_folder, mut judge) = node(&[&script, "tests/interop/judging.mjs"]);
        agreed(judge.args(arguments), input)
    }
}

/// A script under the interpreter that `cargo xtask setup` prepares, or the one that the environment names.
pub fn python(script: &str) -> Command {
    let mut command = Command::new(made_ready("QR_CHECKOUT_PYTHON", "target/tools/venv/bin/python"));
    command.arg(root().join(script)).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// The first of these scripts under Node, and the folder of all of them, which goes with its last user.
pub fn node(scripts: &[&str]) -> (Folder, Command) {
    let folder = with_node_modules(scripts);
    let mut command = Command::new("node");
    command.arg(folder.path().join(scripts[0]));
    (folder, command)
}

/// Copies of scripts, under their paths in the repository and below the packages that they import: Node looks for
/// packages from where a script lies upwards.
pub(crate) fn with_node_modules(scripts: &[&str]) -> Folder {
    let folder = Folder::new("interop");
    let packages = made_ready("QR_CHECKOUT_NODE_MODULES", "target/tools/interop/node_modules");
    std::os::unix::fs::symlink(packages.canonicalize().unwrap(), folder.path().join("node_modules")).unwrap();
    for script in scripts {
        let copy = folder.path().join(script);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(root().join(script), copy).unwrap();
    }
    folder
}

fn agreed(command: &mut Command, input: &str) -> String {
    // Judges talk to loopback alone; a proxy of the machine would be asked first.
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_owned());
    // Beside the reading of what it says: either may be more than a pipe holds.
    let told = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.ends_with("agreed\n"), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    told.join().unwrap().unwrap();
    said.trim_end_matches("agreed\n").to_owned()
}

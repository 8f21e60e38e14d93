//! Starting the example backends, which are written in other languages, with what `cargo xtask setup` installed.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::judges::{python, with_node_modules};
use crate::{Folder, root};

/// An example of `examples/signers`.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    Python,
    Node,
    NodeLibrary,
    Php,
    /// Knows one price and one order.
    Java,
    /// The same.
    Go,
}

impl Example {
    /// The name in recorded vectors.
    pub fn name(self) -> &'static str {
        match self {
            Example::Python => "python",
            Example::Node => "node",
            Example::NodeLibrary => "node-library",
            Example::Php => "php",
            Example::Java => "java",
            Example::Go => "go",
        }
    }

    /// Starts the shop with that key (32 bytes, base64url), for that public URL. Port 0 takes any.
    pub fn start(self, seed: &str, public_url: &str, port: u16) -> Running {
        let (mut command, folder) = match self {
            Example::Python => (python("examples/signers/python/server.py"), None),
            Example::Node => (node(&root().join("examples/signers/node/server.mjs")), None),
            Example::NodeLibrary => {
                let folder = with_node_modules(&["examples/signers/node/server.mjs", "examples/signers/node/library.mjs"]);
                (node(&folder.path().join("examples/signers/node/library.mjs")), Some(folder))
            }
            Example::Php => {
                let mut php = Command::new("php");
                php.args(["-S", &format!("127.0.0.1:{port}")]).arg(root().join("examples/signers/php/server.php"));
                // PHP keeps the orders in files, and each shop of the tests begins without any.
                let folder = Folder::new("interop");
                php.env("TMPDIR", folder.path());
                (php, Some(folder))
            }
            Example::Java => (with("java", &[], "java/Server.java"), None),
            Example::Go => {
                // Built, because `go run` would outlive the one who ends it.
                let folder = Folder::new("interop");
                let program = folder.path().join("server");
                let mut go = with("go", &["build", "-o", program.to_str().unwrap()], "go/server.go");
                assert!(go.status().unwrap().success(), "{go:?}");
                (Command::new(program), Some(folder))
            }
        };
        if matches!(self, Example::Java | Example::Go) {
            command.arg(root().join("examples/signers/fixed"));
        }
        command.env("SEED", seed).env("PUBLIC_URL", public_url).env("PORT", port.to_string());
        // PHP tells on standard error that it listens, and goes on telling; the others on standard output, once.
        let tells = match self {
            Example::Php => Tells::OnError,
            _ => Tells::OnOutput,
        };
        Running::start(command, tells, folder)
    }
}

/// Where a program says that it listens.
#[derive(Clone, Copy, Debug)]
pub enum Tells {
    OnOutput,
    OnError,
}

/// A running example; ended when dropped.
pub struct Running {
    child: Child,
    /// Host and port that it listens on.
    pub address: String,
    _folder: Option<Folder>,
}

impl Running {
    /// Starts a program and waits until it says where it listens.
    pub fn start(mut command: Command, tells: Tells, folder: Option<Folder>) -> Running {
        let (out, error) = match tells {
            Tells::OnError => (Stdio::null(), Stdio::piped()),
            Tells::OnOutput => (Stdio::piped(), Stdio::inherit()),
        };
        let child = command.stdin(Stdio::null()).stdout(out).stderr(error).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}; run cargo xtask setup"));
        let mut line = String::new();
        match (child.stdout.take(), child.stderr.take()) {
            (Some(out), _) => BufReader::new(out).read_line(&mut line).unwrap(),
            (None, Some(error)) => {
                let mut error = BufReader::new(error);
                let read = error.read_line(&mut line).unwrap();
                std::thread::spawn(move || std::io::copy(&mut error, &mut std::io::sink()));
                read
            }
            (None, None) => 0,
        };
        let address = line.split_once("http://").unwrap_or_else(|| panic!("{command:?} said {line:?}")).1;
        let address = address.trim_end().split(')').next().unwrap().to_owned();
        Running { child, address, _folder: folder }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already, which the test has noticed by then.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A program with those words and that file of the examples.
fn with(program: &str, words: &[&str], file: &str) -> Command {
    let mut command = Command::new(program);
    command.args(words).arg(root().join("examples/signers").join(file));
    command
}

fn node(script: &Path) -> Command {
    let mut command = Command::new("node");
    command.arg(script);
    command
}

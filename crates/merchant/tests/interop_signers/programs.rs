//! Starting what is written in other languages: the example backends and the judges, with what `cargo xtask setup` installed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// An example of `examples/signers`.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    Python,
    Node,
    NodeLibrary,
    Php,
}

impl Example {
    /// The name in recorded vectors.
    pub fn name(self) -> &'static str {
        match self {
            Example::Python => "python",
            Example::Node => "node",
            Example::NodeLibrary => "node-library",
            Example::Php => "php",
        }
    }

    /// Starts the shop with that key (32 bytes, base64url), for that public URL. Port 0 takes any.
    pub fn start(self, seed: &str, public_url: &str, port: u16) -> Running {
        let (mut command, folder) = match self {
            Example::Python => (python("examples/signers/python/server.py"), None),
            Example::Node => (node(&root().join("examples/signers/node/server.mjs")), None),
            Example::NodeLibrary => {
                let folder = Folder::with_node_modules(&["examples/signers/node/server.mjs", "examples/signers/node/library.mjs"]);
                (node(&folder.0.join("library.mjs")), Some(folder))
            }
            Example::Php => {
                let mut php = Command::new("php");
                php.args(["-S", &format!("127.0.0.1:{port}")]).arg(root().join("examples/signers/php/server.php"));
                // PHP keeps the orders in files, and each shop of the tests begins without any.
                let folder = Folder::new();
                php.env("TMPDIR", &folder.0);
                (php, Some(folder))
            }
        };
        command.env("SEED", seed).env("PUBLIC_URL", public_url).env("PORT", port.to_string());
        // PHP tells on standard error that it listens, and goes on telling; the others on standard output, once.
        let (out, error) = match self {
            Example::Php => (Stdio::null(), Stdio::piped()),
            Example::Python | Example::Node | Example::NodeLibrary => (Stdio::piped(), Stdio::inherit()),
        };
        let child = command.stdin(Stdio::null()).stdout(out).stderr(error).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{self:?}: {error}; run cargo xtask setup"));
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
        let address = line.split_once("http://").unwrap_or_else(|| panic!("{self:?} said {line:?}")).1;
        let address = address.trim_end().split(')').next().unwrap().to_owned();
        Running { child, address, _folder: folder }
    }
}

/// A running example; ended when dropped.
pub struct Running {
    child: Child,
    /// Host and port that it listens on.
    pub address: String,
    _folder: Option<Folder>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already, which the test has noticed by then.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("qr-checkout-interop-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    /// Copies of scripts beside the packages that they import: Node looks for packages where the script lies.
    fn with_node_modules(scripts: &[&str]) -> Folder {
        let folder = Folder::new();
        let packages = root().join("target/tools/interop/node_modules");
        assert!(packages.is_dir(), "{} is missing: run cargo xtask setup", packages.display());
        std::os::unix::fs::symlink(packages.canonicalize().unwrap(), folder.0.join("node_modules")).unwrap();
        for script in scripts.iter().map(|script| root().join(script)) {
            std::fs::copy(&script, folder.0.join(script.file_name().unwrap())).unwrap();
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left over in a temporary folder is no failure of a test.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Has a Python script of `tests/interop` judge `case`, and insists that it agrees.
pub fn python_agrees(script: &str, case: &str) {
    agrees(python(script), case);
}

/// Has a Node script of `tests/interop` judge `case`, and insists that it agrees.
pub fn node_agrees(script: &str, case: &str) {
    let folder = Folder::with_node_modules(&[script]);
    agrees(node(&folder.0.join(Path::new(script).file_name().unwrap())), case);
}

fn agrees(mut command: Command, case: &str) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(case.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.ends_with("agreed\n"), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The interpreter that `cargo xtask setup` prepares, or the one that the environment names.
fn python(script: &str) -> Command {
    let prepared = root().join("target/tools/venv/bin/python");
    let python = std::env::var_os("QR_CHECKOUT_PYTHON").map_or(prepared, PathBuf::from);
    assert!(python.exists(), "{} is missing: run cargo xtask setup", python.display());
    let mut command = Command::new(python);
    command.arg(root().join(script)).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn node(script: &Path) -> Command {
    let mut command = Command::new("node");
    command.arg(script);
    command
}

//! Programs beside a test. Each ends with the test that started it, however that ends.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Runs a program until we are gone: when our end of its standard input closes, its whole process group ends, and its
/// folder goes too.
const WATCH: &str = r#""$@" </dev/null & program=$!; exec >/dev/null; trap "" TERM; read -r _; kill -TERM 0; wait $program; sleep 1
case "$TMPDIR" in */qr-checkout-browser-*|*/qr-checkout-seats-*) rm -rf "$TMPDIR";; esac"#;
/// How long a program may take until it listens.
const START: Duration = Duration::from_secs(30);

/// A program that ends when this is dropped or when we end.
pub(crate) struct Program {
    watch: Child,
    /// Closing it is what ends the program.
    lifeline: Option<ChildStdin>,
    /// Must stay open, or the program ends when it next says something.
    output: BufReader<ChildStdout>,
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        _ = self.watch.wait();
    }
}

/// Starts a program and returns what follows `words` in the first line that has them.
pub(crate) fn start_and_hear(command: &mut Command, folder: &Path, words: &str) -> (Program, String) {
    let mut program = start(command, folder);
    let mut line = String::new();
    loop {
        assert!(program.output.read_line(&mut line).unwrap() > 0, "{command:?} ended without a word; is it installed?");
        if let Some((_, rest)) = line.split_once(words) {
            let rest = rest.trim().trim_end_matches('.').to_owned();
            return (program, rest);
        }
        line.clear();
    }
}

/// The same where the words are followed by a port.
pub(crate) fn start_and_hear_port(command: &mut Command, folder: &Path, words: &str) -> (Program, u16) {
    let (program, port) = start_and_hear(command, folder, words);
    (program, port.parse().unwrap())
}

/// Starts a program that cannot choose a port, and returns when it listens.
pub(crate) fn start_on_free_port(command: &mut Command, folder: &Path) -> (Program, u16) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let program = start(command.arg(format!("--port={port}")), folder);
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < START, "{command:?} does not listen; is it installed?");
        std::thread::yield_now();
    }
    (program, port)
}

fn start(command: &mut Command, folder: &Path) -> Program {
    let mut watched = Command::new("sh");
    watched.args(["-c", WATCH, "sh"]).arg(command.get_program()).args(command.get_args());
    watched.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    watched.env("TMPDIR", folder).process_group(0);
    let mut watch = watched.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (lifeline, output) = (watch.stdin.take(), BufReader::new(watch.stdout.take().unwrap()));
    Program { watch, lifeline, output }
}

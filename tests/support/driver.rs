//! A driver's process and one WebDriver session of it. Sessions are slow to start, so that one that a test has left in good
//! order waits for the next test; each ends with this program, however that ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::engine::{Engine, Look};
use super::folder::Folder;

/// Runs a program until we are gone: when our end of its standard input closes, its whole process group ends, and its
/// folder goes too.
const WATCH: &str = r#""$@" </dev/null & program=$!; exec >/dev/null; trap "" TERM; read -r _; kill -TERM 0; wait $program; sleep 1
case "$TMPDIR" in */qr-checkout-browser-*) rm -rf "$TMPDIR";; esac"#;
/// How long a driver may take until it listens.
const START: Duration = Duration::from_secs(30);
/// How long a driver may take for one command.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program that ends when this is dropped or when we end.
pub(super) struct Program {
    watch: Child,
    /// Closing it is what ends the program.
    lifeline: Option<ChildStdin>,
    /// Must stay open, or the program ends when it next says something.
    _output: BufReader<ChildStdout>,
}

/// A session at work.
pub(super) struct Driver {
    engine: Engine,
    look: Look,
    port: u16,
    session: String,
    client: reqwest::Client,
    /// Ends before its folder goes.
    _program: Program,
    folder: Folder,
}

static IDLE: Mutex<Vec<Driver>> = Mutex::new(Vec::new());

impl Driver {
    /// A session that waits, or a new one.
    pub(super) async fn take(engine: Engine, look: Look) -> Driver {
        let fits = |idle: &Driver| idle.engine == engine && (idle.look == look || !engine.looks_are_for_life());
        let waiting = {
            let mut idle = IDLE.lock().unwrap();
            let at = idle.iter().position(fits);
            at.map(|at| idle.swap_remove(at))
        };
        match waiting {
            // Connections belong to the test that opened them.
            Some(driver) => Driver { look, client: client(), ..driver },
            None => Driver::start(engine, look).await,
        }
    }

    /// Leaves the session to the next test, on an empty page: the last one would go on drawing and asking.
    pub(super) fn give_back(self) {
        if self.leave_page().is_ok() {
            IDLE.lock().unwrap().push(self);
        }
    }

    /// Without the runtime, which may be ending.
    fn leave_page(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (session, body) = (&self.session, r#"{"url":"about:blank"}"#);
        write!(stream, "POST /session/{session}/url HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n")?;
        write!(stream, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        let mut reply = [0; 15];
        stream.read_exact(&mut reply)?;
        if reply.starts_with(b"HTTP/1.1 200") { Ok(()) } else { Err(std::io::ErrorKind::Other.into()) }
    }

    async fn start(engine: Engine, look: Look) -> Driver {
        let folder = Folder::new("browser");
        let (program, port) = engine.start(look, folder.path());
        let mut driver = Driver { engine, look, port, session: String::new(), client: client(), _program: program, folder };
        let opened = driver.send("POST", "session", engine.capabilities(driver.folder.path())).await.unwrap();
        driver.session = opened["sessionId"].as_str().unwrap().to_owned();
        driver
    }

    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    pub(super) fn look(&self) -> Look {
        self.look
    }

    /// A command of this session; what the driver complains about is the error.
    pub(super) async fn command(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        self.send(method, &format!("session/{}/{path}", self.session), body).await
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        let url = format!("http://127.0.0.1:{}/{path}", self.port);
        let request = self.client.request(method.parse().unwrap(), url).timeout(PATIENCE);
        let request = if body.is_null() { request } else { request.header("content-type", "application/json").body(body.to_string()) };
        let reply = request.send().await.unwrap();
        let is_good = reply.status().is_success();
        let text = reply.text().await.unwrap();
        let Ok(mut reply) = serde_json::from_str::<Value>(&text) else { return Err(format!("{path}: {text:?} is no answer")) };
        let value = reply["value"].take();
        if is_good { Ok(value) } else { Err(format!("{path}: {} {}", value["error"], value["message"])) }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        _ = self.watch.wait();
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// Starts a program and returns what follows `words` in the first line that has them.
pub(super) fn start_and_hear(command: &mut Command, folder: &Path, words: &str) -> (Program, String) {
    let mut program = start(command, folder);
    let mut line = String::new();
    loop {
        assert!(program._output.read_line(&mut line).unwrap() > 0, "{command:?} ended without a word; is it installed?");
        if let Some((_, rest)) = line.split_once(words) {
            let rest = rest.trim().trim_end_matches('.').to_owned();
            return (program, rest);
        }
        line.clear();
    }
}

/// The same where the words are followed by a port.
pub(super) fn start_and_hear_port(command: &mut Command, folder: &Path, words: &str) -> (Program, u16) {
    let (program, port) = start_and_hear(command, folder, words);
    (program, port.parse().unwrap())
}

/// Starts a driver that cannot choose a port, and returns when it listens.
pub(super) fn start_on_free_port(command: &mut Command, folder: &Path) -> (Program, u16) {
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
    Program { watch, lifeline, _output: output }
}

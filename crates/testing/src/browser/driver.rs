//! One WebDriver session, which waits for the next test when a test has left it in good order: sessions are slow to start. The driver
//! is one that is lent to us, or a process of our own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use super::engine::{Engine, Look, Special};
use super::seat::Seat;
use crate::folder::Folder;
use crate::program::Program;

/// How long a driver may take for one command.
const PATIENCE: Duration = Duration::from_secs(120);

/// A session at work.
pub(super) struct Driver {
    engine: Engine,
    look: Look,
    port: u16,
    session: String,
    client: reqwest::Client,
    place: Place,
}

/// Whose the driver's process is.
enum Place {
    Lent(Seat),
    /// The program ends before its folder goes. One that was started for a single test waits for no other.
    Own {
        _program: Program,
        _folder: Folder,
        is_single: bool,
    },
}

/// Sessions of our own drivers that wait for the next test of this program.
static IDLE: Mutex<Vec<Driver>> = Mutex::new(Vec::new());

impl Driver {
    /// A session that waits, or a new one.
    pub(super) async fn take(engine: Engine, look: Look) -> Driver {
        if let Some(seat) = Seat::take(engine, look) {
            return Driver::sit(engine, look, seat).await;
        }
        let fits = |idle: &Driver| idle.engine == engine && (idle.look == look || !engine.looks_are_for_life());
        let waiting = {
            let mut idle = IDLE.lock().unwrap();
            let at = idle.iter().position(fits);
            at.map(|at| idle.swap_remove(at))
        };
        match waiting {
            // Connections belong to the test that opened them.
            Some(driver) => Driver { look, client: client(), ..driver },
            None => Driver::start(engine, look, None).await,
        }
    }

    /// Leaves the session to the next test, on an empty page: the last one would go on drawing and asking.
    pub(super) fn give_back(self) {
        if self.leave_page().is_err() {
            return;
        }
        match self.place {
            Place::Lent(mut seat) => seat.leave(&self.session),
            Place::Own { is_single: true, .. } => {}
            Place::Own { .. } => IDLE.lock().unwrap().push(self),
        }
    }

    /// Without the runtime, which may be ending.
    fn leave_page(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (session, port, body) = (&self.session, self.port, r#"{"url":"about:blank"}"#);
        write!(stream, "POST /session/{session}/url HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n")?;
        write!(stream, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        let mut reply = [0; 15];
        stream.read_exact(&mut reply)?;
        if reply.starts_with(b"HTTP/1.1 200") { Ok(()) } else { Err(std::io::ErrorKind::Other.into()) }
    }

    /// The session of a lent driver that the test before left in good order, or a new one in place of the one that it did not.
    async fn sit(engine: Engine, look: Look, mut seat: Seat) -> Driver {
        let (waiting, broken) = seat.sessions();
        let (port, session) = (seat.port(), waiting.clone().unwrap_or_default());
        let folder = seat.folder();
        let mut driver = Driver { engine, look, port, session, client: client(), place: Place::Lent(seat) };
        if let Some(broken) = broken {
            // It may be gone already.
            _ = driver.send("DELETE", &format!("session/{broken}"), Value::Null).await;
        }
        if waiting.is_none() {
            driver.open(engine.capabilities(&folder, None)).await;
        }
        if let Place::Lent(seat) = &mut driver.place {
            seat.is_used_by(&driver.session);
        }
        driver
    }

    /// A browser of its own, which waits for no other test.
    pub(super) async fn special(engine: Engine, look: Look, special: Special<'_>) -> Driver {
        Driver::start(engine, look, Some(special)).await
    }

    async fn start(engine: Engine, look: Look, special: Option<Special<'_>>) -> Driver {
        let folder = Folder::new("browser");
        let (program, port) = engine.start(look, folder.path());
        let capabilities = engine.capabilities(folder.path(), special);
        let place = Place::Own { _program: program, _folder: folder, is_single: special.is_some() };
        let mut driver = Driver { engine, look, port, session: String::new(), client: client(), place };
        driver.open(capabilities).await;
        driver
    }

    async fn open(&mut self, capabilities: Value) {
        let opened = self.send("POST", "session", capabilities).await.unwrap();
        opened["sessionId"].as_str().unwrap().clone_into(&mut self.session);
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

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

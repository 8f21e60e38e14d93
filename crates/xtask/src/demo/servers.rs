//! The servers of the demo as child processes: started, heard, and ended together whatever happens.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::command;

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(60);
/// How long a server may take to end once it is asked to.
const FAREWELL: Duration = Duration::from_secs(3);
/// How often we look whether a server is still running.
const GLANCE: Duration = Duration::from_millis(200);

/// What the threads and the signal handler tell the loop.
enum Word {
    Listening(&'static str),
    Stop,
}

struct Server {
    name: &'static str,
    process: Child,
}

/// All servers; dropping them ends them.
pub struct Servers {
    folder: PathBuf,
    running: Vec<Server>,
    tell: Sender<Word>,
    told: Receiver<Word>,
}

impl Servers {
    /// None yet. From now on Ctrl-C and SIGTERM end the servers instead of only us.
    pub fn new(folder: &Path) -> Result<Self> {
        let (tell, told) = channel();
        let stop = tell.clone();
        // The loop may be gone already when the second Ctrl-C comes; then there is nobody left to tell.
        ctrlc::set_handler(move || drop(stop.send(Word::Stop))).context("Ctrl-C cannot be handled")?;
        Ok(Self { folder: folder.to_owned(), running: Vec::new(), tell, told })
    }

    /// Starts `program` and returns when it listens.
    pub fn start(&mut self, name: &'static str, program: &Path, arguments: impl Iterator<Item = OsString>) -> Result<()> {
        let mut process = Command::new(program)
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("the {name} could not be started"))?;
        if let Some(stdout) = process.stdout.take() {
            self.hear(name, stdout);
        }
        if let Some(stderr) = process.stderr.take() {
            self.hear(name, stderr);
        }
        self.running.push(Server { name, process });
        self.wait_until_listening(name)
    }

    /// Runs until Ctrl-C, SIGTERM or the end of a server.
    pub fn run_until_told(mut self) -> Result<()> {
        loop {
            match self.told.recv_timeout(GLANCE) {
                Ok(Word::Stop) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Ok(Word::Listening(_)) => {}
                Err(RecvTimeoutError::Timeout) => self.require_all_running()?,
            }
        }
    }

    fn wait_until_listening(&mut self, name: &str) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < START {
            match self.told.recv_timeout(GLANCE) {
                Ok(Word::Listening(who)) if who == name => return Ok(()),
                Ok(Word::Stop) => bail!("stopped before the {name} was up"),
                _ => self.require_all_running()?,
            }
        }
        bail!("the {name} does not listen after {} s; its own words are above", START.as_secs())
    }

    fn require_all_running(&mut self) -> Result<()> {
        for server in &mut self.running {
            if let Some(status) = server.process.try_wait()? {
                bail!("the {} ended by itself ({status}); its own words are above", server.name);
            }
        }
        Ok(())
    }

    /// Prints every line of `output` under the server's name.
    fn hear(&self, name: &'static str, output: impl Read + Send + 'static) {
        let tell = self.tell.clone();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                println!("{name:>8} | {line}");
                if line.starts_with("listening on ") && tell.send(Word::Listening(name)).is_err() {
                    return;
                }
            }
        });
    }
}

impl Drop for Servers {
    /// Asks politely first, so that held requests get their answer, then insists.
    fn drop(&mut self) {
        for server in &self.running {
            let pid = server.process.id().to_string();
            command::succeeds(Command::new("kill").args(["-TERM", &pid]));
        }
        let began = Instant::now();
        for server in &mut self.running {
            while began.elapsed() < FAREWELL && matches!(server.process.try_wait(), Ok(None)) {
                thread::sleep(Duration::from_millis(20));
            }
            // Both fail only when the process is gone already, which is what we want.
            let _ = server.process.kill();
            let _ = server.process.wait();
        }
    }
}

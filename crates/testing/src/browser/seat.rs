//! Drivers that `cargo xtask test` has started once for all tests, which are a process each: one test at a time sits at a driver, and
//! leaves it the session. Who finds no seat starts a driver of its own.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::engine::{Engine, Look, Screen};
use crate::folder::Folder;
use crate::program::Program;

/// The folder of the seats.
pub const SEATS: &str = "QR_CHECKOUT_BROWSERS";
/// How screens look at the seats.
const LOOK: Look = Look::LIGHT;

/// A driver's file, locked for as long as the test lives: its port, and the session that waits or is in use.
pub(super) struct Seat {
    file: File,
    path: PathBuf,
    told: Value,
}

impl Seat {
    /// A free seat of that engine, if there are any.
    pub(super) fn take(engine: Engine, look: Look) -> Option<Seat> {
        let folder = PathBuf::from(std::env::var_os(SEATS)?);
        if engine.looks_are_for_life() && look != LOOK {
            return None;
        }
        let numbers = (0..).map(|number| seat(&folder, engine, number));
        numbers.take_while(|path| path.exists()).find_map(|path| {
            let mut file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
            file.try_lock().ok()?;
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            Some(Seat { file, path, told: serde_json::from_str(&text).unwrap() })
        })
    }

    pub(super) fn port(&self) -> u16 {
        u16::try_from(self.told["port"].as_u64().unwrap()).unwrap()
    }

    /// Where the browser keeps what it has to.
    pub(super) fn folder(&self) -> PathBuf {
        self.path.with_extension("")
    }

    /// The session that waits, and the one that a test has not given back.
    pub(super) fn sessions(&mut self) -> (Option<String>, Option<String>) {
        let text = |name: &str| self.told[name].as_str().map(str::to_owned);
        (text("waiting"), text("used"))
    }

    /// Until it is left, the session is as the test makes it.
    pub(super) fn is_used_by(&mut self, session: &str) {
        self.write(json!({ "port": self.port(), "used": session }));
    }

    /// The session waits for the next test.
    pub(super) fn leave(&mut self, session: &str) {
        self.write(json!({ "port": self.port(), "waiting": session }));
    }

    fn write(&mut self, told: Value) {
        self.file.set_len(0).unwrap();
        self.file.rewind().unwrap();
        self.file.write_all(told.to_string().as_bytes()).unwrap();
        self.told = told;
    }
}

fn seat(folder: &Path, engine: Engine, number: usize) -> PathBuf {
    folder.join(format!("{}-{number}.json", format!("{engine:?}").to_lowercase()))
}

/// Drivers at work, and the folder of their seats.
pub struct Seats {
    _programs: Vec<Program>,
    folder: Folder,
}

impl Seats {
    /// So many seats for each engine.
    pub fn start(seats: &[(Engine, usize)], screen: &Screen) -> Seats {
        let folder = Folder::new("seats");
        let mut programs = Vec::new();
        for (engine, number) in seats.iter().flat_map(|(engine, number)| (0..*number).map(move |number| (*engine, number))) {
            let file = seat(folder.path(), engine, number);
            std::fs::create_dir(file.with_extension("")).unwrap();
            let (program, port) = engine.start_on(LOOK, &file.with_extension(""), || screen.display().to_owned());
            std::fs::write(file, json!({ "port": port }).to_string()).unwrap();
            programs.push(program);
        }
        Seats { _programs: programs, folder }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

//! The one time of provider and server, moved by hand. The server's process reads it from a file.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// 2026-01-01 08:00 in Beijing, where the provider is; unix seconds.
const START: i64 = 1_767_225_600;

/// Clones show the same time.
#[derive(Clone)]
pub struct Time(Arc<Mutex<i64>>, PathBuf);

impl Time {
    pub fn new(file: PathBuf) -> Time {
        let time = Time(Arc::new(Mutex::new(START)), file);
        time.pass(0);
        time
    }

    /// Unix seconds.
    pub fn now(&self) -> i64 {
        *self.0.lock().unwrap()
    }

    pub fn file(&self) -> &Path {
        &self.1
    }

    pub fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += seconds;
        // Written beside and moved into place, so that nobody reads half of it.
        let beside = self.1.with_extension("new");
        File::create(&beside).unwrap().write_all(now.to_string().as_bytes()).unwrap();
        std::fs::rename(beside, &self.1).unwrap();
    }
}

/// What the file says.
pub fn read(file: &Path) -> i64 {
    std::fs::read_to_string(file).unwrap().parse().unwrap()
}

//! Files of records are for their owner: they hold hashes of keys, tokens, and the ids that open orders. What SQLite writes beside a
//! file it writes with that file's mode.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

/// Makes an empty file for its owner alone, whatever the umask; one that is there is left as it is.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map(drop),
    }
}

/// The file of records, those that SQLite keeps beside it, and the lock of a server.
pub(crate) fn files(path: &Path) -> [PathBuf; 5] {
    ["", "-wal", "-shm", "-journal", LOCK].map(|end| beside(path, end))
}

/// The lock of a server at work on a file.
pub(super) fn lock(path: &Path) -> PathBuf {
    beside(path, LOCK)
}

const LOCK: &str = "-lock";

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

//! Files of records are for their owner: they hold hashes of keys, tokens, and the ids that open orders. What SQLite writes beside a
//! file it writes with that file's mode.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Makes an empty file for its owner alone, whatever the umask; one that is there is left as it is.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    match make_new(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !path.exists() => {
            Err(io::Error::other("a link that leads to no file; make the file, or take the link away"))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

/// The same, where nothing may be there, not even a link that leads to nothing.
pub(super) fn make_new(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Whether SQLite, or a server, takes a file of that name for what it keeps beside another one.
pub(crate) fn is_beside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    BESIDE.iter().any(|end| name.ends_with(end.as_bytes()))
}

/// Waits until nobody else brings records in this folder to this version, which a server that starts and a command beside it may do at
/// once. It ends with what is returned, or with the process; a file system that knows no such locks is used without.
pub(super) fn turn(path: &Path) -> Option<File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).ok().filter(|folder| folder.lock().is_ok())
}

/// The file of records, those that SQLite keeps beside it, and the lock of a server.
pub(crate) fn files(path: &Path) -> [PathBuf; 5] {
    let [wal, shm, journal, lock] = BESIDE;
    ["", wal, shm, journal, lock].map(|end| beside(path, end))
}

/// The lock of a server at work on a file.
pub(super) fn lock(path: &Path) -> PathBuf {
    beside(path, LOCK)
}

const LOCK: &str = "-lock";
const BESIDE: [&str; 4] = ["-wal", "-shm", "-journal", LOCK];

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

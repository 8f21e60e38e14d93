//! One server on an SQLite file: two of them would each keep to themselves who is working on which order. Commands run beside it, for they
//! change what they change in one transaction.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::error::StoreError;
use super::private;

/// The locks of a server at work. They end with the process, however that does.
#[derive(Clone, Debug, Default)]
pub(super) struct Alone(Arc<Mutex<Vec<Lock>>>);

/// A lock on a file. To close the file is not enough to give it back: a child that is being started has the file open, too, for a moment.
#[derive(Debug)]
struct Lock(File);

/// How often a lock that others merely look at is tried for.
const TRIES: u32 = 1000;

/// Locks a file unless a server has it. Who looks whether one has holds it together with others who look, for a moment.
fn lock(file: &File) -> Result<(), TryLockError> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if file.try_lock_shared().is_ok() => {
                file.unlock().map_err(TryLockError::Error)?;
                std::thread::sleep(Duration::from_millis(1));
            }
            taken => return taken,
        }
    }
    file.try_lock()
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What was never locked is not unlocked either.
        let _ = self.0.unlock();
    }
}

impl Alone {
    /// Takes the lock that lies beside the records; and where whole files can be locked without touching what SQLite locks in them, the
    /// lock of the file itself, which has it by whatever name it is opened.
    pub(super) fn take(records: &Path) -> Result<Alone, StoreError> {
        let failed = |error| StoreError::Database(sqlx::Error::Io(error));
        let name = private::lock(&records.canonicalize().map_err(failed)?);
        private::make(&name).map_err(failed)?;
        let beside = OpenOptions::new().write(true).open(name).map_err(failed)?;
        let itself = File::open(records).map_err(failed)?;
        let mut locks = Vec::new();
        for (file, is_locked) in [(beside, true), (itself, cfg!(target_os = "linux"))] {
            match if is_locked { lock(&file) } else { Ok(()) } {
                // Open until the server ends: whoever closes the file of the records loses the locks that SQLite has on it.
                Ok(()) => locks.push(Lock(file)),
                Err(TryLockError::WouldBlock) => return Err(StoreError::AnotherServer),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        Ok(Alone(Arc::new(Mutex::new(locks))))
    }

    /// Whether a server has the lock of that file, or may have it.
    fn is_taken(records: &Path) -> bool {
        let Ok(records) = records.canonicalize() else { return false };
        match OpenOptions::new().write(true).open(private::lock(&records)) {
            Ok(lock) => lock.try_lock_shared().is_err(),
            Err(error) => error.kind() != std::io::ErrorKind::NotFound,
        }
    }

    /// Gives it back.
    pub(super) fn end(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Which file the records are, so that it is noticed when another lies in its place, or none: what is written into a file that has no name
/// any more is lost.
#[derive(Clone, Debug)]
pub(super) struct Place(Option<Arc<(PathBuf, Identity)>>);

/// What tells files apart, whatever they are called.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Place {
    /// Of records that are in no file.
    pub(super) fn none() -> Place {
        Place(None)
    }

    /// The file that is there now.
    pub(super) fn of(path: &Path) -> Place {
        Place(identity(path).map(|identity| Arc::new((path.to_owned(), identity))))
    }

    /// Whether a server is at work on it.
    pub(super) fn is_served(&self) -> bool {
        self.0.as_deref().is_some_and(|(path, _)| Alone::is_taken(path))
    }

    /// How much may still be written beside it, bytes.
    pub(super) fn room(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&self.0.as_deref()?.0).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Whether it is there still.
    ///
    /// # Errors
    /// `Replaced`.
    pub(super) fn is_kept(&self) -> Result<(), StoreError> {
        match self.0.as_deref() {
            Some((path, known)) if identity(path).as_ref() != Some(known) => Err(StoreError::Replaced),
            _ => Ok(()),
        }
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|file| Identity { device: file.dev(), inode: file.ino() })
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    path.exists().then_some(Identity {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_given_back_is_free_though_a_child_has_its_file_still() {
        let folder = testing::Folder::new("alone");
        let records = folder.write("merchant.sqlite", "");
        for is_ended in [true, false] {
            let alone = Alone::take(&records).unwrap();
            assert!(matches!(Alone::take(&records), Err(StoreError::AnotherServer)));
            // What a child inherits is the same open file.
            let inherited: Vec<File> = alone.0.lock().unwrap().iter().map(|lock| lock.0.try_clone().unwrap()).collect();
            if is_ended {
                alone.end();
            }
            drop(alone);
            assert!(Alone::take(&records).is_ok(), "{is_ended}");
            drop(inherited);
        }
    }

    #[test]
    fn who_looks_whether_a_server_is_at_work_keeps_none_from_beginning() {
        let folder = testing::Folder::new("alone");
        let records = folder.write("merchant.sqlite", "");
        drop(Alone::take(&records).unwrap());
        let looking = File::open(private::lock(&records.canonicalize().unwrap())).unwrap();
        looking.lock_shared().unwrap();
        let beginning = std::thread::spawn(move || Alone::take(&records).is_ok());
        drop(looking);
        assert!(beginning.join().unwrap());
    }
}

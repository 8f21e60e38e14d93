//! One server on an SQLite file: two of them would each keep to themselves who is working on which order. Commands run beside it, for they
//! change what they change in one transaction.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Store, StoreError, private};

/// The lock of a server at work. It ends with the process, however that does.
#[derive(Clone, Debug, Default)]
pub(super) struct Alone(Arc<Mutex<Option<File>>>);

impl Alone {
    /// Takes the lock that lies beside the records. Not on the file itself: whoever closes it loses the locks that SQLite has on it.
    fn take(records: &Path) -> Result<Alone, StoreError> {
        let failed = |error| StoreError::Database(sqlx::Error::Io(error));
        let name = private::lock(&records.canonicalize().map_err(failed)?);
        private::make(&name).map_err(failed)?;
        let file = OpenOptions::new().write(true).open(name).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Alone(Arc::new(Mutex::new(Some(file))))),
            Err(TryLockError::WouldBlock) => Err(StoreError::AnotherServer),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Gives it back.
    pub(super) fn end(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Store {
    /// Opens an SQLite file as [`Store::open`] does, for as long as no other server has opened it so.
    ///
    /// # Errors
    /// `AnotherServer`; those of the database.
    pub async fn open_alone(path: &Path) -> Result<Store, StoreError> {
        Store::make(path)?;
        let alone = Alone::take(path)?;
        let mut store = Store::open(path).await?;
        store.alone = alone;
        Ok(store)
    }
}

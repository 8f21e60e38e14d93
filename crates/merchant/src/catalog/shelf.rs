//! The catalog file while the backend runs: looked at every other second, taken over when it changed and is good. A bad file changes
//! nothing but what `fault` says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use protocol::{Digest, OrderId};

use super::{Catalog, CatalogError};
use crate::clock::Clock;
use crate::goods::{GoodsFiles, lines_of};
use crate::store::{KeysAdded, Store};
use crate::waiters::Waiters;

/// How often the file is looked at: a merchant who saves it waits for it to appear, and a look reads one small file.
const PAUSE: Duration = Duration::from_secs(2);

/// A catalog file with what was last good of it.
#[derive(Debug)]
pub(crate) struct Shelf {
    path: PathBuf,
    catalog: RwLock<Arc<Catalog>>,
    seen: Mutex<Seen>,
    /// Where the files of licence keys lie.
    files: GoodsFiles,
    /// When these were last put into their pools.
    filled: Mutex<BTreeMap<String, (u64, Option<SystemTime>)>>,
}

/// What the last look found.
#[derive(Debug, Default)]
struct Seen {
    /// Of the bytes, so that a change within one tick of the file's date counts, too.
    digest: Option<Digest>,
    fault: Option<String>,
}

impl Shelf {
    /// Reads the file for the first time.
    ///
    /// # Errors
    /// As [`Catalog::load`].
    pub(super) fn open(path: &Path, files: GoodsFiles) -> Result<Shelf, CatalogError> {
        let bytes = Catalog::read(path)?;
        let catalog = Catalog::of_file(path, &bytes)?;
        let seen = Seen { digest: Some(Digest::of(bytes.as_bytes())), fault: None };
        Ok(Shelf {
            path: path.to_owned(),
            catalog: RwLock::new(Arc::new(catalog)),
            seen: Mutex::new(seen),
            files,
            filled: Mutex::default(),
        })
    }

    /// What is sold now.
    pub(super) fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why the file as it stands is not what is sold, if so: file, line and item.
    pub(super) fn fault(&self) -> Option<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).fault.clone()
    }

    /// Looks again and again.
    pub(super) async fn watch(&self, store: &Store, waiters: &Waiters, clock: &Clock) {
        loop {
            tokio::time::sleep(PAUSE).await;
            self.look(store, waiters, clock()).await;
        }
    }

    /// Takes the file over if it changed and is good. Stock is counted first, so that nothing is sold that was not counted.
    pub(super) async fn look(&self, store: &Store, waiters: &Waiters, now: i64) {
        self.read_again(store).await;
        waiters.wake_each(&self.fill_pools(store, now).await);
    }

    /// Puts the licence keys of files that changed into their pools, each once ever. Answers the orders that waited for some and got them.
    pub(super) async fn fill_pools(&self, store: &Store, now: i64) -> Vec<OrderId> {
        let mut changed = Vec::new();
        for file in self.catalog().key_files() {
            // One that is not there is told of when a key of it is wanted, and by `check-config`.
            let Ok((path, stamp)) = self.files.look(&file) else { continue };
            if self.filled.lock().unwrap_or_else(PoisonError::into_inner).get(&file) == Some(&stamp) {
                continue;
            }
            let read = tokio::task::spawn_blocking(move || lines_of(&path)).await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
            let lines = match read {
                Ok(lines) => lines,
                Err(error) => {
                    tracing::error!(%error, file, "licence keys could not be read");
                    continue;
                }
            };
            if lines.is_cut {
                tracing::warn!(file, "the last line of a file of licence keys has no end yet, and is not for sale until then");
            }
            let keys: Vec<&str> = lines.keys.iter().map(String::as_str).collect();
            match store.add_licence_keys(&file, &keys, now).await {
                Ok(KeysAdded { added, given, free, orders, .. }) => {
                    tracing::info!(file, added, given, free, "licence keys were read");
                    changed.extend(orders);
                    self.filled.lock().unwrap_or_else(PoisonError::into_inner).insert(file, stamp);
                }
                Err(error) => {
                    tracing::error!(%error, file, "licence keys are not for sale yet, because they could not be written to the store")
                }
            }
        }
        changed
    }

    async fn read_again(&self, store: &Store) {
        let (path, known) = (self.path.clone(), self.seen.lock().unwrap_or_else(PoisonError::into_inner).digest);
        let read = tokio::task::spawn_blocking(move || {
            let text = Catalog::read(&path)?;
            let digest = Digest::of(text.as_bytes());
            Ok((digest, if known == Some(digest) { None } else { Some(Catalog::of_file(&path, &text)) }))
        });
        let found: Result<_, CatalogError> = match read.await {
            Ok(found) => found,
            Err(error) => return tracing::error!(%error, "the catalog's file could not be checked for changes"),
        };
        match found {
            Ok((_, None)) => {}
            Ok((digest, Some(Ok(catalog)))) => match store.restock(&catalog.supplies()).await {
                Ok(anew) => {
                    let anew: Vec<String> = anew.iter().map(ToString::to_string).collect();
                    tracing::info!(products = catalog.products.len(), ?anew, "the catalog was read again");
                    *self.catalog.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalog);
                    self.saw(Some(digest), None);
                }
                Err(error) => {
                    tracing::error!(%error, "a new catalog is not in use yet, because its stock could not be written to the store")
                }
            },
            // Looked at again only when it changes.
            Ok((digest, Some(Err(error)))) => self.saw(Some(digest), Some(error.to_string())),
            Err(error) => self.saw(None, Some(error.to_string())),
        }
    }

    fn saw(&self, digest: Option<Digest>, fault: Option<String>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reason) = fault.as_ref().filter(|reason| seen.fault.as_ref() != Some(*reason)) {
            tracing::error!(reason, "ALARM: the catalog has an error; the previous one stays in use");
        }
        *seen = Seen { digest, fault };
    }
}

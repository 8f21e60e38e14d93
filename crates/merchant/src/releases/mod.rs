//! Releases of the widget: which ones this server serves, which one pages get that pin none, and their files.
//!
//! A page may pin a release for as long as it likes, so each release that a program of ours brought is kept with the records: every node
//! and every later program serves it. Here is what a node knows of them in memory. Not here: statements (`store`), addresses (`routes`).

mod body;
mod choice;
mod keeping;
mod listing;
mod parcel;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(crate) use body::Body;
use choice::Known;
pub use keeping::{Pinned, add, forget, list, revoke};
pub(crate) use listing::{LOADER, is_plain, kind};
pub(crate) use parcel::Parcel;

use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::store::{Node, Store, StoreError};

/// How often a node says that it is at work, and looks what there is.
const BEAT: Duration = Duration::from_secs(5);
/// That a release is in use is noted once in so many seconds.
const DAY: i64 = 86_400;
/// A node that has been silent for so long is not waited for, seconds.
const SILENCE: i64 = 30;

/// What this node serves.
pub(crate) struct Releases {
    store: Store,
    clock: Clock,
    node: String,
    /// The folder that the widget comes from; its release is brought when it changes.
    folder: Option<PathBuf>,
    shelf: Mutex<Shelf>,
    /// Asked for since the last beat.
    used: Mutex<BTreeSet<String>>,
    /// When the records were last looked at, unix seconds.
    looked_at: Mutex<i64>,
    /// The folder's list as it was last read, and whether what it names was there.
    read: Mutex<(Option<Vec<u8>>, bool)>,
}

#[derive(Default)]
struct Shelf {
    /// In the order of the records.
    known: Vec<Known>,
    /// What pages get that pin none.
    current: Option<String>,
    /// What this program brought.
    brought: Option<String>,
    /// The files of a release in the folder that is not whole: they are not what their list names, and not served from there.
    broken: Vec<String>,
    /// Files by release and name, once somebody asked for them; none for one that is not what it was named by.
    bodies: HashMap<(String, String), Option<Arc<Body>>>,
}

/// What came of looking for a file.
#[derive(Debug)]
pub(crate) enum Found {
    /// It is served: the file and its digest.
    File(Arc<Body>, String),
    /// Its release was revoked.
    Revoked,
    /// It is there, and cannot be had at the moment.
    Unavailable,
}

impl Releases {
    /// Puts this program's release among the records, and learns of the others.
    ///
    /// # Errors
    /// One line that names the key or the file at fault.
    pub(crate) async fn open(config: &Config, store: &Store, clock: &Clock) -> Result<Releases, ConfigError> {
        let releases = Releases {
            store: store.clone(),
            clock: Arc::clone(clock),
            node: store.node().to_owned(),
            folder: config.widget.as_ref().map(|widget| widget.dir.clone()),
            shelf: Mutex::default(),
            used: Mutex::default(),
            looked_at: Mutex::default(),
            read: Mutex::default(),
        };
        releases.start().await.map_err(|error| ConfigError::of("store", error))?;
        Ok(releases)
    }

    async fn start(&self) -> Result<(), StoreError> {
        self.bring_what_is_new().await?;
        if !self.store.is_shared() {
            // Nobody else is at work on this file, and so this node need say but once what it brings.
            self.store.leave("", i64::MAX).await?;
            self.store.announce(&self.node(&[])).await?;
        }
        self.look().await
    }

    /// Looks for news every few seconds, until it is dropped.
    pub(crate) async fn run(&self) {
        loop {
            tokio::time::sleep(BEAT).await;
            if let Err(error) = self.beat().await {
                tracing::warn!(%error, "the releases of the widget could not be read from the records");
            }
        }
    }

    /// Says that this node is at work, notes what was asked for, and learns what others did.
    pub(crate) async fn beat(&self) -> Result<(), StoreError> {
        if self.folder.is_some() {
            self.bring_what_is_new().await?;
        }
        let now = (self.clock)();
        let used = std::mem::take(&mut *lock(&self.used));
        let is_old = |known: &&Known| used.contains(&known.name) && known.used_at.is_none_or(|at| at <= now - DAY);
        let due: Vec<String> = lock(&self.shelf).known.iter().filter(is_old).map(|known| known.name.clone()).collect();
        for release in due {
            self.store.release_used(&release, now).await?;
        }
        self.look().await
    }

    /// Says no more that this node is at work.
    pub(crate) async fn leave(&self) {
        let now = (self.clock)();
        let leave = async {
            self.store.leave_keys(now).await?;
            self.store.leave(&self.node, now - SILENCE).await
        };
        if let Err(error) = leave.await {
            tracing::warn!(%error, "this node could not sign off, so other nodes wait for it for a while");
        }
    }

    /// Reads what there is. Among several nodes it also says that this one lives, and what it serves.
    async fn look(&self) -> Result<(), StoreError> {
        let now = (self.clock)();
        *lock(&self.looked_at) = now;
        let kept = self.store.releases().await?;
        let known: Vec<Known> = kept.into_iter().filter_map(Known::read).collect();
        let mut nodes = vec![self.node(&known)];
        if self.store.is_shared() {
            self.store.announce(&nodes[0]).await?;
            self.store.announce_key(now).await?;
            nodes = self.store.nodes(now - SILENCE).await?;
        }
        let mut shelf = lock(&self.shelf);
        shelf.current = choice::current(&known, &nodes, shelf.current.as_deref());
        let is_kept = |release: &str| known.iter().any(|known| known.name == release && !known.is_revoked);
        // What was not as it should be is looked at again: somebody may have mended it.
        shelf.bodies.retain(|(release, _), body| body.is_some() && is_kept(release));
        shelf.known = known;
        Ok(())
    }

    /// This node as others see it.
    fn node(&self, known: &[Known]) -> Node {
        let brings = lock(&self.shelf).brought.clone();
        let knows = known.iter().filter(|known| known.is_served()).map(|known| known.name.clone()).collect();
        Node { id: self.node.clone(), seen_at: (self.clock)(), brings, knows }
    }

    async fn bring(&self, parcel: Parcel) -> Result<(), StoreError> {
        self.store.add_release(&parcel.release((self.clock)()), &parcel.forms()).await?;
        self.store.bring_release(&parcel.name).await?;
        let mut shelf = lock(&self.shelf);
        // Served also while the database is away.
        let ours = parcel.files.into_iter().map(|(file, body)| ((parcel.name.clone(), file), Some(Arc::new(body))));
        shelf.bodies.extend(ours);
        shelf.brought = Some(parcel.name);
        Ok(())
    }

    /// Brings what comes with this program, and again when the files of its folder were replaced. What is half there goes on being
    /// looked at; a folder without a list is served as it stands, and has no address of its own.
    async fn bring_what_is_new(&self) -> Result<(), StoreError> {
        let list = self.folder.as_ref().and_then(|folder| std::fs::read(folder.join(parcel::MANIFEST)).ok());
        let (before, is_whole) = lock(&self.read).clone();
        if is_whole && before == list {
            return Ok(());
        }
        let outcome = brought(self.folder.as_deref());
        if let (Err(reason), true) = (&outcome, before.is_none() || before != list) {
            tracing::error!(reason, "the widget's folder is not a complete release, so pages cannot pin it");
        }
        let broken = list.as_deref().filter(|_| outcome.is_err()).map(parcel::names).unwrap_or_default();
        lock(&self.shelf).broken = broken;
        *lock(&self.read) = (list, outcome.is_ok());
        match outcome {
            Ok(Some(parcel)) => self.bring(parcel).await,
            Ok(None) | Err(_) => Ok(()),
        }
    }

    /// A file of that release. `None`: there is none.
    pub(crate) async fn pinned(&self, release: &str, file: &str) -> Option<Found> {
        if !protocol::release::is_name(release) {
            return None;
        }
        if !lock(&self.shelf).known.iter().any(|known| known.name == release) {
            // Another node's program may have brought it a moment ago.
            self.look_anew().await;
        }
        let (is_revoked, digest) = {
            let shelf = lock(&self.shelf);
            let known = shelf.known.iter().find(|known| known.name == release)?;
            (known.is_revoked, known.listing.digest(file)?.to_owned())
        };
        Some(if is_revoked { Found::Revoked } else { self.file(release, file, digest).await })
    }

    /// A file for pages that pin no release: of the current one, or, where its name can only be that of another, of that. `None`: it
    /// belongs to no release.
    pub(crate) async fn unpinned(&self, file: &str) -> Option<Found> {
        if file == parcel::MANIFEST && lock(&self.shelf).is_ours_revoked() {
            return Some(Found::Revoked);
        }
        let mut release = lock(&self.shelf).holder(file);
        if release.is_none() && is_hashed(file) {
            self.look_anew().await;
            release = lock(&self.shelf).holder(file);
        }
        match release {
            Some(release) => self.pinned(&release, file).await,
            None => lock(&self.shelf).broken.iter().any(|name| name == file).then_some(Found::Unavailable),
        }
    }

    /// Whether there is anything to serve.
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.shelf).known.is_empty()
    }

    /// Looks at the records, once a second at most: strangers ask for what there is not.
    async fn look_anew(&self) {
        if *lock(&self.looked_at) != (self.clock)()
            && let Err(error) = self.look().await
        {
            tracing::warn!(%error, "the releases of the widget could not be read from the records");
        }
    }

    async fn file(&self, release: &str, file: &str, digest: String) -> Found {
        let place = (release.to_owned(), file.to_owned());
        let body = lock(&self.shelf).bodies.get(&place).cloned();
        let body = match body {
            Some(body) => body,
            None => match self.store.release_file(release, file).await {
                Ok(forms) => {
                    let body = Body::proven(&digest, forms).map(Arc::new);
                    if body.is_none() {
                        tracing::error!(release, file, "the records hold another file under this name, so it is not served");
                    }
                    lock(&self.shelf).bodies.insert(place, body.clone());
                    body
                }
                Err(error) => {
                    tracing::error!(%error, release, file, "a file of the widget cannot be read");
                    None
                }
            },
        };
        lock(&self.used).insert(release.to_owned());
        body.map_or(Found::Unavailable, |body| Found::File(body, digest))
    }
}

impl Shelf {
    /// Whether what this program brought is not served any more: nobody is told of it as the release of the day either.
    fn is_ours_revoked(&self) -> bool {
        self.known.iter().any(|known| known.is_revoked && self.brought.as_ref() == Some(&known.name))
    }

    /// The release that a file is served from to pages that pin none.
    fn holder(&self, file: &str) -> Option<String> {
        let has = |known: &&Known| known.listing.digest(file).is_some();
        let current = self.current.as_ref().and_then(|name| self.known.iter().find(|known| known.name == *name)).filter(has);
        let hashed = || self.known.iter().filter(|_| is_hashed(file)).filter(has).min_by_key(|known| known.is_revoked);
        // What this program brought lies on its disk as well; revoked, it is not served from there either.
        let ours = || self.known.iter().find(|known| known.is_revoked && self.brought.as_ref() == Some(&known.name)).filter(has);
        current.or_else(hashed).or_else(ours).map(|known| known.name.clone())
    }
}

/// Whether a name holds the hash of its content: `…-` and sixteen hex digits. The loader's name has a dash and no hash.
pub(crate) fn is_hashed(path: &str) -> bool {
    path.split(['-', '_', '.', '/']).any(|part| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The release that comes with this program: in a folder, or else inside.
fn brought(folder: Option<&Path>) -> Result<Option<Parcel>, String> {
    match folder {
        Some(folder) => Parcel::in_folder(folder),
        None => Parcel::inside(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

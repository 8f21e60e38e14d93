//! What a person does to the releases that are kept: looks, puts one there, revokes one, forgets one.

use std::path::Path;

use super::choice::{self, Known};
use super::listing::FRAMING;
use super::parcel::Parcel;
use super::{DAY, LOADER, SILENCE, brought};
use crate::config::Config;
use crate::store::{Node, Release, Store, StoreError};

/// For how many days nobody may have asked for a release that is forgotten.
const UNUSED_DAYS: i64 = 90;

/// A release as pages pin it: its name, its files and their digests.
#[derive(Clone, Debug)]
pub struct Pinned(Known);

impl Pinned {
    /// The release that comes with this program and configuration, else the newest among the records; none where there is neither, or
    /// it was revoked.
    ///
    /// # Errors
    /// One line that names the file at fault.
    pub async fn of(config: &Config) -> Result<Option<Pinned>, String> {
        let parcel = brought(config.widget.as_ref().map(|widget| widget.dir.as_path()))?;
        // Tags are also printed where there are no records yet.
        config.store.judge().map_err(|error| error.to_string())?;
        let kept = match config.store.look().await {
            Ok(store) => {
                let kept = store.releases().await;
                store.close().await;
                kept.unwrap_or_default()
            }
            Err(_) => Vec::new(),
        };
        let Some(parcel) = parcel else {
            let known: Vec<Known> = kept.into_iter().filter_map(Known::read).collect();
            let name = choice::current(&known, &[], None);
            return Ok(known.into_iter().find(|known| Some(&known.name) == name.as_ref()).map(Pinned));
        };
        if kept.iter().any(|release| release.name == parcel.name && release.revoked_at.is_some()) {
            return Err(format!("release {} was revoked: install a program that brings another", parcel.name));
        }
        Ok(Known::read(parcel.release(0)).map(Pinned))
    }

    /// Its name.
    pub fn release(&self) -> &str {
        &self.0.name
    }

    /// The digest of a file.
    pub fn digest(&self, file: &str) -> Option<&str> {
        self.0.listing.digest(file)
    }

    /// The script beside the wasm, and its digest.
    pub(crate) fn glue(&self) -> Option<(&str, &str)> {
        self.part(|name| name.ends_with(".js") && !name.ends_with(FRAMING) && name != LOADER)
    }

    /// The widget itself, and its digest.
    pub(crate) fn wasm(&self) -> Option<(&str, &str)> {
        self.part(|name| name.ends_with(".wasm"))
    }

    /// What shows the widget in a frame, and its digest; a release of earlier has none.
    pub(crate) fn framing(&self) -> Option<(&str, &str)> {
        self.part(|name| name.ends_with(FRAMING))
    }

    fn part(&self, is_meant: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
        let name = self.0.listing.names().find(|name| is_meant(name))?;
        Some((name, self.digest(name)?))
    }
}

/// All releases, a line each for people.
///
/// # Errors
/// Those of the store.
pub async fn list(store: &Store, now: i64) -> Result<Vec<String>, StoreError> {
    let kept = store.releases().await?;
    let nodes = at_work(store, now).await?;
    let known: Vec<Known> = kept.iter().cloned().filter_map(Known::read).collect();
    let current = choice::current(&known, &nodes, None);
    let line = |release: &Release| {
        let state = match release {
            Release { revoked_at: Some(_), .. } => "revoked",
            Release { name, .. } if Some(name) == current.as_ref() => "newest",
            _ => "kept",
        };
        let used = release.used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", ago(now - at)));
        let Release { name, version, revision, added_at, .. } = release;
        format!("{name}  {state:7}  {version}  r{revision}  added {}, {used}", ago(now - added_at))
    };
    Ok(kept.iter().map(line).collect())
}

/// Keeps the release in a folder, as `cargo xtask dist` makes it. Answers its name, and whether it is new.
///
/// # Errors
/// One line that names what is wrong.
pub async fn add(store: &Store, folder: &Path, now: i64) -> Result<(String, bool), String> {
    let parcel = Parcel::in_folder(folder)?.ok_or_else(|| format!("{}: there is no manifest.json", folder.display()))?;
    let is_new = store.add_release(&parcel.release(now), &parcel.forms()).await.map_err(|error| error.to_string())?;
    let kept = store.releases().await.map_err(|error| error.to_string())?;
    if kept.iter().any(|release| release.name == parcel.name && release.revoked_at.is_some()) {
        return Err(format!("{} is revoked and stays revoked", parcel.name));
    }
    Ok((parcel.name, is_new))
}

/// Ends the service of a release. Answers whether there is another one for pages that pin none.
///
/// # Errors
/// One line that names what is wrong.
pub async fn revoke(store: &Store, name: &str, now: i64) -> Result<bool, String> {
    let said = |error: StoreError| error.to_string();
    if !store.revoke_release(name, now).await.map_err(said)? {
        return Err(format!("{name}: there is no such release, or it is revoked already"));
    }
    let known: Vec<Known> = store.releases().await.map_err(said)?.into_iter().filter_map(Known::read).collect();
    Ok(known.iter().any(Known::is_served))
}

/// Drops a release that nobody has asked for in 90 days.
///
/// # Errors
/// One line that names what is wrong.
pub async fn forget(store: &Store, name: &str, now: i64) -> Result<(), String> {
    let said = |error: StoreError| error.to_string();
    let kept = store.releases().await.map_err(said)?;
    let release = kept.iter().find(|release| release.name == name).ok_or_else(|| format!("{name}: there is no such release"))?;
    if at_work(store, now).await.map_err(said)?.iter().any(|node| node.brings.as_deref() == Some(name)) {
        return Err(format!("{name}: it is the release of a running server"));
    }
    if !store.forget_release(name, now - UNUSED_DAYS * DAY).await.map_err(said)? {
        let last = release.used_at.unwrap_or(release.added_at).max(release.added_at);
        let what = if release.used_at.is_some() { "used" } else { "added" };
        return Err(format!(
            "{name}: it was {what} {}; a release is forgotten when nobody used it for {UNUSED_DAYS} days",
            ago(now - last)
        ));
    }
    Ok(())
}

/// The servers at work. One that has its records for itself says so at its start alone.
async fn at_work(store: &Store, now: i64) -> Result<Vec<Node>, StoreError> {
    store.nodes(if store.is_shared() { now - SILENCE } else { 0 }).await
}

fn ago(seconds: i64) -> String {
    match seconds / DAY {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

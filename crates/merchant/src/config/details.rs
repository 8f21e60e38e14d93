//! `[details]`: the keys by which what names a person is sealed, and for how long it is kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::error::ConfigError;
use super::{StoreConfig, secrets};
use crate::sealed::{self, MasterKeys, Sealer};
use crate::store::{Store, StoreError};

/// Holds the text of the key file directly.
const VARIABLE: &str = "QR_CHECKOUT_DETAILS_KEYS";
const KEY: &str = "details.key_file";

/// `[details]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DetailsConfig {
    /// File with the master keys, a line each, the one that writes first; environment `QR_CHECKOUT_DETAILS_KEYS` holds its text directly.
    pub key_file: Option<PathBuf>,
    /// Where the ids of erased orders are kept beside the records; `<key_file>.erased` if absent.
    pub erased_file: Option<PathBuf>,
    /// For how long details are kept after the last that happened to an order, days.
    pub retain_days: i64,
    /// The same for an order that was never paid, days.
    pub retain_days_unpaid: i64,
}

impl Default for DetailsConfig {
    fn default() -> DetailsConfig {
        DetailsConfig { key_file: None, erased_file: None, retain_days: 90, retain_days_unpaid: 7 }
    }
}

impl DetailsConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, days) in [("retain_days", self.retain_days), ("retain_days_unpaid", self.retain_days_unpaid)] {
            if !(1..=36_500).contains(&days) {
                return Err(ConfigError::of(&format!("details.{key}"), "must be 1 to 36500"));
            }
        }
        Ok(())
    }

    /// The file of keys.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn key_file(&self) -> Result<&Path, ConfigError> {
        let missing = "is missing; it names the file of the keys that seal what names a person, which `serve --generate-key` makes";
        self.key_file.as_deref().ok_or_else(|| ConfigError::of(KEY, missing))
    }

    /// The file of keys, where it is what counts.
    ///
    /// # Errors
    /// One line that names the key, where the environment holds the keys, too.
    pub fn key_file_in_use(&self) -> Result<&Path, ConfigError> {
        if std::env::var_os(VARIABLE).is_some() {
            let reason = format!(
                "the keys in {VARIABLE} count, and not this file; put the new line before the others there, as `details keygen` writes it"
            );
            return Err(ConfigError::of(KEY, reason));
        }
        self.key_file()
    }

    /// Makes the file of keys where it is missing, unless the records need a key that was in it. `now` in unix seconds.
    ///
    /// # Errors
    /// One line that names the key.
    pub async fn make_key_file(&self, records: &StoreConfig, now: i64) -> Result<(), ConfigError> {
        let Some(file) = self.key_file.as_deref().filter(|file| std::env::var_os(VARIABLE).is_none() && !file.exists()) else {
            return Ok(());
        };
        let store = records.open_to_serve().await?;
        let needed = store.needed_key(now).await;
        store.close().await;
        if let Some(id) = needed.map_err(|error| self.told(&error))? {
            let reason =
                format!("{}: is not there, and the records need its key {id}, so that none is made; put the file back", file.display());
            return Err(ConfigError::of(KEY, reason));
        }
        sealed::keygen(file).map(drop).map_err(|error| ConfigError::of(KEY, format!("{}: {error}", file.display())))
    }

    /// Reads the keys.
    ///
    /// # Errors
    /// One line that names the key, and never what the file holds.
    pub fn sealer(&self) -> Result<Arc<Sealer>, ConfigError> {
        let text = match std::env::var(VARIABLE) {
            Ok(text) => text,
            Err(_) => secrets::read(self.key_file()?).map_err(|reason| ConfigError::of(KEY, reason))?,
        };
        let keys = MasterKeys::parse(&text).map_err(|error| ConfigError::of(KEY, format!("{}: {error}", self.named())))?;
        Ok(Arc::new(Sealer::new(keys)))
    }

    /// Where the ids of erased orders are kept beside the records.
    ///
    /// # Errors
    /// One line that names the key.
    pub(super) fn erased_file(&self) -> Result<PathBuf, ConfigError> {
        if let Some(file) = &self.erased_file {
            return Ok(file.clone());
        }
        if std::env::var_os(VARIABLE).is_none() {
            self.key_file()?;
        }
        let mut name = self.key_file.clone().map(PathBuf::into_os_string).ok_or_else(|| {
            ConfigError::of("details.erased_file", format!("is missing; where {VARIABLE} holds the keys, it names the file beside the records that remembers which orders were erased"))
        })?;
        name.push(".erased");
        Ok(name.into())
    }

    /// These records with the keys, which have to be all that a record needs. The one that writes is written down, so that no server starts
    /// without it. `now` in unix seconds.
    ///
    /// # Errors
    /// One line that names the key, and the file or what else is at fault.
    pub(crate) async fn open_to_write(&self, store: Store, now: i64) -> Result<Store, ConfigError> {
        let store = store.sealing(self.sealer()?);
        store.register_keys(now).await.map_err(|error| self.told(&error))?;
        Ok(store)
    }

    /// The same for a command, which writes no key down.
    ///
    /// # Errors
    /// One line that names the key, and the file or what else is at fault.
    pub async fn open(&self, store: Store) -> Result<Store, ConfigError> {
        let store = store.sealing(self.sealer()?);
        store.judge_keys().await.map_err(|error| self.told(&error))?;
        Ok(store)
    }

    fn told(&self, error: &StoreError) -> ConfigError {
        match error {
            StoreError::NeedsKey(_) | StoreError::WrongKey(_) => ConfigError::of(KEY, format!("{}: {error}", self.named())),
            _ => ConfigError::of("store", error),
        }
    }

    /// What the keys come from.
    fn named(&self) -> String {
        match (std::env::var_os(VARIABLE), &self.key_file) {
            (None, Some(file)) => file.display().to_string(),
            _ => VARIABLE.to_owned(),
        }
    }
}

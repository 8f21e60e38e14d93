//! `[store]`: where the records are. One function says so, for the server and for every command, so that none of them looks elsewhere.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{ConfigError, secrets};
use crate::store::{Store, StoreError, private};

/// `[store]`: exactly one of its keys, or one of the environment's, which wins over the file.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// The SQLite file; environment `DATABASE_PATH`.
    pub path: Option<PathBuf>,
    /// A PostgreSQL database instead, `postgres://…`, for any number of nodes; environment `DATABASE_URL`.
    pub url: Option<String>,
    /// The file that holds this address.
    pub url_file: Option<PathBuf>,
}

/// Where the records are.
enum Records {
    Sqlite(PathBuf),
    Postgres(String),
}

impl StoreConfig {
    /// Opens the records, and brings them to this version.
    ///
    /// # Errors
    /// One line that names the key, and never the address, which holds a password.
    pub async fn open(&self) -> Result<Store, ConfigError> {
        self.opened(Store::open, Store::open_postgres).await
    }

    /// Opens the records for a server, which is the only one on an SQLite file for as long as it runs.
    ///
    /// # Errors
    /// As [`StoreConfig::open`], and where another server is at work on the file.
    pub(crate) async fn open_to_serve(&self) -> Result<Store, ConfigError> {
        self.opened(Store::open_alone, Store::open_postgres).await
    }

    /// Opens the records to be copied, of whatever version they are: none are made, and none are brought to this version.
    ///
    /// # Errors
    /// As [`StoreConfig::open`].
    pub async fn open_to_copy(&self) -> Result<Store, ConfigError> {
        self.opened(Store::open_as_it_is, Store::open_postgres_as_it_is).await
    }

    /// Judges where the records are said to be, without opening them.
    ///
    /// # Errors
    /// One line that names the key.
    pub(crate) fn judge(&self) -> Result<(), ConfigError> {
        self.records().map(drop)
    }

    /// Opens the records to be read, as they are: none are made, and none are brought to this version.
    ///
    /// # Errors
    /// As [`StoreConfig::open`], and where the records are of another version.
    pub async fn look(&self) -> Result<Store, ConfigError> {
        self.opened(Store::look, Store::look_postgres).await
    }

    /// Opens them by the function for what they are.
    async fn opened(
        &self,
        sqlite: impl AsyncFnOnce(&Path) -> Result<Store, StoreError>,
        postgres: impl AsyncFnOnce(&str) -> Result<Store, StoreError>,
    ) -> Result<Store, ConfigError> {
        match self.records()? {
            Records::Sqlite(path) => {
                let opened = sqlite(&path).await;
                opened.map_err(|error| ConfigError::of("store.path", format!("{}: {error}", path.display())))
            }
            Records::Postgres(url) => postgres(&url).await.map_err(|error| ConfigError::of("store.url", error)),
        }
    }

    /// What the environment says of it, in place of the file.
    ///
    /// # Errors
    /// One line where the environment, or else the file, names two places.
    pub(super) fn with_environment(self, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<StoreConfig, ConfigError> {
        // Whoever takes a variable away that an image has set can only empty it.
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        match (variable("DATABASE_PATH"), variable("DATABASE_URL")) {
            (Some(_), Some(_)) => Err(ConfigError::of("store", "the environment has both DATABASE_PATH and DATABASE_URL; take one out")),
            (Some(path), None) => Ok(StoreConfig { path: Some(path.into()), ..StoreConfig::default() }),
            (None, Some(url)) => {
                let url = url.into_string().map_err(|_| ConfigError::of("store.url", "DATABASE_URL is no text"))?;
                Ok(StoreConfig { url: Some(url), ..StoreConfig::default() })
            }
            (None, None) => self.check().map(|()| self),
        }
    }

    /// Whether the file names one place.
    ///
    /// # Errors
    /// One line that names the keys.
    fn check(&self) -> Result<(), ConfigError> {
        let keys = [("path", self.path.is_some()), ("url", self.url.is_some()), ("url_file", self.url_file.is_some())];
        let named: Vec<&str> = keys.iter().filter(|(_, is_there)| *is_there).map(|(key, _)| *key).collect();
        match named.as_slice() {
            [] | [_] => Ok(()),
            _ => Err(ConfigError::of("store", format!("names the records by {}; take out all but one", named.join(" and ")))),
        }
    }

    fn records(&self) -> Result<Records, ConfigError> {
        self.check()?;
        if let Some(path) = &self.path {
            refuse_open_files(path)?;
            return Ok(Records::Sqlite(path.clone()));
        }
        if let Some(url) = &self.url {
            return Ok(Records::Postgres(url.clone()));
        }
        let file = self.url_file.as_ref().ok_or_else(|| ConfigError::of("store.path", "is missing"))?;
        let url = secrets::read(file).map_err(|reason| ConfigError::of("store.url_file", reason))?;
        Ok(Records::Postgres(url.trim().to_owned()))
    }
}

/// Records that every user of the machine can read are refused like any other secret.
fn refuse_open_files(path: &Path) -> Result<(), ConfigError> {
    let open: Vec<String> = private::files(path)
        .into_iter()
        .filter(|file| secrets::is_open(file).unwrap_or_default())
        .map(|file| file.display().to_string())
        .collect();
    match open.first() {
        None => Ok(()),
        Some(first) => {
            let reason = format!("{first}: every user of this machine may read these records; mend it by: chmod 600 {}", open.join(" "));
            Err(ConfigError::of("store.path", reason))
        }
    }
}

impl fmt::Debug for StoreConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.as_ref().map(|_| "…");
        out.debug_struct("StoreConfig").field("path", &self.path).field("url", &url).field("url_file", &self.url_file).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> StoreConfig {
        toml::from_str(text).unwrap()
    }

    fn records(text: &str, environment: &[(&str, &str)]) -> Result<String, String> {
        let find = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        let records = section(text).with_environment(&find).and_then(|section| section.records());
        records.map_err(|error| error.to_string()).map(|records| match records {
            Records::Sqlite(path) => path.display().to_string(),
            Records::Postgres(url) => url,
        })
    }

    #[test]
    fn one_place_is_named_and_the_environment_wins_over_the_file() {
        let (file, environment) = ("path = \"a.sqlite\"", ("DATABASE_URL", "postgres://b"));
        assert_eq!(records(file, &[]), Ok("a.sqlite".to_owned()));
        assert_eq!(records("url = \"postgres://a\"", &[]), Ok("postgres://a".to_owned()));
        assert_eq!(records(file, &[environment]), Ok("postgres://b".to_owned()));
        assert_eq!(records("url = \"postgres://a\"", &[("DATABASE_PATH", "b.sqlite")]), Ok("b.sqlite".to_owned()));
        assert_eq!(records(file, &[environment, ("DATABASE_PATH", "")]), Ok("postgres://b".to_owned()));
        assert_eq!(records("", &[]), Err("store.path: is missing".to_owned()));
    }

    #[test]
    fn two_places_are_refused_by_their_keys() {
        for (text, told) in [
            ("path = \"a\"\nurl = \"postgres://a\"", "store: names the records by path and url; take out all but one"),
            ("path = \"a\"\nurl_file = \"b\"", "store: names the records by path and url_file; take out all but one"),
            ("url = \"postgres://secret@a\"\nurl_file = \"b\"", "store: names the records by url and url_file; take out all but one"),
        ] {
            assert_eq!(section(text).check().unwrap_err().to_string(), told);
        }
        let both = [("DATABASE_PATH", "a"), ("DATABASE_URL", "postgres://secret@b")];
        let told = records("", &both).unwrap_err();
        assert!(told.contains("DATABASE_PATH and DATABASE_URL") && !told.contains("secret"), "{told}");
    }
}

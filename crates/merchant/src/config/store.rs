//! `[store]`: where the records are. One function says so, for the server and for every command, so that none of them looks elsewhere.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::ConfigError;
use super::secrets;
use crate::store::{Store, StoreError, private};

/// `[store]`: exactly one of its keys, or one of the environment's.
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

    /// The section together with what the environment says: one of them names the place, or both name the same.
    ///
    /// # Errors
    /// One line that names what names two places.
    pub(super) fn with_environment(self, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<StoreConfig, ConfigError> {
        self.check()?;
        // Whoever takes a variable away that an image has set can only empty it.
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let (name, told) = match (variable("DATABASE_PATH"), variable("DATABASE_URL")) {
            (Some(_), Some(_)) => {
                return Err(ConfigError::of("store", "the environment sets both DATABASE_PATH and DATABASE_URL; remove one"));
            }
            (Some(path), None) => ("DATABASE_PATH", StoreConfig { path: Some(path.into()), ..StoreConfig::default() }),
            (None, Some(url)) => {
                let url = url.into_string().map_err(|_| ConfigError::of("store.url", "DATABASE_URL is not valid UTF-8"))?;
                ("DATABASE_URL", StoreConfig { url: Some(url), ..StoreConfig::default() })
            }
            (None, None) => return Ok(self),
        };
        match self.keys().first() {
            Some(key) if !self.is_same_place(&told) => Err(ConfigError::of(
                "store",
                format!(
                    "{key} here and the environment's {name} name two places for the records; take {name} out of the environment (the \
                     systemd unit or the image may set it), or {key} out of [store]"
                ),
            )),
            _ => Ok(told),
        }
    }

    /// Whether both name one place, as far as words tell.
    fn is_same_place(&self, other: &StoreConfig) -> bool {
        let absolute = |path: &Option<PathBuf>| path.as_ref().and_then(|path| std::path::absolute(path).ok());
        match (absolute(&self.path), absolute(&other.path)) {
            (Some(path), Some(other)) => path == other,
            _ => self.url.is_some() && self.url == other.url,
        }
    }

    /// The keys that name a place.
    fn keys(&self) -> Vec<&'static str> {
        let keys = [("path", self.path.is_some()), ("url", self.url.is_some()), ("url_file", self.url_file.is_some())];
        keys.iter().filter(|(_, is_there)| *is_there).map(|(key, _)| *key).collect()
    }

    /// Whether the file names one place.
    ///
    /// # Errors
    /// One line that names the keys.
    fn check(&self) -> Result<(), ConfigError> {
        match self.keys().as_slice() {
            [] | [_] => Ok(()),
            named => Err(ConfigError::of("store", format!("names the records by {}; take out all but one", named.join(" and ")))),
        }
    }

    fn records(&self) -> Result<Records, ConfigError> {
        self.check()?;
        if let Some(path) = &self.path {
            judge_path(path)?;
            refuse_open_files(path)?;
            return Ok(Records::Sqlite(path.clone()));
        }
        if let Some(url) = &self.url {
            judge_url(url)?;
            return Ok(Records::Postgres(url.clone()));
        }
        let file = self.url_file.as_ref().ok_or_else(|| ConfigError::of("store.path", "is missing"))?;
        let url = secrets::read(file).map_err(|reason| ConfigError::of("store.url_file", reason))?;
        let url = url.trim();
        judge_url(url).map_err(|_| ConfigError::of("store.url_file", NO_DATABASE))?;
        Ok(Records::Postgres(url.to_owned()))
    }
}

/// What is no address of a database.
const NO_DATABASE: &str = "must be postgres://user:password@host/database; a file of SQLite is named by path";

fn judge_url(url: &str) -> Result<(), ConfigError> {
    let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if is_postgres { Ok(()) } else { Err(ConfigError::of("store.url", NO_DATABASE)) }
}

fn judge_path(path: &Path) -> Result<(), ConfigError> {
    if path.file_name().is_none() || path.is_dir() {
        return Err(ConfigError::of("store.path", "must name a file, such as merchant.sqlite"));
    }
    if private::is_beside(path) {
        return Err(ConfigError::of("store.path", "ends like a file that SQLite keeps beside a database; give it another name"));
    }
    Ok(())
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
    fn one_place_is_named_by_the_file_or_by_the_environment() {
        let (file, environment) = ("path = \"a.sqlite\"", ("DATABASE_URL", "postgres://b"));
        assert_eq!(records(file, &[]), Ok("a.sqlite".to_owned()));
        assert_eq!(records("url = \"postgres://a\"", &[]), Ok("postgres://a".to_owned()));
        assert_eq!(records("", &[environment]), Ok("postgres://b".to_owned()));
        assert_eq!(records("", &[("DATABASE_PATH", "b.sqlite")]), Ok("b.sqlite".to_owned()));
        assert_eq!(records("", &[environment, ("DATABASE_PATH", "")]), Ok("postgres://b".to_owned()));
        assert_eq!(records("", &[]), Err("store.path: is missing".to_owned()));
        // The same place twice is one.
        let absolute = std::path::absolute("a.sqlite").unwrap();
        assert_eq!(records(file, &[("DATABASE_PATH", absolute.to_str().unwrap())]), Ok(absolute.display().to_string()));
        assert_eq!(records("url = \"postgres://b\"", &[environment]), Ok("postgres://b".to_owned()));
    }

    #[test]
    fn a_place_of_the_file_and_another_of_the_environment_are_refused_by_their_names() {
        for key in ["path", "url", "url_file"] {
            for name in ["DATABASE_PATH", "DATABASE_URL"] {
                let told = records(&format!("{key} = \"secret-a\""), &[(name, "secret-b")]).unwrap_err();
                assert!(told.starts_with(&format!("store: {key} here and the environment's {name} name two places")), "{told}");
                assert!(told.contains(&format!("take {name} out of the environment")) && !told.contains("secret"), "{told}");
            }
        }
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

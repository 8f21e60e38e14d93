//! Secrets: from the environment, from files that nobody else on the machine can read, or as written in the configuration.

use std::io;
use std::path::{Path, PathBuf};

use super::error::ConfigError;

/// Bits of a mode by which others than owner and group may do something.
#[cfg(unix)]
const OTHERS: u32 = 0o007;

/// The text of a file that is secret.
///
/// # Errors
/// One line that names the file, and how to mend what is wrong with it; never what it holds.
pub fn read(file: &Path) -> Result<String, String> {
    let told = |error: io::Error| format!("{}: {error}", file.display());
    if is_open(file).map_err(told)? {
        return Err(format!("{}: every user of this machine may read this secret; mend it by: chmod 600 {0}", file.display()));
    }
    std::fs::read_to_string(file).map_err(told)
}

/// Whether others than a file's owner and group may do something with it.
#[cfg(unix)]
pub(super) fn is_open(file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(file)?.permissions().mode() & OTHERS != 0)
}

#[cfg(not(unix))]
pub(super) fn is_open(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// A secret that may also stand in the configuration itself: from the environment, from the file that `<key>_file` names, or as written.
///
/// # Errors
/// One line that names the key and never holds the secret.
pub(super) fn hidden(key: &str, variable: &str, file: &Option<PathBuf>, text: &Option<String>) -> Result<Option<String>, ConfigError> {
    match (std::env::var(variable), file, text) {
        (Ok(text), ..) => Ok(Some(text)),
        (Err(_), Some(_), Some(_)) => Err(ConfigError::of(key, format!("stands here and in {key}_file; take one out"))),
        (Err(_), Some(file), None) => {
            let text = read(file).map_err(|reason| ConfigError::of(&format!("{key}_file"), reason))?;
            Ok(Some(text.trim().to_owned()))
        }
        (Err(_), None, text) => Ok(text.clone()),
    }
}

/// A secret, from the environment or from the file that the key names.
///
/// # Errors
/// One line that names the key and never holds the secret.
pub(super) fn secret(key: &str, variable: &str, file: Option<&Path>) -> Result<String, ConfigError> {
    match (std::env::var(variable), file) {
        (Ok(text), _) => Ok(text),
        (Err(_), Some(file)) => read(file).map_err(|reason| ConfigError::of(key, reason)),
        (Err(_), None) => Err(ConfigError::of(key, "is missing")),
    }
}

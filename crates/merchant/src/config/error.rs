//! What is wrong with a configuration.

use std::fmt::Display;

/// What is wrong with the configuration: the key and the reason, one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    /// That line.
    pub(super) fn line(line: String) -> ConfigError {
        ConfigError(line)
    }

    pub(crate) fn of(key: &str, reason: impl Display) -> ConfigError {
        ConfigError(format!("{key}: {reason}"))
    }
}

//! What is wrong with a configuration.

use std::fmt;

/// What is wrong with the configuration: the key and the reason, one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(String);

impl ConfigError {
    /// That line.
    pub(super) fn line(line: String) -> ConfigError {
        ConfigError(line)
    }

    pub(crate) fn of(key: &str, reason: impl fmt::Display) -> ConfigError {
        ConfigError(format!("{key}: {reason}"))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

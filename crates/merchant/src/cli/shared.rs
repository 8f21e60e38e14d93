//! What the subcommands share: the configuration, and the words of an error.

use std::path::PathBuf;

use clap::Args;
use merchant::Config;

/// Where the configuration stands.
#[derive(Args)]
pub(super) struct ConfigFile {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    pub(super) config: PathBuf,
}

impl ConfigFile {
    pub(super) fn load(&self) -> Result<Config, String> {
        Config::load(&self.config).map_err(said)
    }
}

/// The words of an error.
pub(super) fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

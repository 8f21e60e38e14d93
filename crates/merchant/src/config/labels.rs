//! `[labels]`: how labels are printed.

use std::path::PathBuf;

use serde::Deserialize;

use super::Config;
use super::error::ConfigError;
use crate::labels::LabelFonts;

/// `[labels]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LabelsConfig {
    /// A font (TrueType or OpenType) for names that are not written in Latin, Greek or Cyrillic.
    pub font_file: Option<PathBuf>,
}

impl Config {
    /// The fonts of labels.
    ///
    /// # Errors
    /// One line that names the key.
    pub(crate) fn label_fonts(&self) -> Result<LabelFonts, ConfigError> {
        LabelFonts::open(self.labels.font_file.as_deref()).map_err(|reason| ConfigError::of("labels.font_file", reason))
    }
}

//! `[downloads]`: files and licence keys that are sold, and whether they are there.

use std::path::PathBuf;

use serde::Deserialize;

use super::Config;
use super::error::ConfigError;
use crate::goods::{GoodsFiles, is_key_file, lines_of};

/// `[downloads]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DownloadsConfig {
    /// The folder below which the files lie that the catalog sells; the one of the catalog's file if absent.
    pub folder: Option<PathBuf>,
    /// How often a file may be loaded, for each piece that was bought.
    pub most: i64,
}

impl Default for DownloadsConfig {
    fn default() -> DownloadsConfig {
        DownloadsConfig { folder: None, most: 20 }
    }
}

impl DownloadsConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let is_good = (1..=1_000_000).contains(&self.most);
        if is_good { Ok(()) } else { Err(ConfigError::of("downloads.most", "must be 1 to 1000000")) }
    }
}

impl Config {
    /// Files that are sold.
    pub(crate) fn goods_files(&self) -> GoodsFiles {
        let beside = || self.catalog.file.as_ref().map(|file| file.parent().map_or_else(PathBuf::new, PathBuf::from));
        let folder = self.downloads.folder.clone().or_else(beside);
        GoodsFiles::below(folder.map(|folder| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }))
    }

    /// What the catalog sells and is not there: a line for each file.
    ///
    /// # Errors
    /// Those of the catalog.
    pub(super) fn missing_goods(&self) -> Result<Vec<String>, ConfigError> {
        let Some(catalog) = self.catalog.catalog()? else { return Ok(Vec::new()) };
        let files = self.goods_files();
        let missing = catalog.files().into_iter().filter_map(|(file, sku)| {
            let (path, _) = match files.look(file) {
                Ok(found) => found,
                Err(reason) => return Some(format!("item {sku:?}: {reason}")),
            };
            let keys = is_key_file(file) && catalog.key_files().contains(file);
            let fault = match lines_of(&path) {
                _ if !keys => return None,
                Ok(lines) if lines.is_cut => "its last line has no end, and is not for sale: it may be half a key".to_owned(),
                Ok(lines) if lines.keys.is_empty() => "it holds no keys; write one a line".to_owned(),
                Ok(_) => return None,
                Err(error) => error.to_string(),
            };
            Some(format!("item {sku:?}: {}: {fault}", path.display()))
        });
        Ok(missing.collect())
    }
}

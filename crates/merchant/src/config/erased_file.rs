//! Where the ids of erased orders are kept: a file of its own, for what is written into the file of keys, or into the records, is lost with
//! them.

use std::path::{Path, PathBuf};

use super::Config;
use super::error::ConfigError;
use crate::erased_file::ErasedFile;
use crate::store::private;

const KEY: &str = "details.erased_file";

impl Config {
    /// The file that remembers which orders were erased, which no other setting may name.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn erased_file(&self) -> Result<ErasedFile, ConfigError> {
        let file = self.details.erased_file()?;
        let fault = |reason: String| Err(ConfigError::of(KEY, format!("{}: {reason}", file.display())));
        if file.file_name().is_none() || file.is_dir() {
            return Err(ConfigError::of(KEY, "must name a file, such as details.keys.erased"));
        }
        let place = resolved(&file);
        if let Some((other, _)) = self.named_files().into_iter().find(|(_, path)| resolved(path) == place) {
            return fault(format!("{other} is this file, or a file beside it; name a file of its own"));
        }
        if let Some((other, _)) = self.named_folders().into_iter().find(|(_, path)| place.starts_with(resolved(path))) {
            return fault(format!("lies in the folder of {other}, which everybody may read; name a file elsewhere"));
        }
        Ok(ErasedFile::at(file))
    }

    /// The same, once it was seen that it can be written.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn writable_erased_file(&self) -> Result<ErasedFile, ConfigError> {
        let file = self.erased_file()?;
        file.prove_writable().map_err(|reason| ConfigError::of(KEY, reason))?;
        Ok(file)
    }

    fn named_files(&self) -> Vec<(&'static str, PathBuf)> {
        let (wechat_pay, alipay) = (self.wechat_pay.as_ref(), self.alipay.as_ref());
        let account = self.official_account.as_ref();
        let named = [
            ("details.key_file", self.details.key_file.as_ref()),
            ("signing.seed_file", Some(&self.signing.seed_file)),
            ("signing.next_seed_file", self.signing.next_seed_file.as_ref()),
            ("store.url_file", self.store.url_file.as_ref()),
            ("catalog.file", self.catalog.file.as_ref()),
            ("catalog.secret_file", self.catalog.secret_file.as_ref()),
            ("wechat_pay.merchant_key_file", wechat_pay.and_then(|section| section.merchant_key_file.as_ref())),
            ("wechat_pay.apiv3_key_file", wechat_pay.and_then(|section| section.apiv3_key_file.as_ref())),
            ("wechat_pay.public_key_file", wechat_pay.and_then(|section| section.public_key_file.as_ref())),
            ("alipay.app_key_file", alipay.and_then(|section| section.app_key_file.as_ref())),
            ("alipay.alipay_public_key_file", alipay.and_then(|section| section.alipay_public_key_file.as_ref())),
            ("official_account.secret_file", account.and_then(|section| section.secret_file.as_ref())),
            ("official_account.token_file", account.and_then(|section| section.token_file.as_ref())),
            ("official_account.aes_key_file", account.and_then(|section| section.aes_key_file.as_ref())),
            ("webhooks.secret_file", self.webhooks.as_ref().and_then(|section| section.secret_file.as_ref())),
        ];
        let records = self.store.path.iter().flat_map(|path| private::files(path)).map(|path| ("store.path", path));
        named.into_iter().filter_map(|(key, path)| Some((key, path?.clone()))).chain(records).collect()
    }

    fn named_folders(&self) -> Vec<(&'static str, PathBuf)> {
        let named = [
            ("server.files", self.server.files.as_ref()),
            ("widget.dir", self.widget.as_ref().map(|folder| &folder.dir)),
            ("shop.dir", self.shop.as_ref().map(|folder| &folder.dir)),
        ];
        named.into_iter().filter_map(|(key, path)| Some((key, path?.clone()))).collect()
    }
}

/// A path by which files can be compared: links are followed as far as there is something.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(there) = whole.canonicalize() {
        return there;
    }
    match (whole.parent().and_then(|folder| folder.canonicalize().ok()), whole.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => whole,
    }
}

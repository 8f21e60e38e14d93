//! Folders for temporary files, gone when they are no longer needed.

use std::path::{Path, PathBuf};

/// A new folder. It goes with its last user.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(purpose: &str) -> Folder {
        let mut random = [0; 8];
        aws_lc_rs::rand::fill(&mut random).unwrap();
        let folder = std::env::temp_dir().join(format!("qr-checkout-{purpose}-{:016x}", u64::from_be_bytes(random)));
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

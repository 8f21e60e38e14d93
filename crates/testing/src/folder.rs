//! Folders for temporary files, gone when they are no longer needed.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
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

    /// Writes a file that only its owner can read, as keys want it, and answers its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left over in a temporary folder is no failure of a test.
        _ = std::fs::remove_dir_all(&self.0);
    }
}

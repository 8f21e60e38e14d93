//! What a merchant's operator does: makes keys, writes other settings, starts the backend again.

use std::path::{Path, PathBuf};

use merchant::releases::Pinned;
use merchant::snippet::{self, Page};
use merchant::{Config, Keys};
use serde_json::Value;

use super::place::made_ready;
use super::shop::{Shop, Till};

/// The widget as merchants load it.
pub fn dist() -> PathBuf {
    made_ready("QR_CHECKOUT_DIST", "dist")
}

impl Shop {
    /// Where the shop's own files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The release that the backend's program brings.
    pub fn release(&self) -> String {
        self.manifest()["release"].as_str().unwrap().to_owned()
    }

    /// The names of the script beside the wasm, and of the wasm.
    pub fn parts(&self) -> [String; 2] {
        let manifest = self.manifest();
        let files = manifest["files"].as_array().unwrap();
        ["glue", "wasm"].map(|role| files.iter().find(|file| file["role"] == role).unwrap()["name"].as_str().unwrap().to_owned())
    }

    /// The tags that `qr-checkout-server snippet` prints.
    pub async fn tags(&self, page: Page) -> String {
        let config = Config::load(&self.config_file()).unwrap();
        let pinned = Pinned::of(&config).await.unwrap();
        snippet::snippet(&config, &Keys::of(&config).unwrap(), pinned.as_ref(), page, &[])
    }

    fn manifest(&self) -> Value {
        let widget = Config::load(&self.config_file()).unwrap().widget.unwrap().dir;
        serde_json::from_slice(&std::fs::read(widget.join("manifest.json")).unwrap()).unwrap()
    }

    /// Makes another signing key and returns the name of its file, which stands beside the first one's, and its pin.
    pub fn make_key(&self, name: &str) -> (String, String) {
        let file = self.folder.path().join(name);
        merchant::keygen(&file).unwrap();
        let mut config = Config::load(&self.config_file()).unwrap();
        config.signing.seed_file.clone_from(&file);
        (file.display().to_string(), Keys::of(&config).unwrap().signer.pin().token())
    }

    /// Writes other settings and starts the backend again over the same records, as a service manager does: held polls are
    /// answered first.
    pub async fn restart_with(&mut self, change: impl FnOnce(&str) -> String) {
        let Till::Here(merchant) = std::mem::replace(&mut self.till, Till::Down) else { panic!("the backend runs in this process") };
        merchant.stop().await;
        let settings = std::fs::read_to_string(self.config_file()).unwrap();
        std::fs::write(self.config_file(), change(&settings)).unwrap();
        self.start(false).await;
    }

    /// The same, and serves the gallery's build of the widget from now on, which believes every answer.
    pub async fn restart_believing_everybody(&mut self, change: impl FnOnce(&str) -> String) {
        let (dist, gallery) = (made_ready("QR_CHECKOUT_DIST", "dist"), made_ready("QR_CHECKOUT_GALLERY", "target/dist-gallery"));
        let [dist, gallery] = [dist, gallery].map(|folder| format!("[widget]\ndir = \"{}\"", folder.display()));
        self.restart_with(|settings| {
            assert!(settings.contains(&dist), "{settings}");
            change(settings).replace(&dist, &gallery)
        })
        .await;
    }
}

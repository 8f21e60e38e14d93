//! A backend and the widget that it serves, as some commit built them, over a slow line, with the provider's sandbox in this process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;

use sandbox::Sandbox;
use testing::{Folder, ShopOptions, shop};

use crate::slow_line::{SlowLine, Speed};

/// A running backend. It ends when it is dropped.
pub struct Backend {
    /// As the shopper reaches it.
    pub url: String,
    program: PathBuf,
    config: PathBuf,
    process: Child,
    _folder: Folder,
    _sandbox: Sandbox,
}

impl Backend {
    /// Starts that program, to serve that widget on pages of that origin.
    pub async fn start(program: PathBuf, widget: &Path, origin: &str, speed: &Speed) -> Backend {
        let (folder, line) = (Folder::new("bench"), SlowLine::new().await);
        let sandbox = testing::provider::open_sandbox(Arc::new(testing::now)).await;
        merchant::keygen(&folder.path().join("signing.seed")).unwrap();
        folder.write("details.keys", testing::details::DETAILS_KEY);
        folder.write("catalog.toml", shop::CATALOG);
        let options = ShopOptions { serves_widget: false, reconcile_seconds: 3600, ..ShopOptions::default() };
        let config = shop::config(&options, folder.path(), &line.url(), &sandbox.url());
        // Frames are for pages that are listed by name.
        let config = config.replace(r#"["*", "null"]"#, &format!("[{origin:?}]"));
        let config = folder.write("merchant.toml", format!("{config}[widget]\ndir = \"{}\"\n", widget.display()));
        let start = (program.clone(), config.clone());
        let (process, address) = tokio::task::spawn_blocking(move || shop::start_server(&start.0, &start.1, None)).await.unwrap();
        let url = line.url();
        line.lead_to(address.parse().unwrap(), speed.clone());
        Backend { url, program, config, process, _folder: folder, _sandbox: sandbox }
    }

    /// What `snippet` prints, with more arguments.
    pub fn tags(&self, more: &[&str]) -> String {
        let printed = Command::new(&self.program).arg("snippet").arg("--config").arg(&self.config).args(more).output().unwrap();
        assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        String::from_utf8(printed.stdout).unwrap()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

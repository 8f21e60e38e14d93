//! A Chromium for pages that report by themselves: no WebDriver, an empty profile, gone with the test.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A running Chromium; it ends with the test.
pub struct Browser {
    process: Child,
    profile: PathBuf,
}

impl Browser {
    /// Opens `url`; `name` tells this test's profile from others'.
    pub fn open(name: &str, url: &str) -> Self {
        let profile = std::env::temp_dir().join(format!("qr-checkout-{name}-{}", std::process::id()));
        let process = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", profile.display()))
            // Keeps the page alive until it is told to go; without it, headless Chromium leaves at once.
            .args(["--remote-debugging-port=0", url])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromium is installed: run `cargo xtask setup`");
        Self { process, profile }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

//! An extension that repaints pages at night: Dark Reader, as published, by the library that it offers.

use std::path::PathBuf;

use serde_json::json;

use super::Browser;
use crate::place::made_ready;

impl Browser {
    /// Repaints the page, and what comes onto it later.
    pub async fn dark_reader(&self) {
        let axe = made_ready("QR_CHECKOUT_AXE", "target/tools/axe/node_modules/axe-core/axe.min.js");
        let library: PathBuf = axe.ancestors().nth(2).unwrap().join("darkreader/darkreader.js");
        let library = std::fs::read_to_string(library).expect("Dark Reader is installed by cargo xtask setup");
        // Pages of modules have no `require`; the library then puts itself into the window.
        let enable = "DarkReader.setFetchMethod(window.fetch); DarkReader.enable({ brightness: 100, contrast: 90, sepia: 10 })";
        self.run(&format!("(function () {{ {library} }}).call(window); {enable}"), json!([])).await;
    }
}

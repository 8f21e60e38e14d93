//! The tags a merchant pastes: the script with the digest of what is served, the element with the keys that sign today and next.

use std::path::Path;

use serde_json::Value;

use crate::keys::Keys;

/// The loader's name among the widget's files.
const LOADER: &str = "qr-checkout.js";

/// Writes the tags. With the widget's folder at hand the script tag carries the loader's digest, and where answers are signed for
/// browsers, too, the element asks them to look.
pub fn snippet(public_url: &str, keys: &Keys, widget: Option<&Path>) -> String {
    let merchant_key = keys.merchant_key();
    let native = if keys.native_integrity { " native-integrity" } else { "" };
    let integrity =
        widget.and_then(loader_integrity).map_or(String::new(), |digest| format!(" integrity=\"{digest}\" crossorigin=\"anonymous\""));
    format!(
        "<script type=\"module\" src=\"{public_url}/{LOADER}\"{integrity}></script>\n\
         <qr-checkout backend=\"{public_url}\" merchant-key=\"{merchant_key}\"{native}></qr-checkout>\n"
    )
}

/// The loader's digest out of `manifest.json`.
fn loader_integrity(folder: &Path) -> Option<String> {
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("manifest.json")).ok()?).ok()?;
    let files = manifest.get("files")?;
    let entry = match files {
        Value::Array(files) => files.iter().find(|file| file.get("name").and_then(Value::as_str) == Some(LOADER))?,
        files => files.get(LOADER)?,
    };
    entry.get("integrity")?.as_str().map(str::to_owned)
}

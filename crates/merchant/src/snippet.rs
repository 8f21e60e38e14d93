//! The tags a merchant pastes: the script with the digest of what is served, the element with the keys that sign today and next.

use std::borrow::Cow;
use std::path::Path;

use serde_json::Value;

use crate::embedded;
use crate::keys::Keys;

/// The loader's name among the widget's files.
const LOADER: &str = "qr-checkout.js";

/// Writes the tags. With the widget's folder at hand, or the widget inside of this program, the script tag carries the loader's digest, and where answers are signed for
/// browsers, too, the element asks them to look.
pub fn snippet(public_url: &str, keys: &Keys, widget: Option<&Path>) -> String {
    let merchant_key = keys.merchant_key();
    let native = if keys.native_integrity { " native-integrity" } else { "" };
    let manifest = match widget {
        Some(folder) => std::fs::read(folder.join("manifest.json")).ok(),
        None => embedded::get("manifest.json").map(Cow::into_owned),
    };
    let integrity = manifest
        .and_then(|manifest| loader_integrity(&manifest))
        .map_or(String::new(), |digest| format!(" integrity=\"{digest}\" crossorigin=\"anonymous\""));
    format!(
        "<script type=\"module\" src=\"{public_url}/{LOADER}\"{integrity}></script>\n\
         <qr-checkout backend=\"{public_url}\" merchant-key=\"{merchant_key}\"{native}></qr-checkout>\n"
    )
}

/// The loader's digest out of `manifest.json`.
fn loader_integrity(manifest: &[u8]) -> Option<String> {
    let manifest: Value = serde_json::from_slice(manifest).ok()?;
    let files = manifest.get("files")?;
    let entry = match files {
        Value::Array(files) => files.iter().find(|file| file.get("name").and_then(Value::as_str) == Some(LOADER))?,
        files => files.get(LOADER)?,
    };
    entry.get("integrity")?.as_str().map(str::to_owned)
}

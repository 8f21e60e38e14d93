//! A second release of the widget: what `cargo xtask dist` would have made had somebody changed a word of a translation. The wasm is the
//! same, and every name and digest another.

use std::path::Path;

use aws_lc_rs::digest::{SHA384, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A word of the Chinese translation, and what it is in the second release.
pub const OLD_WORD: &str = "去挑选喜欢的商品";
pub const NEW_WORD: &str = "去挑选心仪的商品";

/// Writes the second release of a built folder into another one.
pub fn another(dist: &Path, out: &Path) {
    let manifest: Value = serde_json::from_slice(&std::fs::read(dist.join("manifest.json")).unwrap()).unwrap();
    let entries = manifest["files"].as_array().unwrap();
    let name_of = |entry: &Value| entry["name"].as_str().unwrap().to_owned();
    let wasm = entries.iter().map(name_of).find(|name| name.ends_with("_bg.wasm")).unwrap();
    let old_hash = wasm.strip_prefix("qr-checkout-").unwrap().strip_suffix("_bg.wasm").unwrap();
    let new_hash: String = digest(&SHA384, wasm.as_bytes()).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let mut loader = std::fs::read_to_string(dist.join("qr-checkout.js")).unwrap().replace(old_hash, &new_hash);
    let mut written = Vec::new();
    for entry in entries.iter().filter(|entry| entry["role"] != "loader") {
        let (name, mut bytes) = (name_of(entry), std::fs::read(dist.join(name_of(entry))).unwrap());
        if name.ends_with(".zh-Hans.txt") {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(OLD_WORD), "the translation has another word by now");
            bytes = text.replace(OLD_WORD, NEW_WORD).into_bytes();
            loader = loader.replace(entry["integrity"].as_str().unwrap(), &integrity(&bytes));
        }
        written.push(put(out, &name.replace(old_hash, &new_hash), &bytes, &entry["role"]));
    }
    written.push(put(out, "qr-checkout.js", loader.as_bytes(), &json!("loader")));
    let part = written.iter().filter(|entry| entry["role"] != "page" && entry["role"] != "notice");
    let listing = protocol::release::listing(part.map(|entry| (entry["name"].as_str().unwrap(), entry["integrity"].as_str().unwrap())));
    let manifest = json!({ "release": protocol::release::name(&listing), "revision": 1, "version": "second", "files": written });
    std::fs::write(out.join("manifest.json"), manifest.to_string()).unwrap();
}

fn put(out: &Path, name: &str, bytes: &[u8], role: &Value) -> Value {
    let path = out.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    json!({ "name": name, "role": role, "integrity": integrity(bytes) })
}

fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(digest(&SHA384, bytes)))
}

//! A release of the widget as `dist` makes it, small enough to be told apart by eye.

use std::path::Path;

use aws_lc_rs::digest::{SHA384, digest};
use protocol::base64::{Alphabet, encode};
use serde_json::json;

/// A release that was written into a folder.
pub struct Written {
    /// Its name.
    pub name: String,
    /// The hashed name of its wasm.
    pub wasm: String,
    /// The digest of its script.
    pub integrity: String,
}

/// Writes a release whose every file tells that word, and a page and a notice beside it.
pub fn write(root: &Path, dir: &str, word: &str) -> Written {
    let hash: String = digest(&SHA384, word.as_bytes()).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let wasm = format!("qr-checkout-{hash}_bg.wasm");
    let files = [
        ("qr-checkout.js", "loader"),
        (&format!("qr-checkout-{hash}.js"), "glue"),
        (&wasm, "wasm"),
        (&format!("qr-checkout-{hash}_framing.js"), "framing"),
        (&format!("qr-checkout-{hash}.zh-Hans.txt"), "locale"),
        (&format!("qr-checkout-{hash}.json"), "advice"),
        ("themes/ink.css", "theme"),
        ("qr-checkout.d.ts", "types"),
        ("receipt/index.html", "page"),
        ("NOTICES.txt", "notice"),
    ];
    let mut entries = Vec::new();
    let mut lines = Vec::new();
    for (name, role) in files {
        let content = format!("{role} of {word}");
        put(root, &format!("{dir}/{name}"), &content);
        let integrity = format!("sha384-{}", encode(Alphabet::Standard, digest(&SHA384, content.as_bytes()).as_ref()));
        entries.push(json!({ "name": name, "role": role, "bytes": 1, "brotli": 1, "gzip": 1, "integrity": integrity }));
        if !["page", "notice"].contains(&role) {
            lines.push((name.to_owned(), integrity));
        }
    }
    let listing = protocol::release::listing(lines.iter().map(|(name, integrity)| (name.as_str(), integrity.as_str())));
    let name = protocol::release::name(&listing);
    let manifest = json!({ "release": name, "revision": 1, "version": word, "files": entries });
    put(root, &format!("{dir}/manifest.json"), &manifest.to_string());
    Written { name, wasm, integrity: lines.remove(0).1 }
}

fn put(root: &Path, name: &str, content: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

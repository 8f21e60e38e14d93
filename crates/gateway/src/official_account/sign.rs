//! The two signatures of the Official Account, both SHA-1 in hex: of callbacks, over sorted parts with the
//! token among them, and of pages that call WeChat's JavaScript. Weak by today's measure, and the provider's choice.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// Signs the parts of a callback: sorted by bytes, then joined without anything between.
pub fn callback_signature(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    sha1_hex(&parts.concat())
}

/// Whether two signatures are the same, in a time that does not tell where they differ.
pub(super) fn same(ours: &str, theirs: &str) -> bool {
    verify_slices_are_equal(ours.as_bytes(), theirs.as_bytes()).is_ok()
}

/// Signs a page for `wx.config`: these four names in this order, their values as they are. A fragment of the URL
/// does not count (gateways: Official Account, "JS-SDK config").
#[must_use]
pub fn page_signature(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    sha1_hex(&format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"))
}

fn sha1_hex(text: &str) -> String {
    hex::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

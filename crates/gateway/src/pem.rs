//! PEM (RFC 7468) as people paste it: indented, in one line, or with words around it. The libraries that are there refuse all three.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The DER inside the first block with exactly this label.
pub(crate) fn block(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (inside, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let packed: String = inside.split_whitespace().collect();
    BASE64.decode(packed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_found_however_it_was_pasted() {
        for pem in [
            "-----BEGIN KEY-----\nAQID\nBAUG\n-----END KEY-----\n",
            "-----BEGIN KEY-----\r\nAQID\r\nBAUG\r\n-----END KEY-----",
            "-----BEGIN KEY-----AQIDBAUG-----END KEY-----",
            "  -----BEGIN KEY-----\n  AQID\n  BAUG\n  -----END KEY-----",
            "Bag Attributes\n-----BEGIN OTHER-----\nAA==\n-----END OTHER-----\n-----BEGIN KEY-----\nAQIDBAUG\n-----END KEY-----",
        ] {
            assert_eq!(block(pem, "KEY"), Some(vec![1, 2, 3, 4, 5, 6]), "{pem}");
        }
        for pem in ["", "AQID", "-----BEGIN KEY-----\nAQI\n-----END KEY-----", "-----BEGIN KEY-----\nAQID"] {
            assert_eq!(block(pem, "KEY"), None, "{pem}");
        }
    }
}

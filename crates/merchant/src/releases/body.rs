//! A file of a release in the codings that browsers take, each proven to be the file that the release was named by.

use std::io::Read as _;

use aws_lc_rs::digest::{SHA384, digest};
use axum::body::Bytes;
use protocol::base64::{Alphabet, encode};

/// The most bytes that a file may have.
const MOST: u64 = 8 * 1024 * 1024;

/// A file as it is, and in the codings that it was packed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) plain: Bytes,
    /// `Content-Encoding` and the bytes, the smallest first.
    pub(crate) packed: Vec<(&'static str, Bytes)>,
}

impl Body {
    /// The file of that digest out of what is kept of it. A coding that holds something else is left out; without the file itself
    /// there is nothing.
    pub(crate) fn proven(integrity: &str, forms: Vec<(String, Vec<u8>)>) -> Option<Body> {
        let mut plain = None;
        let mut packed = Vec::new();
        for (coding, bytes) in forms {
            if unpacked(&coding, &bytes).is_none_or(|unpacked| self::integrity(&unpacked) != integrity) {
                continue;
            }
            match coding.as_str() {
                "" => plain = Some(Bytes::from(bytes)),
                "br" => packed.insert(0, ("br", Bytes::from(bytes))),
                _ => packed.push(("gzip", Bytes::from(bytes))),
            }
        }
        plain.map(|plain| Body { plain, packed })
    }
}

/// The digest of a file, as Subresource Integrity writes it.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", encode(Alphabet::Standard, digest(&SHA384, bytes).as_ref()))
}

fn unpacked(coding: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    match coding {
        "" => return Some(bytes.to_vec()),
        "br" => brotli_decompressor::Decompressor::new(bytes, 4096).take(MOST).read_to_end(&mut unpacked).ok()?,
        "gzip" => flate2::read::GzDecoder::new(bytes).take(MOST).read_to_end(&mut unpacked).ok()?,
        _ => return None,
    };
    Some(unpacked)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn the_digest_is_what_browsers_expect() {
        // The worked example of the SRI specification, section 3.
        assert_eq!(integrity(b"alert('Hello, world.');"), "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO");
    }

    #[test]
    fn only_forms_of_the_file_itself_are_kept() {
        let form = |coding: &str, bytes: &[u8]| (coding.to_owned(), bytes.to_vec());
        let wanted = integrity(b"good");
        let body = Body::proven(&wanted, vec![form("", b"good"), form("gzip", &gzip(b"good")), form("br", b"not brotli")]).unwrap();
        assert_eq!((body.plain.as_ref(), body.packed.iter().map(|(coding, _)| *coding).collect::<Vec<_>>()), (&b"good"[..], vec!["gzip"]));
        let body = Body::proven(&wanted, vec![form("gzip", &gzip(b"evil")), form("zstd", b"good"), form("", b"good")]).unwrap();
        assert!(body.packed.is_empty());
        assert_eq!(Body::proven(&wanted, vec![form("", b"evil"), form("gzip", &gzip(b"good"))]), None);
    }
}

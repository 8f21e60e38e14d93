//! What a release of the widget is called: by the hash of its contents, so that nobody can change what stands under a name.

use crate::Digest;

/// The revision of this API that requests are made by; `r` in every query names it. A query without one means the first.
pub const REVISION: u32 = 1;

/// Bytes of the hash that a name tells.
const LENGTH: usize = 16;

/// The list that a release is named by: a line for each file, by name, as `<integrity> <name>`, where `integrity` is that of Subresource
/// Integrity over the file's bytes.
pub fn listing<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut files: Vec<(&str, &str)> = files.into_iter().collect();
    files.sort_unstable();
    files.iter().map(|(name, integrity)| [integrity, " ", name, "\n"].concat()).collect()
}

/// The name of the release with that list: the first half of its SHA-256, in hexadecimal digits.
pub fn name(listing: &str) -> String {
    let digest = Digest::of(listing.as_bytes());
    digest.as_bytes().iter().take(LENGTH).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text can be the name of a release.
pub fn is_name(text: &str) -> bool {
    text.len() == 2 * LENGTH && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_by_its_files_in_any_order_and_by_every_bit_of_them() {
        let files = [("b.js", "sha384-BB"), ("a.wasm", "sha384-AA")];
        let listed = listing(files);
        assert_eq!(listed, "sha384-AA a.wasm\nsha384-BB b.js\n");
        // printf 'sha384-AA a.wasm\nsha384-BB b.js\n' | sha256sum | cut -c 1-32
        assert_eq!(name(&listed), "8a0a3762069f441a5b7ef7c131c8c8bb");
        assert_eq!(listing([files[1], files[0]]), listed);
        for other in [[("b.js", "sha384-Bb"), files[1]], [("c.js", "sha384-BB"), files[1]]] {
            assert_ne!(name(&listing(other)), name(&listed));
        }
        assert!(is_name(&name(&listed)));
        for bad in ["", "8a0a3762069f441a5b7ef7c131c8c8b", "8A0a3762069f441a5b7ef7c131c8c8bb", "../a3762069f441a5b7ef7c131c8c8bb0"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}

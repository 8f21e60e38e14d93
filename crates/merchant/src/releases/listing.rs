//! The list that a release is named by: its files, each with its digest. Not here: how a list is written and hashed (`protocol::release`).

use protocol::release;

/// The script that a page names; it knows names and digests of everything else.
pub(crate) const LOADER: &str = "qr-checkout.js";
/// How the name of the script ends that shows the widget in a frame.
pub(super) const FRAMING: &str = "_framing.js";
/// The most files of a release.
const MOST: usize = 64;
/// The longest name of a file.
const LONGEST: usize = 120;
/// What files of a release may be, by their endings, and what browsers are told that they are. Pages are none of them.
const KINDS: [(&str, &str); 6] = [
    (".js", "text/javascript"),
    (".wasm", "application/wasm"),
    (".txt", "text/plain; charset=utf-8"),
    (".json", "application/json"),
    (".css", "text/css"),
    (".d.ts", "text/plain; charset=utf-8"),
];

/// The files of one release with their digests, as Subresource Integrity writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listing(Vec<(String, String)>);

impl Listing {
    /// Reads the list of the release of that name.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(crate) fn read(name: &str, text: &str) -> Result<Listing, String> {
        if release::name(text) != name {
            return Err("its list is not the one that its name was made of".to_owned());
        }
        let files = text.lines().map(|line| line.split_once(' ').map(|(digest, file)| (file.to_owned(), digest.to_owned())));
        Listing::of(files.collect::<Option<_>>().ok_or("a line of its list is none")?)
    }

    /// The list of these files, by name and digest.
    ///
    /// # Errors
    /// Says which file cannot be part of a release.
    pub(crate) fn of(files: Vec<(String, String)>) -> Result<Listing, String> {
        if files.is_empty() || files.len() > MOST {
            return Err(format!("a release has 1 to {MOST} files"));
        }
        match files.iter().find(|(name, digest)| !is_file_name(name) || !digest.starts_with("sha384-")) {
            Some((name, _)) => Err(format!("{name:?} cannot be a file of a release")),
            None => Ok(Listing(files)),
        }
    }

    /// As it is written and hashed.
    pub(crate) fn text(&self) -> String {
        release::listing(self.0.iter().map(|(name, digest)| (name.as_str(), digest.as_str())))
    }

    /// Names of the files.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The digest of a file.
    pub(crate) fn digest(&self, file: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == file).map(|(_, digest)| digest.as_str())
    }
}

/// What browsers are told that a file of that name is.
pub(crate) fn kind(name: &str) -> Option<&'static str> {
    KINDS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, kind)| *kind)
}

/// Whether a name of a file or a folder, without what is around it, stays within the folder that it is in, and is not hidden there.
pub(crate) fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
}

/// Relative, within the folder, and of a kind that is no page.
fn is_file_name(name: &str) -> bool {
    name.len() <= LONGEST && name.split('/').all(is_plain) && kind(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_holds_scripts_wasm_texts_and_themes_and_never_a_page() {
        for good in ["qr-checkout.js", "qr-checkout-0123456789abcdef_bg.wasm", "themes/ink.css", "a.zh-Hans.txt", "a.d.ts"] {
            assert!(is_file_name(good), "{good}");
        }
        for bad in ["index.html", "a.svg", "a", "", "/a.js", "../a.js", "themes//a.css", ".a.js", "a b.js", "a.js/", "ä.js", "a.xhtml"] {
            assert!(!is_file_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_list_is_read_under_its_own_name_only() {
        let listing = Listing::of(vec![("b.js".to_owned(), "sha384-B".to_owned()), ("a.css".to_owned(), "sha384-A".to_owned())]).unwrap();
        let text = listing.text();
        let name = release::name(&text);
        assert_eq!(Listing::read(&name, &text).unwrap().digest("b.js"), Some("sha384-B"));
        assert!(Listing::read(&name, &text.replace("sha384-B", "sha384-C")).is_err());
        let page = "sha384-A index.html\n";
        assert!(Listing::read(&release::name(page), page).is_err());
    }
}

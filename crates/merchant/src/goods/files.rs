//! Files that are sold, below one folder: found by name and never outside of it, whatever links lie there; each is measured once for as long
//! as it stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use aws_lc_rs::digest::{Context, SHA256};

/// Files that are sold.
#[derive(Debug, Default)]
pub(crate) struct GoodsFiles {
    folder: Option<PathBuf>,
    sums: Mutex<BTreeMap<PathBuf, (Stamp, [u8; 32])>>,
    /// The names of those of which a person was told that they are not there.
    missing: Mutex<BTreeSet<String>>,
}

/// By what is seen that a file has changed.
type Stamp = (u64, Option<SystemTime>);

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// What is in it.
    pub(crate) content: Content,
    /// How long it is, bytes.
    pub(crate) length: u64,
    /// SHA-256 of its bytes.
    pub(crate) sum: [u8; 32],
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// What lies there.
    Lying(PathBuf),
    /// What is said here, in place of a file for which nobody paid.
    Said(&'static str),
}

impl Found {
    /// What a test gives in place of any file.
    pub(crate) fn of_test() -> Found {
        let text = "This is a test. No money moved, and this is not the file that is sold.\n";
        let mut sum = Context::new(&SHA256);
        sum.update(text.as_bytes());
        let sum = sum.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
        Found { content: Content::Said(text), length: text.len().try_into().unwrap_or(u64::MAX), sum }
    }
}

/// Why a file is not handed out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfound {
    /// No folder is known.
    #[error("no folder of files is known: name it in [downloads] folder")]
    NoFolder,
    /// It is not there, or cannot be read.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// Its folder is another one.
    #[error("{0}: it leads out of the folder of downloads")]
    Outside(PathBuf),
    /// It is no file.
    #[error("{0}: it is no file")]
    NoFile(PathBuf),
    /// It has no bytes.
    #[error("{0}: it is empty")]
    Empty(PathBuf),
}

impl GoodsFiles {
    /// Those below that folder.
    pub(crate) fn below(folder: Option<PathBuf>) -> GoodsFiles {
        GoodsFiles { folder, ..GoodsFiles::default() }
    }

    /// Finds a file that can be read now, and measures it. Reads all of it, the first time and when it changed.
    ///
    /// # Errors
    /// [`Unfound`].
    pub(crate) fn find(&self, name: &str) -> Result<Found, Unfound> {
        let (path, stamp) = self.look(name)?;
        let known = self.sums.lock().unwrap_or_else(PoisonError::into_inner).get(&path).copied();
        let sum = match known {
            Some((seen, sum)) if seen == stamp => {
                std::fs::File::open(&path).map_err(|error| Unfound::Io(path.clone(), error))?;
                sum
            }
            _ => {
                let sum = sum(&path).map_err(|error| Unfound::Io(path.clone(), error))?;
                self.sums.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), (stamp, sum));
                sum
            }
        };
        Ok(Found { content: Content::Lying(path), length: stamp.0, sum })
    }

    /// Whether a file is there, without a look into it. Answers where it lies, and by what a change is seen.
    ///
    /// # Errors
    /// [`Unfound`].
    pub(crate) fn look(&self, name: &str) -> Result<(PathBuf, Stamp), Unfound> {
        let folder = self.folder.as_deref().ok_or(Unfound::NoFolder)?;
        let file = folder.join(name);
        let real = |path: &Path| path.canonicalize().map_err(|error| Unfound::Io(path.to_owned(), error));
        let path = real(&file)?;
        if !path.starts_with(real(folder)?) {
            return Err(Unfound::Outside(file));
        }
        let about = path.metadata().map_err(|error| Unfound::Io(file.clone(), error))?;
        match (about.is_file(), about.len()) {
            (false, _) => Err(Unfound::NoFile(file)),
            (true, 0) => Err(Unfound::Empty(file)),
            (true, length) => Ok((path, (length, about.modified().ok()))),
        }
    }

    /// Keeps in mind whether a file is there. Answers whether it is news that it is not.
    pub(crate) fn is_newly_missing(&self, name: &str, is_there: bool) -> bool {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if is_there {
            missing.remove(name);
            return false;
        }
        missing.insert(name.to_owned())
    }
}

/// The licence keys in a file of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KeyLines {
    /// A line each, without what stands around it; empty lines are none.
    pub(crate) keys: Vec<String>,
    /// Whether the last line has no end: it may be a part of a key that is being written, and is none of these.
    pub(crate) is_cut: bool,
}

/// Reads a file of licence keys.
///
/// # Errors
/// Those of reading it.
pub(crate) fn lines_of(path: &Path) -> std::io::Result<KeyLines> {
    let bytes = std::fs::read(path)?;
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let (whole, rest) = bytes.split_at(end);
    let text = std::str::from_utf8(whole).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))?;
    let keys = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    Ok(KeyLines { keys, is_cut: !rest.is_empty() })
}

fn sum(path: &Path) -> std::io::Result<[u8; 32]> {
    use std::io::Read as _;
    let (mut file, mut sum, mut bytes) = (std::fs::File::open(path)?, Context::new(&SHA256), vec![0; 256 * 1024]);
    loop {
        let read = file.read(&mut bytes)?;
        if read == 0 {
            let digest = sum.finish();
            let mut whole = [0; 32];
            whole.copy_from_slice(digest.as_ref());
            return Ok(whole);
        }
        sum.update(bytes.get(..read).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::{GoodsFiles, Unfound, lines_of};

    #[test]
    fn nothing_outside_of_the_folder_is_found() {
        let folder = std::env::temp_dir().join(format!("qr-checkout-goods-{}", std::process::id()));
        let inside = folder.join("sold");
        std::fs::create_dir_all(inside.join("more")).unwrap();
        std::fs::write(folder.join("secret"), "secret").unwrap();
        std::fs::write(inside.join("guide.pdf"), "guide").unwrap();
        std::fs::write(inside.join("empty"), "").unwrap();
        std::fs::write(inside.join("keys.txt"), "\u{feff}AAA\r\n\n  BBB ").unwrap();
        std::os::unix::fs::symlink(folder.join("secret"), inside.join("link")).unwrap();
        std::os::unix::fs::symlink("../guide.pdf", inside.join("more/same")).unwrap();
        let files = GoodsFiles::below(Some(inside.clone()));
        let guide = files.find("guide.pdf").unwrap();
        assert_eq!((guide.length, files.find("more/same").unwrap()), (5, guide.clone()));
        assert!(matches!(files.find("link"), Err(Unfound::Outside(_))));
        assert!(matches!(files.find("../secret"), Err(Unfound::Outside(_))));
        assert!(matches!(files.find("more"), Err(Unfound::NoFile(_))));
        assert!(matches!(files.find("empty"), Err(Unfound::Empty(_))));
        assert!(matches!(files.find("gone"), Err(Unfound::Io(..))));
        assert!(matches!(GoodsFiles::below(None).find("guide.pdf"), Err(Unfound::NoFolder)));
        let read = lines_of(&inside.join("keys.txt")).unwrap();
        assert_eq!((read.keys, read.is_cut), (vec!["AAA".to_owned()], true), "a key that is being written is none yet");
        std::fs::write(inside.join("keys.txt"), "\u{feff}AAA\r\n\n  BBB \n").unwrap();
        let read = lines_of(&inside.join("keys.txt")).unwrap();
        assert_eq!((read.keys, read.is_cut), (vec!["AAA".to_owned(), "BBB".to_owned()], false));
        // A letter of several bytes that is half there.
        std::fs::write(inside.join("keys.txt"), b"AAA\n\xC3").unwrap();
        assert!(lines_of(&inside.join("keys.txt")).unwrap().is_cut);
        std::fs::write(inside.join("guide.pdf"), "another guide").unwrap();
        assert_ne!(files.find("guide.pdf").unwrap().sum, guide.sum, "a file that changed is measured anew");
        assert!(files.is_newly_missing("x", false) && !files.is_newly_missing("x", false) && !files.is_newly_missing("x", true));
        assert!(files.is_newly_missing("x", false), "missing again");
        std::fs::remove_dir_all(folder).unwrap();
    }
}

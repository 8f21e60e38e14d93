//! The file of the master keys.

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::keys::MasterLine;
use crate::random;

/// Writes a file with a new key that only its owner can read. An existing file is left alone. Answers the key's id.
///
/// # Errors
/// Those of creating and writing the file; `AlreadyExists` among them.
pub fn keygen(path: &Path) -> io::Result<String> {
    let line = MasterLine::random();
    random::write_secret(path, &line.text)?;
    Ok(line.id)
}

/// Puts a new key before those of a file, or of the one that a link leads to: it writes from the next start on, and the others read.
/// Answers the key's id.
///
/// # Errors
/// Those of reading and writing.
pub fn add_key(path: &Path) -> io::Result<String> {
    // Whoever keeps the keys elsewhere and a link here would find two files otherwise.
    let path = path.canonicalize()?;
    let known = Zeroizing::new(std::fs::read_to_string(&path)?);
    let line = MasterLine::random();
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    random::write_secret(beside, &Zeroizing::new(format!("{}\n{}", *line.text, known.trim_end())))?;
    std::fs::rename(beside, path)?;
    Ok(line.id)
}

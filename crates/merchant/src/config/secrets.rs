//! Files with secrets: read only where nobody else on the machine can read them, too.

use std::io;
use std::path::Path;

/// Bits of a mode by which others than owner and group may do something.
#[cfg(unix)]
const OTHERS: u32 = 0o007;

/// The text of a file that is secret.
///
/// # Errors
/// One line that names the file, and how to mend what is wrong with it; never what it holds.
pub fn read(file: &Path) -> Result<String, String> {
    let told = |error: io::Error| format!("{}: {error}", file.display());
    if is_open(file).map_err(told)? {
        return Err(format!("{}: every user of this machine may read this secret; mend it by: chmod 600 {0}", file.display()));
    }
    std::fs::read_to_string(file).map_err(told)
}

/// Whether others than a file's owner and group may do something with it.
#[cfg(unix)]
pub(super) fn is_open(file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(file)?.permissions().mode() & OTHERS != 0)
}

#[cfg(not(unix))]
pub(super) fn is_open(_: &Path) -> io::Result<bool> {
    Ok(false)
}

//! Files with secrets: read only where nobody else on the machine can read them, too.

use std::fs::Permissions;
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
    let permissions = std::fs::metadata(file).map_err(told)?.permissions();
    if is_open(&permissions) {
        return Err(format!("{}: every user of this machine may read this secret; mend it by: chmod 600 {0}", file.display()));
    }
    std::fs::read_to_string(file).map_err(told)
}

#[cfg(unix)]
fn is_open(permissions: &Permissions) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    permissions.mode() & OTHERS != 0
}

#[cfg(not(unix))]
fn is_open(_: &Permissions) -> bool {
    false
}

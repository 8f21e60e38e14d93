//! Random bytes from the operating system, by the crypto library; and files of keys that are made from them.

use std::io::{self, Write as _};
use std::path::Path;

use protocol::base64::{Alphabet, encode};

/// Fresh random bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system hands out random bytes");
    bytes
}

/// Writes a new signing seed (32 bytes, base64url) to a file that only its owner can read. An existing file is left alone.
///
/// # Errors
/// Those of creating and writing the file; `AlreadyExists` among them.
pub fn keygen(path: &Path) -> io::Result<()> {
    write_secret(path, &encode(Alphabet::Url, &bytes::<32>()))
}

/// Writes a line to a new file that only its owner can read.
pub(crate) fn write_secret(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{line}")
}

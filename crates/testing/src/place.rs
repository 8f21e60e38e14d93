//! Where things are: the repository, and what `cargo xtask` has made ready.

use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What `cargo xtask test` names by a variable, or where it lies in the repository.
pub(crate) fn made_ready(variable: &str, place: &str) -> PathBuf {
    let found = std::env::var_os(variable).map_or_else(|| root().join(place), PathBuf::from);
    assert!(found.exists(), "{} is missing: run cargo xtask setup and cargo xtask dist", found.display());
    found
}

//! Files that are sold: where they lie, and that nothing beside them is ever handed out. Not here: who may load them.

mod files;
mod range;

pub(crate) use files::{Content, Found, GoodsFiles, Unfound, lines_of};
pub(crate) use range::{Part, part};

/// The longest name of a file or of a pool of keys, bytes.
const MOST: usize = 200;

/// Whether that is the name of a file below a folder, or of a pool of keys.
///
/// # Errors
/// Says what is wrong.
pub(crate) fn judge_path(name: &str) -> Result<(), String> {
    if name.is_empty() || name.len() > MOST || name.chars().any(|letter| letter.is_control() || letter == '\\') {
        return Err(format!("1 to {MOST} bytes without control characters and backslashes"));
    }
    if name.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Err("a path below the folder of downloads, such as guide.pdf or 2027/guide.pdf: not from the root, and without ..".into());
    }
    Ok(())
}

/// Whether licence keys of that name stand in a file; otherwise they are put into a pool of that name by the admin API.
pub(crate) fn is_key_file(name: &str) -> bool {
    name.contains(['.', '/'])
}

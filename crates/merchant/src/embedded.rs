//! The widget inside of the program: with the feature `embedded-widget` one file serves everything. `cargo xtask dist --server` builds it.

use std::borrow::Cow;

#[cfg(feature = "embedded-widget")]
#[derive(rust_embed::Embed)]
#[folder = "../../dist"]
struct Dist;

/// Whether this program has the widget inside.
pub(crate) const IS_THERE: bool = cfg!(feature = "embedded-widget");

/// A file of the widget, by its name in `dist/`.
#[cfg(feature = "embedded-widget")]
pub(crate) fn get(name: &str) -> Option<Cow<'static, [u8]>> {
    Dist::get(name).map(|file| file.data)
}

/// There are none.
#[cfg(not(feature = "embedded-widget"))]
pub(crate) fn get(_: &str) -> Option<Cow<'static, [u8]>> {
    None
}

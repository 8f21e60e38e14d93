//! The widget inside of the program: with the feature `embedded-widget` one file serves everything, and tells what it is made of.
//! `cargo xtask dist --server` builds it.

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

/// What is compiled into this program, the widget inside of it too, with the texts that licences ask to travel along. `None` in a program
/// that was not built to be handed out.
#[cfg(feature = "embedded-widget")]
pub fn notices() -> Option<String> {
    let widget = get("NOTICES.txt")?;
    Some([include_str!("../../../dist-server/NOTICES.txt"), &String::from_utf8_lossy(&widget)].join("\n"))
}

/// There are none.
#[cfg(not(feature = "embedded-widget"))]
pub fn notices() -> Option<String> {
    None
}

/// What is compiled into this program, but for the widget, as CycloneDX. `None` as of [`notices`].
pub fn sbom() -> Option<&'static str> {
    #[cfg(feature = "embedded-widget")]
    return Some(include_str!("../../../dist-server/sbom.cdx.json"));
    #[cfg(not(feature = "embedded-widget"))]
    None
}

//! THE HANDS: every call into the browser is in this folder, a file per capability. No decisions, no screens.

mod shopper;

pub use shopper::{copy_text, save_file};

//! THE WIDGET: hands and face. What a page loads, mounts and unmounts; it decides nothing about money or status.

pub mod browser;
pub mod i18n;
pub mod ui;

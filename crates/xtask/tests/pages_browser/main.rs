//! Pages and scripts without a backend, in Chromium: the loader, and the page that checks receipts.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a test stops at the first surprise and names every scenario")]

mod loader;
mod receipt;

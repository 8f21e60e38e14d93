//! WeChat's Official Account: published vectors, the merchant's calls, what is called back, and the provider's end.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

mod callback;
mod calls;
mod server;
mod vectors;

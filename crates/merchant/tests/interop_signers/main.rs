//! Signatures across languages, in both directions: the examples in Python, Node and PHP are judged by our verifier, and what
//! our backend signs by other people's. Ours on both ends could share one misreading; these share nothing.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed; the line says where")]

mod examples;
mod judges;
mod programs;
mod receipts;
mod recorded;
#[path = "../api/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the stories of the API need more of it")]
mod support;

//! `cargo xtask conformance` as a merchant runs it: silent about our backend, and with the right code about one spoilt on purpose.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed; the line says where")]

mod interop_examples;
mod judging;
mod shop;
mod spoiler;

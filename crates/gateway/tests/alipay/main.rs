//! Alipay judged by vectors that independent clients made, and by tampering with them. Everything goes
//! through the public interface, as the merchant and the sandbox use it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

mod bill;
mod client;
mod failures;
mod notification;
mod server;
mod vectors;

//! The real program while its disk or its database fails, in the middle of whatever it does: nothing that was answered is lost, readiness
//! says what an order would meet, and within seconds of the fault's end everything is as before.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod database;
mod disk;
mod server;
mod story;
mod wire;

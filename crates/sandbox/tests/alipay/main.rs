//! The sandbox's Alipay as a merchant meets it: a real server on a free port, our gateway over real HTTP, a
//! movable clock, and a merchant that records what it is notified of.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed; the line says where")]

use gateway::alipay::{Alipay, Config};

mod calls;
mod charsets;
mod faults;
mod notifications;
mod refunds;
#[path = "../stage/mod.rs"]
mod stage;

/// The merchant's end that the stage uses.
fn gateway(sandbox: &sandbox::Sandbox) -> Box<dyn gateway::Gateway> {
    Box::new(alipay(sandbox))
}

/// The same with the calls that only Alipay has.
fn alipay(sandbox: &sandbox::Sandbox) -> Alipay {
    Alipay::new(Config::parse(&sandbox.alipay_settings()).unwrap())
}

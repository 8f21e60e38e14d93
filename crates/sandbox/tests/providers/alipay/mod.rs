//! The sandbox's Alipay as a merchant meets it: a real server on a free port, our gateway over real HTTP, a
//! movable clock, and a merchant that records what it is notified of.

use gateway::alipay::{Alipay, Config};

use crate::stage::Stage;

mod calls;
mod charsets;
mod faults;
mod notifications;
mod refunds;

/// A stage with that provider.
async fn open() -> Stage {
    Stage::open(|sandbox| Box::new(alipay(sandbox))).await
}

/// The same with the calls that only Alipay has.
fn alipay(sandbox: &sandbox::Sandbox) -> Alipay {
    Alipay::new(Config::parse(&sandbox.alipay_settings()).unwrap())
}

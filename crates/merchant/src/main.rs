//! `qr-checkout-server`: the command line. Reads the arguments, the environment and the clock; all else is in the library.

mod cli;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    merchant::start_logs();
    cli::Arguments::parse().run(Arc::new(now)).await
}

/// Unix seconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

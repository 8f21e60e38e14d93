//! The sandbox of the providers on a free port, with one account for all.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use sandbox::{Account, Randomness, Sandbox, Settings};

use crate::judges::judge;
use crate::listening::listen;
use crate::now;

/// The variable with the file of the account that `cargo xtask test` has made.
pub const ACCOUNT: &str = "QR_CHECKOUT_ACCOUNT";

pub fn randomness() -> Randomness {
    Arc::new(|buffer| aws_lc_rs::rand::fill(buffer).unwrap())
}

/// One account for all sandboxes, because RSA keys take their time: the one that is handed over, or this program's own.
pub fn account() -> Account {
    static OWN: OnceLock<Account> = OnceLock::new();
    let made = || match std::env::var_os(ACCOUNT) {
        Some(file) => Account::load_or_create(Path::new(&file), &randomness()),
        None => Account::generate(&randomness()),
    };
    OWN.get_or_init(|| made().unwrap()).clone()
}

/// A sandbox on a free port, under that clock.
pub async fn open_sandbox(time: sandbox::TimeSource) -> Sandbox {
    let listener = listen();
    Sandbox::start(Settings { account: account(), time, random: randomness() }, listener).await.unwrap()
}

/// Lets a judge drive a sandbox of its own.
pub async fn drive(script: &'static str) {
    // Judges sign with the real time and have no other.
    let sandbox = open_sandbox(Arc::new(now)).await;
    let url = sandbox.url();
    tokio::task::spawn_blocking(move || judge(script, &["drive", &url], "")).await.unwrap();
    sandbox.stop().await.unwrap();
}

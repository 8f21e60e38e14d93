//! A sandbox of its own for a judge that drives one.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sandbox::{Account, Randomness, Sandbox, Settings};
use tokio::net::TcpListener;

use crate::judges::judge;

/// Lets a judge drive a sandbox of its own.
pub async fn drive(script: &'static str) {
    // Judges sign with the real time and have no other.
    let time = || i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let settings = Settings { account: account(), time: Arc::new(time), random: randomness() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sandbox = Sandbox::start(settings, listener).await.unwrap();
    let url = sandbox.url();
    tokio::task::spawn_blocking(move || judge(script, &["drive", &url], "")).await.unwrap();
    sandbox.stop().await.unwrap();
}

/// A fresh account.
pub fn account() -> Account {
    Account::generate(&randomness()).unwrap()
}

fn randomness() -> Randomness {
    Arc::new(|buffer| aws_lc_rs::rand::fill(buffer).unwrap())
}

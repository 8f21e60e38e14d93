//! Answers without end, and the real program that hears them: it leaves or hands them on, and its memory stays what it is.

use std::convert::Infallible;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use tokio::net::TcpListener;

use crate::configuring::live;
use crate::operating::server;
use testing::backend::shop::configuration;
use testing::backend::text;

const PART: usize = 64 * 1024;
/// How much of an answer there is: far more than any program may keep.
const PARTS: usize = 512 * 1024 * 1024 / PART;
/// What a program may have in memory at most, kilobytes.
const MOST: u64 = 160 * 1024;

/// Whoever answers so, and looks meanwhile at the memory of the program that asks.
struct Endless {
    url: String,
    asking: Arc<AtomicU32>,
    peak: Arc<AtomicU64>,
}

/// The most that a process has had in memory, kilobytes; 0 when it is gone.
pub fn peak_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| line.trim_end_matches("kB").trim().parse().unwrap())
}

impl Endless {
    async fn start() -> Endless {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asking, peak) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU64::new(0)));
        let (asker, seen) = (Arc::clone(&asking), Arc::clone(&peak));
        let answer = move || {
            let (asker, seen) = (Arc::clone(&asker), Arc::clone(&seen));
            let parts = stream::repeat(Bytes::from_static(&[b' '; PART])).take(PARTS);
            let watched = parts.map(move |part| {
                seen.fetch_max(peak_of(asker.load(Ordering::SeqCst)), Ordering::SeqCst);
                Ok::<_, Infallible>(part)
            });
            std::future::ready(Body::from_stream(watched))
        };
        tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
        Endless { url, asking, peak }
    }

    /// Runs a program to its end: what it said, and the most that it has had in memory, kilobytes.
    async fn run(&self, mut command: Command) -> (Output, u64) {
        self.peak.store(0, Ordering::SeqCst);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        self.asking.store(child.id(), Ordering::SeqCst);
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
        (output, self.peak.load(Ordering::SeqCst))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_fills_nobodys_memory() {
    let endless = Endless::start().await;
    let (folder, _) = live();
    let orders = |arguments: &[&str]| {
        let mut command = server(&["orders"]);
        command.args(arguments).env("QR_CHECKOUT_API_KEY", "qrk_x").env("QR_CHECKOUT_BACKEND", &endless.url);
        command
    };
    let told = "the backend's answer is not read: the answer is over 33554432 bytes\n";
    for arguments in [&["list"][..], &["--json", "list"], &["show", "x"], &["cancel", "x"], &["insights", "--from", "0", "--to", "9"]] {
        let (output, peak) = endless.run(orders(arguments)).await;
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), told), "{arguments:?}");
        assert!((1..MOST).contains(&peak), "{arguments:?}: {peak} kB");
    }
    // An export may be that long: it is handed on.
    let (output, peak) = endless.run(orders(&["export", "--from", "0", "--to", "9"])).await;
    assert!(output.status.success() && (1..MOST / 2).contains(&peak), "{}: {peak} kB", text(&output.stderr));
    let config = configuration(&folder, "http://127.0.0.1:1", &format!("{}/settings", endless.url));
    let config = folder.write("merchant.toml", config);
    let (output, peak) = endless.run(server(&["serve", "--config", config.to_str().unwrap()])).await;
    let complaint = text(&output.stderr);
    assert!(complaint.starts_with("wechat_pay.settings_url: the answer is over 1048576 bytes"), "{complaint}");
    assert!(peak < MOST, "{peak} kB");
}

//! What every fault has to do to a shop, and what it must not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;

use crate::server::Server;
use testing::backend::text;

/// How long a story waits for something that has to come.
const PATIENCE: Duration = Duration::from_secs(40);
/// How many shoppers come at once: more than there are connections.
const AT_ONCE: usize = 16;

/// A fault that somebody switches on and off.
pub struct Fault<'a> {
    pub begin: &'a (dyn Fn() + Sync),
    pub end: &'a (dyn Fn() + Sync),
    /// How long after its end orders may still fail.
    pub recovery: Duration,
}

/// The fault comes and goes while shoppers order.
pub async fn survive(server: &Arc<Server>, fault: Fault<'_>) {
    let key = server.api_key().await;
    let mut orders: Vec<String> = server.orders(AT_ONCE).await.into_iter().map(Result::unwrap).collect();
    assert!(server.is_ready().await);
    // It comes while shoppers are at it.
    let mut wave = server.wave(AT_ONCE);
    orders.extend(wave.next().await.unwrap().unwrap());
    (fault.begin)();
    let begun = Instant::now();
    let mut refused = 0;
    // Orders fail, and whoever asks is sent elsewhere.
    loop {
        for answer in wave.map(Result::unwrap).collect::<Vec<_>>().await {
            match answer {
                Ok(order) => orders.push(order),
                Err(status) => {
                    assert!(status.is_server_error(), "{status}");
                    refused += 1;
                }
            }
        }
        if refused > 0 && !server.is_ready().await {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{refused} orders failed, and the server says that it is ready");
        wave = server.wave(AT_ONCE);
    }
    (fault.end)();
    let over = Instant::now();
    loop {
        let answers = server.orders(AT_ONCE).await;
        let is_over = answers.iter().all(Result::is_ok);
        orders.extend(answers.into_iter().flatten());
        if is_over && server.is_ready().await {
            break;
        }
        assert!(over.elapsed() < fault.recovery, "orders still fail after {:?}", over.elapsed());
    }
    recovered(server, &key, orders).await;
}

/// Nothing of it is left: on no connection, in no record.
async fn recovered(server: &Arc<Server>, key: &str, mut orders: Vec<String>) {
    for _ in 0..3 {
        orders.extend(server.orders(AT_ONCE).await.into_iter().map(|answer| answer.expect("an order after all was well again")));
    }
    assert_eq!(server.admin(key).await, 200);
    let listed = server.command(&["api-key", "list"]).await;
    let listed = text(&listed.stdout);
    let id = listed.lines().find(|line| line.contains("good")).and_then(|line| line.split_whitespace().next()).unwrap();
    assert!(server.command(&["api-key", "revoke", id]).await.status.success());
    let answers = futures_util::future::join_all((0..AT_ONCE).map(|_| server.admin(key))).await;
    assert!(answers.iter().all(|status| *status == 401), "a key that was revoked: {answers:?}");
    for order in &orders {
        assert!(server.has(order).await, "{order} was answered and is lost");
    }
    let checked = server.command(&["check"]).await;
    assert_eq!(checked.status.code(), Some(0), "{}{}", text(&checked.stdout), text(&checked.stderr));
}

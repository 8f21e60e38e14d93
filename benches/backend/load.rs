//! Shoppers: many who order, many who look, and very many who wait.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::backend::Backend;
use crate::client::{self, Client};

/// Connections that ask without a pause.
const CONNECTIONS: usize = 32;
/// How long a rate is measured; before that, the same for a fifth of it.
const SPAN: Duration = Duration::from_secs(5);
/// How many of the held polls are woken, one after the other: twenty of them are the slowest of a hundred.
const WAKES: usize = 2_000;
/// Within which time all polls have to be held: by then those that came first ask again.
const GATHERING: Duration = Duration::from_secs(20);

/// What waiting costs: milliseconds from the bank's word on its way to the shopper's answer, and kilobytes of memory for each poll.
pub struct Wakes {
    pub median: f64,
    pub worst_of_hundred: f64,
    pub memory: f64,
}

/// An order that can be waited for.
#[derive(Clone)]
pub struct Open {
    pub order: String,
    pub payment: String,
}

/// Status reads of stored orders in a second.
pub async fn reads(address: SocketAddr, orders: &Arc<[String]>) -> f64 {
    let (next, orders) = (AtomicUsize::new(0), Arc::clone(orders));
    let request = move || client::status(&orders[next.fetch_add(1, Ordering::Relaxed) % orders.len()], None);
    rate(address, 200, Arc::new(request)).await
}

/// New orders in a second, each with its code.
pub async fn orders(address: SocketAddr, method: &'static str) -> f64 {
    let agreed = client::price_digest(address).await;
    rate(address, 201, Arc::new(move || client::order(method, &agreed))).await
}

/// Answers in a second to requests of that making; every one of them must have that status.
pub async fn rate(address: SocketAddr, status: u16, request: Arc<dyn Fn() -> String + Send + Sync>) -> f64 {
    let counted = Arc::new(AtomicU64::new(0));
    let from = Instant::now() + SPAN / 5;
    let until = from + SPAN;
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (counted, request) = (Arc::clone(&counted), Arc::clone(&request));
            tokio::spawn(async move {
                let mut client = Client::open(address).await;
                while Instant::now() < until {
                    let (answered, body) = client.ask(&request()).await;
                    assert_eq!(answered, status, "{}", String::from_utf8_lossy(&body));
                    counted.fetch_add(u64::from((from..until).contains(&Instant::now())), Ordering::Relaxed);
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    f64::from(u32::try_from(counted.load(Ordering::Relaxed)).unwrap()) / SPAN.as_secs_f64()
}

/// Everybody waits; then the money of one after the other arrives.
pub async fn polls(backend: &Backend, open: &[Open]) -> Wakes {
    let before = backend.memory();
    let (answers, mut answered) = unbounded_channel();
    let held = Arc::new(AtomicUsize::new(0));
    let waiting: Vec<_> = open
        .iter()
        .enumerate()
        .map(|(at, open)| tokio::spawn(wait(backend.address(), at, open.order.clone(), Arc::clone(&held), answers.clone())))
        .collect();
    while held.load(Ordering::Relaxed) < open.len() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut bank = Client::open(backend.address()).await;
    // All are about to ask. They wait when the server says so, and not before.
    let since = Instant::now();
    while held_polls(&mut bank, &backend.key).await < open.len() {
        assert!(since.elapsed() < GATHERING, "the server holds {} of {} polls", held_polls(&mut bank, &backend.key).await, open.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let memory = (backend.memory() - before) / count(open.len());
    let mut took = Vec::new();
    for (at, open) in open.iter().enumerate().step_by(open.len() / WAKES) {
        let told = Instant::now();
        let (status, body) = bank.ask(&client::confirmation(&open.payment, &backend.key)).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let (who, when) = answered.recv().await.unwrap();
        assert_eq!(who, at, "somebody else was woken");
        took.push(when.duration_since(told));
    }
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    took.sort_unstable();
    let milliseconds = |share: usize| took[took.len() * share / 100].as_secs_f64() * 1000.0;
    Wakes { median: milliseconds(50), worst_of_hundred: milliseconds(99), memory }
}

/// Asks until the order is paid, as a widget does: again at once when nothing came within 25 seconds.
async fn wait(address: SocketAddr, at: usize, order: String, held: Arc<AtomicUsize>, answers: UnboundedSender<(usize, Instant)>) {
    // As if they had come one after the other: no server accepts ten thousand in the same instant.
    tokio::time::sleep(Duration::from_micros(300) * u32::try_from(at).unwrap()).await;
    let mut client = Client::open(address).await;
    let seen = sequence(&client.ask(&client::status(&order, None)).await.1);
    held.fetch_add(1, Ordering::Relaxed);
    loop {
        let (status, body) = client.ask(&client::status(&order, Some(seen))).await;
        let when = Instant::now();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        if sequence(&body) > seen {
            let _ = answers.send((at, when));
            return;
        }
    }
}

/// How many polls the server holds, by its own figures.
async fn held_polls(client: &mut Client, key: &str) -> usize {
    let (status, body) = client.ask(&client::figures(key)).await;
    assert_eq!(status, 200);
    let text = String::from_utf8(body).unwrap();
    text.lines().find_map(|line| line.strip_prefix("qr_checkout_held_polls ")).unwrap().parse().unwrap()
}

fn sequence(body: &[u8]) -> i64 {
    serde_json::from_slice::<serde_json::Value>(body).unwrap()["seq"].as_i64().unwrap()
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

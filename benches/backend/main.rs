//! What the reference backend does in a second, and what it holds, on this machine: a line of JSON for each figure. Server, database,
//! provider and load share its cores, and the floors are measured in the same run. `cargo xtask bench` runs it and makes the table.
//! Not here: gates. Optional: the sizes of the store to measure at, e.g. `BENCH_STORED=1000,100000`.
#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a bench prints, and stops at the first surprise"
)]

mod backend;
mod client;
mod floors;
mod load;
mod stored;

use backend::{Backend, Kind};
use serde_json::json;

/// Orders in the store before anything is measured.
const STORED: [u64; 3] = [1_000, 100_000, 1_000_000];
/// Polls held at once.
const HELD: usize = 10_000;

#[tokio::main]
async fn main() {
    if std::env::var_os(floors::SERVE).is_some() {
        return floors::serve().await;
    }
    let stored: Vec<u64> = match std::env::var("BENCH_STORED") {
        Ok(list) => list.split(',').map(|number| number.parse().unwrap()).collect(),
        Err(_) => STORED.to_vec(),
    };
    tell("floor", None, "answers/s, bare axum, signed", floors::answers().await, "per_second");
    for kind in [Kind::Sqlite, Kind::Postgres] {
        tell(kind.name(), None, "inserts/s, bare, one transaction each", floors::inserts(kind).await, "per_second");
        let mut backend = Backend::new(kind).await;
        for &orders in &stored {
            measure(&mut backend, orders).await;
        }
    }
}

async fn measure(backend: &mut Backend, orders: u64) {
    let place = backend.kind.name();
    let tell = |what: &str, value: f64, unit| tell(place, Some(orders), what, value, unit);
    eprintln!("{place}: filling up to {orders} orders");
    let stored = stored::fill(backend, orders, HELD).await;
    backend.start().await;
    tell("status reads/s", load::reads(backend.address(), &stored.done).await, "per_second");
    tell("orders/s, a code of the merchant's own", load::orders(backend.address(), "fps").await, "per_second");
    tell("orders/s, a code from WeChat Pay's sandbox", load::orders(backend.address(), "wechat_pay").await, "per_second");
    let wakes = load::polls(backend, &stored.open).await;
    tell(&format!("wake of one of {HELD} held polls, p50"), wakes.median, "milliseconds");
    tell(&format!("wake of one of {HELD} held polls, p99"), wakes.worst_of_hundred, "milliseconds");
    tell("memory for each held poll", wakes.memory, "kilobytes");
    backend.stop();
}

fn tell(place: &str, stored: Option<u64>, what: &str, value: f64, unit: &str) {
    println!("{}", json!({ "place": place, "stored": stored, "what": what, "value": value, "unit": unit }));
}

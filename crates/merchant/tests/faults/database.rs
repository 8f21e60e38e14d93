//! PostgreSQL that ends its connections, takes none, is a standby, or is silent behind a cut cable.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::server::{Server, Shop};
use crate::story::{Fault, survive};
use crate::wire::{Mode, Wire};
use testing::Postgres;

const SECONDS: Duration = Duration::from_secs(5);

/// A new database: its address, and its name.
async fn database() -> (String, String) {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let name = address.split(['/', '?']).nth(3).unwrap().to_owned();
    (address, name)
}

async fn server(address: &str) -> Arc<Server> {
    Shop::new(&format!("url = \"{address}\"")).await.serve(&[])
}

fn run(statement: &str) {
    Postgres::get().run("postgres", statement);
}

fn end_connections(name: &str) {
    run(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_starts_again_takes_orders_at_once() {
    let (address, name) = database().await;
    let server = server(&address).await;
    let begin = || {
        run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        end_connections(&name);
    };
    let end = || run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    survive(&server, Fault { begin: &begin, end: &end, recovery: SECONDS }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_becomes_the_database_takes_orders_at_once() {
    let (address, name) = database().await;
    let server = server(&address).await;
    let begin = || {
        run(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
        end_connections(&name);
    };
    // Connections that were made meanwhile stay as they are.
    let end = || run(&format!("ALTER DATABASE {name} RESET default_transaction_read_only"));
    survive(&server, Fault { begin: &begin, end: &end, recovery: SECONDS }).await;
}

/// The line to the database is as `mode` says, and open again.
async fn interrupted(mode: Mode) {
    let wire = Wire::to(&database().await.0).await;
    let server = server(&wire.address).await;
    let (begin, end) = (|| wire.is(mode), || wire.is(Mode::Open));
    survive(&server, Fault { begin: &begin, end: &end, recovery: SECONDS }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_cut_carries_orders_again_at_once() {
    interrupted(Mode::Cut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_silent_carries_orders_again_at_once() {
    interrupted(Mode::Silent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_nobody_answers_any_more_are_given_up_before_shoppers_do() {
    let wire = Wire::to(&database().await.0).await;
    let server = server(&wire.address).await;
    server.orders(16).await.into_iter().for_each(|order| drop(order.unwrap()));
    wire.is(Mode::Forgotten);
    let since = Instant::now();
    server.orders(16).await.into_iter().for_each(|order| drop(order.unwrap()));
    assert!(since.elapsed() < Duration::from_secs(15), "it took {:?}", since.elapsed());
}

//! The server is killed, starts again, and in the end merchant, provider and the shop's own server must tell the same: no order is lost,
//! none is paid twice, none without money, and every webhook, letter and notice has arrived, no letter twice without a death between; a parcel
//! that was told is there once, and a ticket lets in one. Once at each fault point, in a story without chance; and wherever
//! it comes in thousands of random histories, with faults of the provider, the mail server and robots switched on.
//!
//! `QR_CHECKOUT_CRASH_SEED` repeats the choices of a run, `QR_CHECKOUT_CRASH_LIVES` makes it longer.
#![expect(clippy::panic, clippy::unwrap_used, clippy::print_stdout, reason = "a story stops at the first surprise and tells what it did")]

mod fulfilling;
mod goods;
mod judge;
mod killing;
mod points;
mod receiver;
mod server;
mod shopper;
mod stock;
mod stranger;
mod telling;
mod time;
mod weather;
mod world;

use testing::Postgres;
use world::World;

/// How many times the server is started and killed, and how many shoppers come each time.
const LIVES: u64 = 12;
const SHOPPERS: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_the_server_dies_nothing_is_lost_in_sqlite() {
    if server::is_wanted() {
        return server::serve().await;
    }
    lives("however_the_server_dies_nothing_is_lost_in_sqlite", None, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_the_server_dies_nothing_is_lost_in_postgresql() {
    if server::is_wanted() {
        return server::serve().await;
    }
    lives("however_the_server_dies_nothing_is_lost_in_postgresql", Some(database().await), 2).await;
}

/// A database of PostgreSQL.
async fn database() -> String {
    tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}: {text:?} is no number")))
}

/// As many lives as are wanted, with as many shoppers, or a part of both.
async fn lives(story: &'static str, database: Option<String>, part: usize) {
    let lives = number("QR_CHECKOUT_CRASH_LIVES").unwrap_or(LIVES).div_ceil(part as u64);
    let seed = number("QR_CHECKOUT_CRASH_SEED").unwrap_or_else(testing::chance::seed);
    println!("QR_CHECKOUT_CRASH_SEED={seed}");
    let mut world = World::begin(story, database, Some(seed)).await;
    for _ in 0..lives {
        world.live(SHOPPERS / part).await;
    }
    world.settle().await;
    println!("{}", world.told());
    let wrong = judge::judge(&world).await;
    assert!(wrong.is_empty(), "QR_CHECKOUT_CRASH_SEED={seed}: {} things are wrong\n{}", wrong.len(), wrong.join("\n"));
}

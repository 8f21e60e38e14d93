//! What nothing can beat here: an HTTP server that only signs, and a database that only inserts.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Query;
use axum::http::{HeaderName, Uri};
use axum::routing::get;
use protocol::signature::Signer;
use protocol::{Nonce, Request};
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyPool, Executor as _, Transaction};
use tokio::net::TcpListener;

use crate::backend::Kind;
use crate::client;
use crate::load;
use testing::Folder;

/// The variable that makes this program the bare server.
pub const SERVE: &str = "BENCH_BARE_SERVER";
/// As long as an order's answer.
const BODY: &[u8] = include_bytes!("../../crates/protocol/benches/order.json");
const SPAN: Duration = Duration::from_secs(5);
/// As many as the backend keeps connections.
const WRITERS: [(Kind, usize); 2] = [(Kind::Sqlite, 4), (Kind::Postgres, 12)];

/// Signed answers in a second of a server without anything else, in its own process as the backend is.
pub async fn answers() -> f64 {
    let mut server = Command::new(std::env::current_exe().unwrap()).env(SERVE, "1").stdout(Stdio::piped()).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let rate = load::rate(address.trim().parse().unwrap(), 200, Arc::new(|| client::status("ord_AAAAAAAAAAAAAAAAAAAAAA", None))).await;
    server.kill().unwrap();
    server.wait().unwrap();
    rate
}

/// That server.
pub async fn serve() {
    let signer = Arc::new(Signer::from_seed([7; 32]).unwrap());
    let answer = move |uri: Uri, Query(query): Query<Vec<(String, String)>>| {
        let signer = Arc::clone(&signer);
        async move {
            let nonce = Nonce::parse(&query.first().unwrap().1).unwrap();
            let request = Request { method: "GET", url: format!("http://127.0.0.1:1{uri}"), nonce, body: None, wait: 0 };
            let signed = signer.sign_answer(&request, 200, BODY, testing::now()).unwrap();
            let name = HeaderName::from_static;
            let headers = [
                (name("content-type"), "application/json".to_owned()),
                (name("unencoded-digest"), signed.unencoded_digest),
                (name("signature-input"), signed.signature_input),
                (name("signature"), signed.signature),
            ];
            (headers, BODY)
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    axum::serve(listener, Router::new().route("/v1/orders/{order}", get(answer))).await.unwrap();
}

/// Rows as large as an order that are safely on the disk, in a second: a transaction each, as careful as the backend's.
pub async fn inserts(kind: Kind) -> f64 {
    sqlx::any::install_default_drivers();
    let folder = Folder::new("floor");
    let writers = WRITERS.iter().find(|(known, _)| *known == kind).unwrap().1;
    let options = AnyPoolOptions::new().max_connections(u32::try_from(writers).unwrap()).after_connect(move |connection, _| {
        Box::pin(async move {
            let pragmas = ["PRAGMA busy_timeout = 10000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"];
            for pragma in pragmas.into_iter().filter(|_| kind == Kind::Sqlite) {
                connection.execute(pragma).await?;
            }
            Ok(())
        })
    });
    let pool = options.connect(&kind.database(&folder).await).await.unwrap();
    pool.execute("CREATE TABLE bare (id BIGINT PRIMARY KEY, body TEXT NOT NULL)").await.unwrap();
    let inserted = Arc::new(AtomicU64::new(0));
    let until = Instant::now() + SPAN;
    let writers: Vec<_> = (0..writers)
        .map(|_| {
            let (pool, inserted) = (pool.clone(), Arc::clone(&inserted));
            tokio::spawn(async move {
                while Instant::now() < until {
                    let id = i64::try_from(inserted.fetch_add(1, Ordering::Relaxed)).unwrap();
                    let mut transaction = begin(&pool, kind).await;
                    let insert = sqlx::query("INSERT INTO bare (id, body) VALUES ($1, $2)").bind(id);
                    insert.bind(std::str::from_utf8(BODY).unwrap()).execute(&mut *transaction).await.unwrap();
                    transaction.commit().await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    pool.close().await;
    f64::from(u32::try_from(inserted.load(Ordering::Relaxed)).unwrap()) / SPAN.as_secs_f64()
}

async fn begin(pool: &AnyPool, kind: Kind) -> Transaction<'static, Any> {
    match kind {
        Kind::Sqlite => pool.begin_with("BEGIN IMMEDIATE").await.unwrap(),
        Kind::Postgres => pool.begin().await.unwrap(),
    }
}

//! Connections: taken in up to a number, given a time to say what they want and to take what they get, and ended with an answer when the server stops.

mod connection;
mod parking;
mod rewound;
mod slow_readers;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use self::connection::{Connection, Server};
pub(crate) use self::parking::{HeldPoll, Woken};
use crate::client::Client;
use crate::config::LimitsConfig;
use crate::limits::ConcurrencyLimit;

/// The most bytes of a head, and the most headers in it.
const HEAD_BYTES: usize = 32 * 1024;
const HEADERS: usize = 100;
/// How long connections may take to end once the server stops.
const END: Duration = Duration::from_secs(10);
/// The pause after a connection could not be accepted: the machine has no more of them at the moment.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until told to stop, and ends when the last answer is sent.
/// `of_one` counts the connections of each client, where clients themselves connect.
pub(crate) async fn serve(
    listener: TcpListener,
    routes: Router,
    limits: LimitsConfig,
    of_one: Option<ConcurrencyLimit>,
    mut stopping: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut http1 = http1::Builder::new();
    http1.timer(TokioTimer::new()).header_read_timeout(limits.silence()).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    let server = Arc::new(Server { http1, routes, patience: limits.taking() });
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let one = match &of_one {
            Some(places) => match places.hold(&Client::connected(peer.ip())) {
                // Closed, and not left waiting: what it holds already is all that it gets.
                None => continue,
                place => place,
            },
            None => None,
        };
        let _ = stream.set_nodelay(true);
        let connection = Connection { server: Arc::clone(&server), peer, stopping: stopping.clone() };
        tokio::spawn(async move {
            connection.serve(stream).await;
            drop((place, one));
        });
    }
    drop(listener);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(END, places.acquire_many(all)).await;
}

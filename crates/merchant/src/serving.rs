//! Connections: taken in up to a number, given a time to say what they want and to take what they get, and ended with an answer when the server stops.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use crate::client::Client;
use crate::config::LimitsConfig;
use crate::limits::ConcurrencyLimit;
use crate::slow_readers::Impatient;

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
    let ending = GracefulShutdown::new();
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(limits.silence()).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
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
        let routes = routes.clone();
        let answer = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            routes.clone().oneshot(request)
        });
        let connection = ending.watch(server.serve_connection(TokioIo::new(Impatient::new(stream, limits.taking())), answer));
        tokio::spawn(async move {
            // What a client did wrong on its own connection is between the two of them.
            let _ = connection.await;
            drop((place, one));
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(END, ending.shutdown()).await;
}

//! One connection: requests one after the other, and pauses in which it is parked.

use std::cell::Cell;
use std::future::{Future as _, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1::{Builder, Parts};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::parking::{Parked, Spot, Woken};
use super::rewound::Rewound;
use super::slow_readers::Impatient;

/// What all connections have in common.
pub(super) struct Server {
    pub(super) http1: Builder,
    pub(super) routes: Router,
    /// How long the other end may take nothing of an answer.
    pub(super) patience: Duration,
}

/// A connection, and what it needs.
pub(super) struct Connection {
    pub(super) server: Arc<Server>,
    pub(super) peer: SocketAddr,
    pub(super) stopping: watch::Receiver<bool>,
}

impl Connection {
    /// Answers until either end has enough. Once the server stops, that is after the request that is under way.
    pub(super) async fn serve(mut self, stream: TcpStream) {
        let spot = Spot::default();
        let mut stream = Rewound::new(Vec::new(), Impatient::new(stream, self.server.patience, spot.is_full()));
        let mut woken = None;
        while let Some((mut parked, rest)) = self.answer(stream, &spot, woken).await {
            if !parked.wait(&rest, &mut self.stopping).await {
                return;
            }
            (stream, woken) = (Rewound::new(parked.head, rest), Some(parked.woken));
        }
    }

    /// Answers until a request is parked: that one, with what was read after it, and the line. Nothing of hyper is kept.
    async fn answer(&mut self, stream: Rewound, spot: &Spot, woken: Option<Woken>) -> Option<(Parked, Impatient)> {
        let (peer, routes, parking, woken) = (self.peer, self.server.routes.clone(), spot.clone(), Cell::new(woken));
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            parking.enter(request.extensions_mut(), woken.take());
            routes.clone().oneshot(request)
        });
        let mut connection = self.server.http1.serve_connection(TokioIo::new(stream), service);
        let mut stopped = pin!(self.stopping.wait_for(|stopping| *stopping));
        let mut is_told = false;
        let answered = poll_fn(|context| {
            loop {
                // What a client did wrong on its own connection is between the two of them.
                if Pin::new(&mut connection).poll(context).is_ready() {
                    return Poll::Ready(None);
                }
                if let Some(parked) = spot.parked() {
                    return Poll::Ready(Some(parked));
                }
                if is_told || stopped.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                // Not before the first request was read: hyper would end a connection that it knows nothing of.
                is_told = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        });
        let mut parked = answered.await?;
        let Parts { io, read_buf, .. } = connection.into_parts();
        let (unread, rest) = io.into_inner().into_parts();
        parked.head.extend_from_slice(&read_buf);
        parked.head.extend_from_slice(&unread);
        Some((parked, rest))
    }
}

//! Held polls on their connections. A request that waits keeps no buffers, no layers and nothing of its route, which were 23 kilobytes: it
//! leaves its text and what it waits for on the connection's spot, and when there may be something to say, the text is read once more.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, header};
use tokio::sync::watch;
use tokio::time::sleep;

use super::slow_readers::Impatient;
use crate::limits::Permit;
use crate::observing::{RequestId, Stopwatch};
use crate::waiters::Waiter;

/// Where the request of a connection waits.
#[derive(Clone, Default)]
pub(super) struct Spot(Arc<Inside>);

#[derive(Default)]
struct Inside {
    parked: Mutex<Option<Parked>>,
    /// Whether an answer before is not out yet.
    is_full: Arc<AtomicBool>,
}

/// A request that waits.
pub(super) struct Parked {
    /// Its text, and what was read after it.
    pub(super) head: Vec<u8>,
    pub(super) woken: Woken,
    waiter: Waiter,
}

/// What is known of a request that waited, when its text is read once more.
#[derive(Clone)]
pub(crate) struct Woken {
    /// Its place among the held polls.
    _place: Arc<Permit>,
    /// How long it may wait, and since when it does.
    time: Duration,
    held: Stopwatch,
    observed: Option<(RequestId, Stopwatch)>,
}

/// A request that may wait.
pub(crate) struct HeldPoll {
    spot: Option<Spot>,
    /// None if it has a body, which cannot be read once more.
    head: Option<Vec<u8>>,
    woken: Option<Woken>,
    observed: Option<(RequestId, Stopwatch)>,
}

impl Spot {
    /// What tells that an answer before is not out yet.
    pub(super) fn is_full(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.is_full)
    }

    /// Lets a request know where it can wait and, if it has waited, what is known of it. It keeps its name and its time.
    pub(super) fn enter(&self, extensions: &mut Extensions, woken: Option<Woken>) {
        extensions.insert(self.clone());
        let Some(woken) = woken else { return };
        if let Some((id, watch)) = woken.observed.clone() {
            extensions.insert(id);
            extensions.insert(watch);
        }
        extensions.insert(woken);
    }

    /// The request that waits, once all answers before it are out.
    pub(super) fn parked(&self) -> Option<Parked> {
        if self.0.is_full.load(Ordering::Relaxed) {
            return None;
        }
        self.0.parked.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Woken {
    /// How long it may wait still.
    fn left(&self) -> Duration {
        self.time.saturating_sub(self.held.passed())
    }
}

impl Parked {
    /// Waits until there may be something to say. False if there is nobody to say it to.
    pub(super) async fn wait(&mut self, line: &Impatient, stopping: &mut watch::Receiver<bool>) -> bool {
        tokio::select! {
            () = self.waiter.changed() => true,
            () = sleep(self.woken.left()) => true,
            _ = stopping.wait_for(|stopping| *stopping) => true,
            () = line.closed() => false,
        }
    }
}

impl HeldPoll {
    /// Whether it has waited already.
    pub(crate) fn has_waited(&self) -> bool {
        self.woken.is_some()
    }

    /// Waits, for up to so long after it came first, until there may be something to say, and then the whole request begins anew. Returns
    /// if it has waited for so long, if it cannot, or if there is no place for it.
    pub(crate) async fn wait(self, waiter: Waiter, time: Duration, place: impl FnOnce() -> Option<Permit>) {
        let HeldPoll { spot: Some(spot), head: Some(head), woken, observed } = self else { return };
        let anew = || place().map(|place| Woken { _place: Arc::new(place), time, held: Stopwatch::start(), observed });
        let Some(woken) = woken.or_else(anew) else { return };
        if !woken.left().is_zero() {
            *spot.0.parked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Parked { head, woken, waiter });
            std::future::pending().await
        }
    }
}

impl<S: Sync> FromRequestParts<S> for HeldPoll {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<HeldPoll, Infallible> {
        let Parts { extensions, .. } = &*parts;
        Ok(HeldPoll {
            spot: extensions.get().cloned(),
            head: text(parts),
            woken: extensions.get().cloned(),
            observed: extensions.get().cloned().zip(extensions.get().copied()),
        })
    }
}

/// A request without a body as it is written (RFC 9112 section 3).
fn text(Parts { method, uri, version, headers, .. }: &Parts) -> Option<Vec<u8>> {
    let is_empty = headers.get_all(header::CONTENT_LENGTH).iter().all(|length| length == "0");
    if !is_empty || headers.contains_key(header::TRANSFER_ENCODING) {
        return None;
    }
    let mut text = format!("{method} {uri} {version:?}\r\n").into_bytes();
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            text.extend_from_slice(part);
        }
    }
    text.extend_from_slice(b"\r\n");
    text.shrink_to_fit();
    Some(text)
}

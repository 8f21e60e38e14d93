//! Requests: one fetch with exactly the options of signing.md §2, its answer untouched, its failure named.

use std::cell::Cell;
use std::rc::Rc;

use checkout::Reply;
use gloo_net::http::{Request, Response};
use js_sys::{Reflect, Uint8Array};
use protocol::verify::{Answer, MAX_BODY};
use protocol::{Body, Code, decimal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials, RequestMode, RequestRedirect,
};

use super::clock::Timer;

/// A request under way. Dropping it aborts it.
pub(crate) struct Call {
    abort: Option<AbortController>,
    _timeout: Timer,
}

impl Call {
    /// Sends a request and calls `done` once, when it is answered or has failed; after an abort that is of no interest.
    /// `integrity` is what a browser is to check by itself before it hands the answer over; empty for nothing.
    pub(crate) fn send(request: &protocol::Request, integrity: &str, timeout_ms: u32, done: impl FnOnce(Reply) + 'static) -> Call {
        // Every browser that runs this wasm has AbortController; without one the timeout would not be kept.
        let abort = AbortController::new().ok();
        let late = Rc::new(Cell::new(false));
        let timeout = {
            let (abort, late) = (abort.clone(), Rc::clone(&late));
            Timer::after(i64::from(timeout_ms), move || {
                late.set(true);
                if let Some(abort) = &abort {
                    abort.abort();
                }
            })
        };
        let cross_origin = !is_own_origin(&request.url);
        let outgoing = outgoing(request, integrity, abort.as_ref());
        spawn_local(async move {
            done(match exchange(outgoing, cross_origin).await {
                Some(reply) => reply,
                // A redirect, a refusal by CORS or CSP and a dead line look the same from here.
                None => Reply::Failed(if late.get() { Code::NetTimeout } else { Code::NetFailed }),
            });
        });
        Call { abort, _timeout: timeout }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

/// The request as the browser is to send it.
fn outgoing(request: &protocol::Request, integrity: &str, abort: Option<&AbortController>) -> Option<Request> {
    let signal = abort.map(AbortController::signal);
    let builder = if request.method == "GET" { Request::get(&request.url) } else { Request::post(&request.url) }
        .mode(RequestMode::Cors)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .integrity(integrity)
        .abort_signal(signal.as_ref());
    match &request.body {
        None => builder.build(),
        Some(Body { text, digest, key }) => builder
            .header("content-type", "application/json")
            .header("content-digest", digest)
            .header("idempotency-key", key.as_str())
            .body(text.as_str()),
    }
    .ok()
}

/// Sends it and takes in the answer, `None` when there is none that may be read.
async fn exchange(outgoing: Option<Request>, cross_origin: bool) -> Option<Reply> {
    let response = outgoing?.send().await.ok()?;
    let body = body(&response).await?;
    let headers = response.headers();
    let answer =
        Answer { cross_origin, redirected: response.redirected(), ..Answer::of(response.status(), |name| headers.get(name), body) };
    Some(Reply::Answer { answer, retry_after: headers.get("retry-after").and_then(|seconds| decimal::parse(&seconds)?.try_into().ok()) })
}

/// The body's bytes, `None` when the line breaks. No more is read than it takes to see that it is too much.
async fn body(response: &Response) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(stream) = response.body() else { return Some(bytes) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    while bytes.len() <= MAX_BODY {
        let chunk = JsFuture::from(reader.read()).await.ok()?;
        let Some(chunk) = Reflect::get(&chunk, &"value".into()).ok()?.dyn_into::<Uint8Array>().ok() else { break };
        bytes.extend(chunk.to_vec());
    }
    Some(bytes)
}

/// Whether every header of the answer can be read; from other origins only the exposed ones can.
fn is_own_origin(url: &str) -> bool {
    let own = web_sys::window().and_then(|window| window.location().origin().ok());
    own.and_then(|own| url.strip_prefix(&own).map(|rest| rest.starts_with('/'))).unwrap_or_default()
}

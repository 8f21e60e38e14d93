//! Requests: one fetch with exactly the options of docs/spec/http.md §1, its answer untouched, its failure named.

use std::cell::Cell;
use std::rc::Rc;

use checkout::{EarlyRequest, Reply};
use gloo_net::http::Response;
use js_sys::{Promise, Reflect, Uint8Array};
use protocol::json::Value;
use protocol::verify::{Answer, MAX_BODY};
use protocol::{Code, Request, decimal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::clock::Timer;
use super::plain::{plain, text_member};

#[wasm_bindgen]
extern "C" {
    /// The library's own way to send words every failure for us, 0.4 kB brotli, and nobody reads it: a request fails or it does not.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, options: &JsValue) -> Result<Promise, JsValue>;
}

/// A request that the loader has sent while the widget was on its way.
pub(crate) struct EarlyCall {
    pub(crate) request: EarlyRequest,
    response: Promise,
}

impl EarlyCall {
    /// Reads what the loader hands over; `None` where it has asked nothing.
    pub(crate) fn read(early: &JsValue) -> Option<EarlyCall> {
        let sent_ms = Reflect::get(early, &"sentMs".into()).ok()?.as_f64()? as i64;
        let response = Reflect::get(early, &"response".into()).ok()?.dyn_into().ok()?;
        Some(EarlyCall { request: EarlyRequest { url: text_member(early, "url")?, sent_ms }, response })
    }
}

/// A request under way. Dropping it aborts it.
pub(crate) struct Call {
    abort: Option<AbortController>,
    _timeout: Timer,
}

impl Call {
    /// Sends a request and calls `done` once, when it is answered or has failed; after an abort that is of no interest.
    /// `integrity` is what a browser is to check by itself before it hands the answer over; empty for nothing. One that has left `early`
    /// is not sent again.
    pub(crate) fn send(
        request: &Request,
        integrity: &str,
        early: Option<EarlyCall>,
        timeout_ms: u32,
        done: impl FnOnce(Reply) + 'static,
    ) -> Call {
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
        let response = match early {
            Some(early) => Ok(early.response),
            None => fetch(&request.url, &options(request, integrity, abort.as_ref())),
        };
        spawn_local(async move {
            done(match exchange(response, cross_origin).await {
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

/// How the browser is to send the request. The options are one object: made by their own setters they weigh 1.5 kB brotli more.
fn options(request: &Request, integrity: &str, abort: Option<&AbortController>) -> JsValue {
    let options = Value::object([
        ("method", request.method.into()),
        ("mode", "cors".into()),
        ("credentials", "omit".into()),
        ("cache", "no-store".into()),
        ("redirect", "error".into()),
        ("referrerPolicy", "no-referrer".into()),
        ("integrity", integrity.into()),
        // A text without a type of ours goes as text/plain;charset=UTF-8, for which no browser asks first.
        ("body", request.body.as_deref().into()),
    ]);
    let options = plain(&options);
    if let Some(abort) = abort {
        _ = Reflect::set(&options, &"signal".into(), &abort.signal());
    }
    options
}

/// Takes in the answer, `None` when there is none that may be read.
async fn exchange(response: Result<Promise, JsValue>, cross_origin: bool) -> Option<Reply> {
    let response = Response::from(JsFuture::from(response.ok()?).await.ok()?.unchecked_into::<web_sys::Response>());
    let body = body(&response).await?;
    let headers = response.headers();
    let header = |name: &str| headers.get(name);
    let answer = Answer { cross_origin, redirected: response.redirected(), ..Answer::of(response.status(), header, body) };
    Some(Reply::Answer { answer, retry_after: header("retry-after").and_then(|seconds| decimal::parse(&seconds)?.try_into().ok()) })
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

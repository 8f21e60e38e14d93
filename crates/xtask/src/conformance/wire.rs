//! Requests to the backend under judgement, sent as a widget sends them; answers seen as a browser shows them to a page.

use std::cell::RefCell;
use std::io::Read as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use protocol::verify::{Answer, Authentic, Context, MAX_BODY, authenticate};
use protocol::{Backend, Code, IdempotencyKey, Nonce, Pins, Problem, Request, Verified};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};

use super::guess;
use super::report::Fault;

/// How a browser says that a page asks by fetch (Fetch Metadata).
const MODE: &str = "sec-fetch-mode";

/// How long an answer may take beyond the wait that was asked for; the widget's own limit.
const PATIENCE: Duration = Duration::from_secs(15);

/// The way to the backend.
pub struct Wire {
    pub backend: Backend,
    pub pins: Pins,
    /// The page on whose behalf we ask.
    pub origin: String,
    /// Whether that page is on the backend's own origin, where browsers hide nothing.
    pub is_at_home: bool,
    client: reqwest::Client,
    asked: RefCell<Vec<Nonce>>,
}

/// An answer and the request that it is to.
pub struct Heard {
    pub request: Request,
    /// What a page sees: only headers that CORS exposes.
    pub answer: Answer,
    /// All headers.
    pub headers: HeaderMap,
    /// From sending to the complete answer.
    pub took: Duration,
    may_be_read: bool,
}

impl Wire {
    pub fn new(backend: Backend, pins: Pins, origin: String) -> Result<Wire> {
        let mut client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).user_agent("qr-checkout-conformance");
        if backend.as_str().starts_with("http:") {
            // Plain http is loopback, and no proxy leads there.
            client = client.no_proxy();
        }
        let client = client.build().context("no HTTP client")?;
        Ok(Wire { backend, pins, origin, is_at_home: false, client, asked: RefCell::default() })
    }

    /// A nonce that no other request has.
    pub fn nonce(&self) -> Nonce {
        let nonce = Nonce::from_random(random());
        self.asked.borrow_mut().push(nonce.clone());
        nonce
    }

    /// What keeps answers from being tried out.
    pub fn salt(&self) -> [u8; 16] {
        random()
    }

    /// A key that no other attempt has.
    pub fn key(&self) -> IdempotencyKey {
        IdempotencyKey::from_random(random())
    }

    /// A request to any address below the base URL.
    pub fn get(&self, path: &str) -> Request {
        let mark = if path.contains('?') { '&' } else { '?' };
        Request::get(&format!("{}{path}{mark}", self.backend.as_str()), self.nonce())
    }

    /// A POST of any text to any address below the base URL.
    pub fn post(&self, path: &str, text: &str) -> Request {
        Request::post(&format!("{}{path}?", self.backend.as_str()), self.nonce(), &self.key(), text.to_owned())
    }

    /// Sends a request as the widget does.
    pub async fn ask(&self, request: Request) -> Result<Heard, Fault> {
        self.ask_as(request, |sending| sending).await
    }

    /// Sends a request with what the check adds to it.
    pub async fn ask_as(&self, request: Request, dress: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Result<Heard, Fault> {
        let method = if request.method == "POST" { Method::POST } else { Method::GET };
        let mut sending = self.client.request(method, &request.url).header(header::ORIGIN, &self.origin).header(MODE, "cors");
        if let Some(body) = &request.body {
            sending = sending.header(header::CONTENT_TYPE, "text/plain;charset=UTF-8").body(body.clone());
        }
        let patience = PATIENCE + Duration::from_secs(u64::from(request.wait));
        let start = Instant::now();
        let reply = dress(sending).timeout(patience).send().await.map_err(|error| not_heard(&error, &request))?;
        let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
        let body = taken(reply).await.map_err(|error| not_heard(&error, &request))?;
        let body = decoded(&headers, &body)?;
        let text = |name: &str| joined(&headers, name);
        let seen = |name: &str| text(name).filter(|_| self.is_at_home || is_exposed(&headers, name));
        let answer = Answer {
            status,
            content_type: text("content-type"),
            unencoded_digest: seen("unencoded-digest"),
            signature_input: seen("signature-input"),
            signature: seen("signature"),
            body,
            cross_origin: !self.is_at_home,
            redirected: (300..400).contains(&status),
        };
        let may_be_read = self.is_at_home || self.allows(&headers);
        Ok(Heard { request, answer, headers, took: start.elapsed(), may_be_read })
    }

    /// Whether browsers would let the page read an answer with these headers.
    pub fn allows(&self, headers: &HeaderMap) -> bool {
        joined(headers, "access-control-allow-origin").is_some_and(|allowed| allowed == "*" || allowed == self.origin)
    }

    /// Whether pages of that origin, named and not meant by `*`, may read answers.
    pub async fn is_granted(&self, origin: &'static str) -> Result<bool, Fault> {
        let from = |sending: RequestBuilder| sending.headers(HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static(origin))]));
        let heard = self.ask_as(self.get("/v1/quote"), from).await?;
        Ok(joined(&heard.headers, "access-control-allow-origin").as_deref() == Some(origin))
    }

    /// `None` if a POST is refused of which a browser says such a thing, by that header; else the status that it was answered with.
    pub async fn turns_away(&self, header: &'static str, value: &'static str) -> Result<Option<u16>, Fault> {
        let change = |sending: RequestBuilder| {
            sending.headers(HeaderMap::from_iter([(HeaderName::from_static(header), HeaderValue::from_static(value))]))
        };
        let status = self.ask_as(self.post("/v1/orders", "{}"), change).await?.answer.status;
        Ok(if status == 403 { None } else { Some(status) })
    }

    /// Steps 1 to 13 of the profile, without an opinion about the backend's clock.
    pub fn judge(&self, heard: &Heard) -> Result<Authentic, Fault> {
        let about = format!("{} {} answered {}", heard.request.method, heard.request.url, heard.answer.status);
        if !heard.may_be_read {
            return Err(Fault::from(Code::NetOpaque).told(&format!("pages on {} may not read it (--origin names another)", self.origin)));
        }
        let asked = self.asked.borrow();
        let elapsed_ms = i64::try_from(heard.took.as_millis()).unwrap_or(i64::MAX);
        let context = Context { pins: &self.pins, elapsed_ms, server_now: None, last_created: None, earlier: &asked };
        authenticate(&heard.request, &heard.answer, &context).map_err(|code| {
            let hint = match code {
                Code::CryptoInvalid => guess::what_was_signed(&heard.request, &heard.answer, &self.pins),
                Code::KeyUnknown => format!("the pinned key's keyid is {}", self.pins.first().keyid()),
                _ => String::new(),
            };
            Fault::from(code).told(&about).told(&hint)
        })
    }

    /// Asks and judges; the answer has to be a refusal of that status.
    pub async fn refused(&self, request: Request, statuses: &[u16]) -> Result<Verified<Problem>, Fault> {
        let heard = self.ask(request).await?;
        let authentic = self.judge(&heard)?;
        let status = heard.answer.status;
        if !statuses.contains(&status) {
            let detail = format!("{} {} answered {status}", heard.request.method, heard.request.url);
            let advice = "The request is to be refused with the status that the API names.";
            return Err(Fault::of("status", advice, format!("{detail} instead of {statuses:?}")));
        }
        authentic.problem(None).map_err(|code| Fault::from(code).told("a refusal is an object of type problem (schema/openapi.json)"))
    }
}

/// The values of a header as a browser joins them.
pub fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Whether a comma-separated header names something.
pub fn names(headers: &HeaderMap, header: &str, wanted: &str) -> bool {
    let list = joined(headers, header).unwrap_or_default();
    list.split(',').map(str::trim).any(|name| name == "*" || name.eq_ignore_ascii_case(wanted))
}

fn is_exposed(headers: &HeaderMap, name: &str) -> bool {
    names(headers, "access-control-expose-headers", name)
}

/// This machine's time, unix seconds.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system hands out random bytes");
    bytes
}

fn not_heard(error: &reqwest::Error, request: &Request) -> Fault {
    let code = if error.is_timeout() { Code::NetTimeout } else { Code::NetFailed };
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Fault::from(code).told(&format!("{} {}: {cause}", request.method, request.url))
}

/// The body of an answer, and no more of it than shows that a widget would not take it.
async fn taken(mut reply: reqwest::Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while body.len() <= MAX_BODY {
        let Some(part) = reply.chunk().await? else { break };
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// Undoes the content coding, as browsers do. No more is read than a widget would take.
fn decoded(headers: &HeaderMap, body: &[u8]) -> Result<Vec<u8>, Fault> {
    let coding = joined(headers, "content-encoding").unwrap_or_default();
    let limit = u64::try_from(MAX_BODY).unwrap_or(u64::MAX) + 1;
    let mut bytes = Vec::new();
    let read = match coding.as_str() {
        "" | "identity" => return Ok(body.to_vec()),
        "gzip" => flate2::read::MultiGzDecoder::new(body).take(limit).read_to_end(&mut bytes),
        "br" => brotli_decompressor::Decompressor::new(body, 4096).take(limit).read_to_end(&mut bytes),
        other => return Err(Fault::of("content-encoding", "Send what was asked for: gzip, br or nothing.", format!("it sent {other:?}"))),
    };
    read.map_err(|error| Fault::of("content-encoding", "The body does not decode as its Content-Encoding says.", error.to_string()))?;
    Ok(bytes)
}

//! What every call of API v3 has in common: it is authorized over the raw request target and the raw body before
//! anything of it is read, and the faults of the moment have their way with it. What a call does stands in `calls.rs`.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{self, FromRequest, rejection::BytesRejection};
use axum::http::{HeaderMap, Method, Response, Uri, header};
use gateway::wechat_pay::server::{ErrorReply, Language, Request, authorize, documented};

use super::answer::{Outcome, respond};
use super::server::WechatPay;
use crate::faults::CallFault;

/// A request as it came over the wire.
pub(super) struct Raw {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Raw {
    /// A header's text, if it is there.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// In which language errors shall be told.
    pub fn language(&self) -> Language {
        Language::accepted(self.text("accept-language").unwrap_or_default())
    }
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = BytesRejection;

    async fn from_request(request: extract::Request, state: &S) -> Result<Self, Self::Rejection> {
        let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
        Ok(Self { method, uri, headers, body: Bytes::from_request(request, state).await? })
    }
}

/// Authorizes a call, carries it out, and lets the faults of the moment have their way.
pub(super) async fn call(server: &WechatPay, raw: &Raw, effect: impl FnOnce(i64) -> Outcome) -> Response<Body> {
    let fault = server.env.next_call_fault();
    let outcome = match fault {
        CallFault::ServerError => Err(ErrorReply::system_error()),
        CallFault::NamedError => Err(documented(&server.env.faults().named_error_code).unwrap_or_else(ErrorReply::system_error)),
        CallFault::None
        | CallFault::ServerErrorAfterEffect
        | CallFault::BrokenAnswer
        | CallFault::UnsignedError
        | CallFault::WrongSignature
        | CallFault::SignatureProbe => authorized(server, raw).and_then(|()| json(raw)).and_then(|()| effect(server.env.clock.now())),
    };
    let outcome = match fault {
        CallFault::ServerErrorAfterEffect | CallFault::UnsignedError => outcome.and(Err(ErrorReply::system_error())),
        CallFault::None
        | CallFault::ServerError
        | CallFault::NamedError
        | CallFault::BrokenAnswer
        | CallFault::WrongSignature
        | CallFault::SignatureProbe => outcome,
    };
    let code = outcome.as_ref().map_or_else(|refusal| refusal.code, |_| "OK");
    tracing::info!(method = %raw.method, path = raw.uri.path(), code, "call");
    let slow = server.env.faults().slow_milliseconds;
    if slow > 0 {
        tokio::time::sleep(Duration::from_millis(slow)).await;
    }
    respond(server, outcome.map_err(|refusal| refusal.told_in(raw.language())), fault, raw.text("wechatpay-serial"))
}

/// What is posted has to be called JSON.
fn json(raw: &Raw) -> Result<(), ErrorReply> {
    let kind = raw.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    match raw.method != Method::POST || kind.eq_ignore_ascii_case("application/json") {
        true => Ok(()),
        false => Err(ErrorReply::new(400, "INVALID_REQUEST", "Http头Content-Type有误，请设置为application/json")),
    }
}

pub(super) fn authorized(server: &WechatPay, raw: &Raw) -> Result<(), ErrorReply> {
    let request = Request {
        method: raw.method.as_str(),
        target: raw.uri.path_and_query().map_or("/", |target| target.as_str()),
        body: &raw.body,
        authorization: raw.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()),
    };
    authorize(&request, &server.keys.merchant, server.env.clock.now())
}

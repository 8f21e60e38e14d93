//! How a call is taken in and answered: the query's parameters, the fault of the moment, status 200 whatever comes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get};
use gateway::official_account::server::{ErrorReply, parse_form};
use serde_json::Value;

use super::server::OfficialAccount;
use crate::random::hex;

/// What calls under /cgi-bin say their JSON is.
const JSON: &str = "application/json; encoding=utf-8";

/// What calls under /sns say their JSON is.
pub(super) const TEXT: &str = "text/plain";

/// An answer's members, or why there are none.
pub(super) type Outcome = Result<Value, ErrorReply>;

/// What a call does.
pub(super) type Handler = fn(&OfficialAccount, &ApiCall) -> Outcome;

/// A call as it came.
pub(super) struct ApiCall {
    parameters: Vec<(String, String)>,
    pub body: Bytes,
}

impl ApiCall {
    pub fn new(query: Option<String>, body: Bytes) -> Self {
        Self { parameters: parse_form(query.unwrap_or_default().as_bytes()).unwrap_or_default(), body }
    }

    /// A parameter of the query, empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

/// A call by `GET` under /cgi-bin.
pub(super) fn asked(work: Handler) -> MethodRouter<Arc<OfficialAccount>> {
    asked_as(JSON, work)
}

/// A call by `GET` whose answer is called `kind`.
pub(super) fn asked_as(kind: &'static str, work: Handler) -> MethodRouter<Arc<OfficialAccount>> {
    get(move |State(server): State<Arc<OfficialAccount>>, RawQuery(query): RawQuery| async move {
        answer(&server, kind, &ApiCall::new(query, Bytes::new()), work).await
    })
}

/// A call by `POST`, which no other method reaches.
pub(super) fn posted(work: Handler) -> MethodRouter<Arc<OfficialAccount>> {
    any(move |State(server): State<Arc<OfficialAccount>>, method: Method, RawQuery(query): RawQuery, body: Bytes| async move {
        let work: Handler = if method == Method::POST { work } else { |_, _| Err(ErrorReply::of(43002)) };
        answer(&server, JSON, &ApiCall::new(query, body), work).await
    })
}

async fn answer(server: &OfficialAccount, kind: &'static str, call: &ApiCall, work: Handler) -> Response {
    let outcome = match server.env.next_account_error() {
        Some(errcode) => Err(ErrorReply::of(errcode)),
        None => work(server, call),
    };
    let slow = server.env.faults().slow_milliseconds;
    if slow > 0 {
        tokio::time::sleep(Duration::from_millis(slow)).await;
    }
    let body = match outcome {
        Ok(members) => members.to_string(),
        Err(refusal) => {
            tracing::info!(errcode = refusal.errcode, "official account refuses");
            refusal.body(&request_id(server))
        }
    };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

/// Names a request for the provider's support.
fn request_id(server: &OfficialAccount) -> String {
    let part = || hex::<4>(&server.env.random).to_ascii_lowercase();
    format!("{}-{}-{}", part(), part(), part())
}

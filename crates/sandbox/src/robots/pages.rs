//! What robots posted, for eyes and as JSON. The mark-up stands as it came, and all of it is escaped.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::group::Posted;
use super::shared::Shared;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:52em;margin:1.5em auto;padding:0 1em;color-scheme:light dark}\
                     pre{white-space:pre-wrap;overflow-wrap:anywhere;border-inline-start:3px solid #8888;padding-inline-start:1em}";

pub(super) async fn all(State(shared): State<Shared>) -> Json<Vec<Posted>> {
    Json(shared.robots.posted())
}

pub(super) async fn clear(State(shared): State<Shared>) -> Json<Value> {
    shared.robots.clear();
    Json(json!({}))
}

pub(super) async fn list(State(shared): State<Shared>) -> Response {
    let one = |Posted { id, robot, text }: &Posted| format!("<h2>{id} · {robot}</h2><pre dir=\"auto\">{}</pre>", escaped(text));
    let posted: String = shared.robots.posted().iter().rev().map(one).collect();
    let posted = if posted.is_empty() { "<p>Nothing yet.</p>".to_owned() } else { posted };
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Robots</title><style>{STYLE}</style></head><body><h1>Robots</h1>{posted}</body></html>"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, page).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

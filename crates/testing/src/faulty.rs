//! The widget from a host on which one of its files never comes: `/hang-wasm/qr-checkout.js` loads all but the wasm. And a backend that
//! answers nothing at all: `/hang-backend`.

use std::path::PathBuf;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};

use super::shop::widget_folder;

/// Serves the widget, but for what the first part of the path names.
pub fn faulty_widget() -> Router {
    let never = || std::future::pending::<StatusCode>();
    Router::new().route("/{fault}/{name}", get(answer)).route("/hang-backend/v1/{*rest}", any(never)).with_state(widget_folder())
}

async fn answer(State(folder): State<PathBuf>, Path((fault, name)): Path<(String, String)>) -> Response {
    let (part, kind) = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("wasm") => ("wasm", "application/wasm"),
        Some("txt") => ("locale", "text/plain"),
        Some("json") => ("advice", "application/json"),
        _ if name == "qr-checkout.js" => ("loader", "text/javascript"),
        _ => ("glue", "text/javascript"),
    };
    if fault.strip_prefix("hang-") == Some(part) {
        std::future::pending::<()>().await;
    }
    match std::fs::read(folder.join(&name)) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

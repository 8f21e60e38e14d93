//! The gallery build of the widget on an origin of its own, for what only its wasm can show.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::listening::listen;
use super::place::made_ready;

/// The pages of the gallery as they were built.
pub fn gallery() -> Router {
    let folder = made_ready("QR_CHECKOUT_GALLERY", "target/dist-gallery");
    assert!(folder.join("index.html").is_file(), "there is no gallery: run cargo xtask dist --features gallery");
    Router::new().fallback(answer).with_state(folder)
}

/// Serves on an origin of its own until the test ends, and returns the origin.
pub async fn serve(routes: Router) -> String {
    let listener = listen();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    origin
}

async fn answer(State(folder): State<PathBuf>, request: Request) -> Response {
    let name = match request.uri().path() {
        "/" => "index.html",
        path => path.trim_start_matches('/'),
    };
    let kind = match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    match std::fs::read(folder.join(name)) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

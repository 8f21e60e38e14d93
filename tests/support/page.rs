//! Host pages: bare HTML on an origin of its own, under the strict policy that the README publishes.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::shop::{Shop, ShopOptions};

impl Shop {
    /// The shop that most pages sell for.
    pub async fn open() -> Shop {
        Shop::open_with(ShopOptions::default()).await
    }
}

/// Pages of a shop that only embeds the widget.
pub struct Pages {
    address: SocketAddr,
    pages: Arc<Mutex<HashMap<String, String>>>,
    server: JoinHandle<()>,
}

impl Pages {
    /// Serves pages that may load and ask `pay` and nobody else.
    pub async fn start(pay: &str) -> Pages {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let policy = format!(
            "default-src 'none'; script-src {pay} 'wasm-unsafe-eval'; connect-src {pay}; style-src 'self'; img-src {pay}; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        );
        let pages: Arc<Mutex<HashMap<String, String>>> = Arc::default();
        let state = (Arc::clone(&pages), policy);
        let routes = Router::new().fallback(answer).with_state(state);
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Pages { address, pages, server }
    }

    /// Puts a page on the origin and returns its address.
    pub fn put(&self, name: &str, language: &str, body: &str) -> String {
        let html = format!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>A shop</title></head><body>{body}</body></html>"
        );
        self.pages.lock().unwrap().insert(format!("/{name}"), html);
        format!("http://{}/{name}", self.address)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type Shelf = (Arc<Mutex<HashMap<String, String>>>, String);

async fn answer(State((pages, policy)): State<Shelf>, request: Request) -> Response {
    match pages.lock().unwrap().get(request.uri().path()) {
        Some(page) => {
            let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, policy.as_str())];
            (headers, page.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

//! Host pages: bare HTML on an origin of its own, under the strict policy that the README publishes.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::task::JoinHandle;

use super::listening::listen;

/// Where a page's watchers are. The policy allows these scripts besides the published ones, and nothing else of this origin.
const WATCH: &str = "/watch/";
/// Runs before anything else on a page: keeps every event of the widget and every violation of the page's policy.
const RECORDER: &str = "
    window.heard = [];
    for (const name of ['ready', 'items-changed', 'quoted', 'order-created', 'qr-shown', 'status-changed', 'paid', 'expired',
        'refused', 'unsure', 'closed', 'error'])
      addEventListener('qr-checkout-' + name, event => heard.push({
        name, detail: event.detail, frozen: Object.isFrozen(event.detail), composed: event.composed, order: heard.length }));
    document.addEventListener('securitypolicyviolation', event => heard.push({
      name: 'violation', detail: event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample }));";

/// What stands under which path, and the policy that it has instead of the published one.
type Shelf = Arc<Mutex<HashMap<String, (String, Option<String>)>>>;

/// Pages of a shop that only embeds the widget.
pub struct Pages {
    address: SocketAddr,
    /// Browsers look for a picture of a page by themselves, and the policy allows those of the backend only.
    icon: String,
    policy: String,
    shelf: Shelf,
    server: JoinHandle<()>,
}

impl Pages {
    /// Serves pages that may load and ask `pay` and nobody else.
    pub async fn start(pay: &str) -> Pages {
        Pages::start_with(pay, "'wasm-unsafe-eval'", "").await
    }

    /// The same, which may show frames of `pay` and run no wasm themselves.
    pub async fn start_framing(pay: &str) -> Pages {
        Pages::start_with(pay, "", &format!("frame-src {pay}; ")).await
    }

    async fn start_with(pay: &str, wasm: &str, frames: &str) -> Pages {
        let listener = listen();
        let address = listener.local_addr().unwrap();
        let policy = format!(
            "default-src 'none'; script-src {pay} http://{address}{WATCH} {wasm}; connect-src {pay}; style-src 'self'; \
             img-src {pay}; {frames}require-trusted-types-for 'script'; trusted-types 'none'"
        );
        let shelf = Shelf::default();
        let routes = Router::new().fallback(answer).with_state((Arc::clone(&shelf), policy.clone()));
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let pages = Pages { address, icon: format!("<link rel=\"icon\" href=\"{pay}/shop/images/tea-100g.svg\">"), policy, shelf, server };
        pages.watch("recorder.js", RECORDER);
        pages
    }

    /// Puts a script on the origin that pages may run, and returns its tag.
    pub fn watch(&self, name: &str, script: &str) -> String {
        self.shelf.lock().unwrap().insert(format!("{WATCH}{name}"), (script.to_owned(), None));
        format!("<script src=\"{WATCH}{name}\"></script>")
    }

    /// Puts a page on the origin and returns its address.
    pub fn put(&self, name: &str, language: &str, body: &str) -> String {
        self.put_under(name, language, body, self.policy.clone())
    }

    /// The policy of pages that have none of their own.
    pub fn policy(&self) -> String {
        self.policy.clone()
    }

    /// Puts a page on the origin, under a policy of its own, and returns its address.
    pub fn put_under(&self, name: &str, language: &str, body: &str, policy: String) -> String {
        let icon = &self.icon;
        let html = format!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"><title>A shop</title>{icon}<script src=\"{WATCH}recorder.js\"></script></head>\
             <body>{body}</body></html>"
        );
        self.put_document(name, html, policy)
    }

    /// Puts a whole document on the origin, under a policy of its own, and returns its address.
    pub fn put_document(&self, name: &str, html: String, policy: String) -> String {
        self.shelf.lock().unwrap().insert(format!("/{name}"), (html, Some(policy)));
        format!("{}/{name}", self.origin())
    }

    /// Where they are.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State((shelf, policy)): State<(Shelf, String)>, request: Request) -> Response {
    let path = request.uri().path();
    let kind = if path.starts_with(WATCH) { "text/javascript; charset=utf-8" } else { "text/html; charset=utf-8" };
    match shelf.lock().unwrap().get(path) {
        Some((text, own)) => {
            let policy = own.as_ref().unwrap_or(&policy).as_str();
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)], text.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

//! The line between widget and backend: it passes everything on, unless a test makes it hostile. The backend's public
//! address is the line's, so that a widget cannot tell the two apart.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::task::JoinHandle;

use super::listening::listen;

/// An answer on its way to the widget.
#[derive(Clone, Debug)]
pub struct Letter {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What a hostile line does with the answer to the call of that method and path.
type Trick = Arc<dyn Fn(&str, &str, Letter) -> Letter + Send + Sync>;
/// Which path a hostile line asks instead.
type Detour = Arc<dyn Fn(&str) -> String + Send + Sync>;

struct Switchboard {
    backend: Mutex<SocketAddr>,
    trick: Mutex<Option<Trick>>,
    detour: Mutex<Option<Detour>>,
    calls: Mutex<Vec<String>>,
    client: reqwest::Client,
}

/// A running line. It ends when it is dropped.
pub struct Line {
    address: SocketAddr,
    board: Arc<Switchboard>,
    server: JoinHandle<()>,
}

impl Line {
    pub async fn start() -> Line {
        let listener = listen();
        let address = listener.local_addr().unwrap();
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let board = Switchboard {
            backend: Mutex::new(address),
            trick: Mutex::default(),
            detour: Mutex::default(),
            calls: Mutex::default(),
            client,
        };
        let board = Arc::new(board);
        let routes = Router::new().fallback(pass).with_state(Arc::clone(&board));
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Line { address, board, server }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where answers come from, now that the backend listens there.
    pub fn lead_to(&self, backend: SocketAddr) {
        *self.board.backend.lock().unwrap() = backend;
    }

    /// From now on every answer goes through that trick.
    pub fn play(&self, trick: impl Fn(&str, &str, Letter) -> Letter + Send + Sync + 'static) {
        *self.board.trick.lock().unwrap() = Some(Arc::new(trick));
    }

    /// From now on another path is asked than the widget wants.
    pub fn detour(&self, detour: impl Fn(&str) -> String + Send + Sync + 'static) {
        *self.board.detour.lock().unwrap() = Some(Arc::new(detour));
    }

    /// From now on the line is honest again.
    pub fn repent(&self) {
        *self.board.trick.lock().unwrap() = None;
        *self.board.detour.lock().unwrap() = None;
    }

    /// Every call so far: its method and its path, without the query.
    pub fn calls(&self) -> Vec<String> {
        self.addresses().iter().map(|call| call.split('?').next().unwrap().to_owned()).collect()
    }

    /// The same with everything that their addresses say.
    pub fn addresses(&self) -> Vec<String> {
        self.board.calls.lock().unwrap().clone()
    }

    /// How many calls of that method to paths with that beginning have passed.
    pub fn count(&self, method_and_path: &str) -> usize {
        self.calls().iter().filter(|call| *call == method_and_path).count()
    }
}

impl Drop for Line {
    /// Whatever the story was, no browser has asked for leave first: a round trip more, and a question that other backends need not answer.
    fn drop(&mut self) {
        self.server.abort();
        if !std::thread::panicking() {
            let asked: Vec<String> = self.calls().into_iter().filter(|call| call.starts_with("OPTIONS ")).collect();
            assert!(asked.is_empty(), "a browser has asked first: {asked:?}");
        }
    }
}

async fn pass(State(board): State<Arc<Switchboard>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let method = parts.method.to_string();
    let path = parts.uri.path_and_query().unwrap().to_string();
    board.calls.lock().unwrap().push(format!("{method} {path}"));
    let detour = board.detour.lock().unwrap().clone();
    let asked = detour.map_or_else(|| path.clone(), |detour| detour(&path));
    let backend = *board.backend.lock().unwrap();
    // With the host that it was for, as the pages for staff need it.
    let headers = parts.headers;
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let outgoing = board.client.request(parts.method, format!("http://{backend}{asked}")).headers(headers).body(body);
    let Some(letter) = letter(outgoing).await else {
        return (StatusCode::BAD_GATEWAY, [(header::CONTENT_TYPE, "text/html")], "<h1>Bad Gateway</h1>").into_response();
    };
    let trick = board.trick.lock().unwrap().clone();
    let letter = trick.map_or_else(|| letter.clone(), |trick| trick(&method, &path, letter.clone()));
    let mut response = Response::new(Body::from(letter.body));
    *response.status_mut() = letter.status;
    *response.headers_mut() = letter.headers;
    response
}

/// The backend's answer; none if it is down.
async fn letter(outgoing: reqwest::RequestBuilder) -> Option<Letter> {
    let incoming = outgoing.send().await.ok()?;
    let (status, mut headers) = (incoming.status(), incoming.headers().clone());
    // These describe one connection, and the body may be changed.
    for name in [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, HeaderName::from_static("keep-alive")] {
        headers.remove(name);
    }
    Some(Letter { status, headers, body: incoming.bytes().await.ok()? })
}

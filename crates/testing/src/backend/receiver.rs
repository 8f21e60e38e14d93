//! The shop's own server, which is told of orders: keeps what arrives and answers as it is told to.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::description::judge_event;

/// How long a story waits for something to arrive; nothing that goes well takes so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// The secret of every story.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// One webhook as it came.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub id: String,
    pub timestamp: String,
    #[allow(dead_code, reason = "the libraries judge it, and not every story asks them")]
    pub signature: String,
    pub text: String,
    pub body: Value,
}

/// The server.
pub struct Receiver {
    pub url: String,
    arrivals: watch::Receiver<Vec<Arrival>>,
    answer: Arc<Mutex<(u16, Option<&'static str>)>>,
}

type World = (Arc<watch::Sender<Vec<Arrival>>>, Arc<Mutex<(u16, Option<&'static str>)>>);

impl Receiver {
    pub async fn start() -> Receiver {
        let (told, arrivals) = watch::channel(Vec::new());
        let answer = Arc::new(Mutex::new((204, None)));
        let routes = Router::new().fallback(take).with_state((Arc::new(told), Arc::clone(&answer)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Receiver { url, arrivals, answer }
    }

    /// The section of the configuration, with the secret in a file of that folder.
    pub fn section(&self, folder: &std::path::Path, more: &str) -> String {
        let file = folder.join("webhooks.secret");
        std::fs::write(&file, SECRET).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        format!("[webhooks]\nurl = \"{}\"\nsecret_file = \"{}\"\n{more}\n", self.url, file.display())
    }

    /// What it answers from now on, and for how many seconds it wants to be left alone then.
    pub fn answers(&self, status: u16, retry_after: Option<&'static str>) {
        *self.answer.lock().unwrap() = (status, retry_after);
    }

    /// Everything that has arrived once it is that much, each as the description says.
    pub async fn hears(&self, number: usize) -> Vec<Arrival> {
        let mut arrivals = self.arrivals.clone();
        let heard = tokio::time::timeout(PATIENCE, arrivals.wait_for(|arrivals| arrivals.len() >= number)).await;
        let heard = heard.unwrap_or_else(|_| panic!("only {:?} arrived", self.arrivals.borrow())).unwrap().clone();
        heard.iter().for_each(|arrival| judge_event(&arrival.text));
        heard
    }

    /// How much has arrived.
    pub fn number(&self) -> usize {
        self.arrivals.borrow().len()
    }
}

async fn take(State((told, answer)): State<World>, headers: HeaderMap, body: Bytes) -> (StatusCode, HeaderMap) {
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(text("content-type"), "application/json");
    let (id, timestamp, signature) = (text("webhook-id"), text("webhook-timestamp"), text("webhook-signature"));
    let arrival =
        Arrival { id, timestamp, signature, text: String::from_utf8(body.to_vec()).unwrap(), body: serde_json::from_slice(&body).unwrap() };
    let (status, retry_after) = *answer.lock().unwrap();
    told.send_modify(|arrivals| arrivals.push(arrival));
    let mut more = HeaderMap::new();
    if let Some(seconds) = retry_after {
        more.insert("retry-after", seconds.parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), more)
}

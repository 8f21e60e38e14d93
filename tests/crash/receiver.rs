//! The shop's own server: takes webhooks, refuses some of them by chance, and remembers which it took.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use testing::Chance;
use tokio::net::TcpListener;

struct Taken {
    chance: Option<Chance>,
    bodies: BTreeMap<String, String>,
    changed: Vec<String>,
}

#[derive(Clone)]
pub struct Receiver(SocketAddr, Arc<Mutex<Taken>>);

impl Receiver {
    pub async fn start(chance: Option<Chance>) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let taken = Arc::new(Mutex::new(Taken { chance, bodies: BTreeMap::new(), changed: Vec::new() }));
        let receiver = Receiver(listener.local_addr().unwrap(), Arc::clone(&taken));
        let routes = Router::new().route("/hooks", post(take)).with_state(taken);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://{}/hooks", self.0)
    }

    /// How many different events of that order and kind arrived.
    pub fn events(&self) -> BTreeMap<(String, String), usize> {
        let mut events = BTreeMap::new();
        for body in self.1.lock().unwrap().bodies.values() {
            let event: Value = serde_json::from_str(body).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            *events.entry((text(&event["data"]["order"]["id"]), text(&event["type"]))).or_default() += 1;
        }
        events
    }

    /// Ids that came with one body, and later with another.
    pub fn changed(&self) -> Vec<String> {
        self.1.lock().unwrap().changed.clone()
    }
}

async fn take(State(taken): State<Arc<Mutex<Taken>>>, headers: HeaderMap, body: String) -> StatusCode {
    let mut taken = taken.lock().unwrap();
    let id = headers["webhook-id"].to_str().unwrap().to_owned();
    match taken.chance.as_mut().map_or(19, |chance| chance.below(20)) {
        0 => StatusCode::INTERNAL_SERVER_ERROR,
        // Taken, and the answer says otherwise.
        1 => remember(&mut taken, id, body, StatusCode::BAD_GATEWAY),
        _ => remember(&mut taken, id, body, StatusCode::OK),
    }
}

fn remember(taken: &mut Taken, id: String, body: String, answer: StatusCode) -> StatusCode {
    if taken.bodies.get(&id).is_some_and(|known| *known != body) {
        taken.changed.push(id.clone());
    }
    taken.bodies.insert(id, body);
    answer
}

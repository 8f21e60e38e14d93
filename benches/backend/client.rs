//! A connection that costs the bench as little as possible: one request after the other over HTTP/1.1, kept alive.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use protocol::base64::{Alphabet, encode};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

pub struct Client(BufReader<TcpStream>);

impl Client {
    pub async fn open(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Client(BufReader::with_capacity(2048, stream))
    }

    /// Asks and reads the answer; its status and body.
    pub async fn ask(&mut self, request: &str) -> (u16, Vec<u8>) {
        self.0.write_all(request.as_bytes()).await.unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no answer to {request}")).parse().unwrap();
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line).await.unwrap();
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        (status, body)
    }
}

/// A read of an order, held up to 25 seconds where the state that is known already is given.
pub fn status(order: &str, seen: Option<i64>) -> String {
    let held = seen.map_or(String::new(), |seen| format!("&seen={seen}&wait=25"));
    format!("GET /v1/orders/{order}?n={}{held} HTTP/1.1\r\nhost: bench\r\n\r\n", unique())
}

/// The digest of what one tea costs, which its orders agree to.
pub async fn price_digest(address: SocketAddr) -> String {
    let request = format!("GET /v1/quote?item=tea-100g:1&locale=en&n={} HTTP/1.1\r\nhost: bench\r\n\r\n", unique());
    let (status, body) = Client::open(address).await.ask(&request).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    let quote: serde_json::Value = serde_json::from_slice(&body).unwrap();
    protocol::Digest::of(quote["price"].as_str().unwrap().as_bytes()).to_base64()
}

/// A new order of one tea at that price.
pub fn order(method: &str, price_digest: &str) -> String {
    let body = json!({
        "items": [{ "sku": "tea-100g", "quantity": 1 }], "method": method, "surface": "qr", "locale": "en",
        "price_digest": price_digest,
    });
    let body = body.to_string();
    let digest = protocol::Digest::of(body.as_bytes()).to_url_base64();
    post(&format!("/v1/orders?n={}&k={}&d={digest}", unique(), unique()), "text/plain", "", &body)
}

/// The bank's word that a payment's money is there.
pub fn confirmation(payment: &str, key: &str) -> String {
    let body = json!({ "amount": 8000, "currency": "CNY", "transaction": number().to_string() }).to_string();
    let headers = format!("authorization: Bearer {key}\r\nidempotency-key: {}\r\n", unique());
    post(&format!("/admin/v1/payments/{payment}/confirm"), "application/json", &headers, &body)
}

/// What Prometheus asks for.
pub fn figures(key: &str) -> String {
    format!("GET /metrics HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n\r\n")
}

fn post(path: &str, kind: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

/// Sixteen bytes in base64url that no other request of this run has.
fn unique() -> String {
    encode(Alphabet::Url, &number().to_be_bytes())
}

/// A number that no other request of this run has. Money is compared without regard to capitals, so that letters would not do for it.
fn number() -> u128 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    u128::from(COUNT.fetch_add(1, Ordering::Relaxed)) | u128::from(std::process::id()) << 96
}

//! A provider that wants what those of today do not: it goes by its own ids, takes PUT and PATCH, gives access tokens that live for ten
//! minutes, wants two calls for a code, takes hex and decimals where we have other letters and minor units, speaks to nobody without a certificate, and signs no notification. It collects by a method that is another provider's in the field.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use gateway::{
    Call, CallContext, Closed, Gateway, GatewayError, HttpRequest, HttpResponse, Limits, Notification, NotificationEvent,
    NotificationReply, PaymentRef, PaymentRequest, Prepared, ProviderPayment, ProviderStatus, RefundRequest, RefundStatus, Surface, Tls,
    decimal, payment_id,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

/// How long its tokens live, seconds.
pub const TOKEN_LIFE: i64 = 600;

struct Charge {
    of: String,
    amount: i64,
    state: &'static str,
}

struct World {
    clock: Arc<AtomicI64>,
    url: String,
    charges: Mutex<Vec<Charge>>,
    token: Mutex<(usize, i64)>,
    calls: Mutex<Vec<String>>,
    /// What it returns of whatever it is asked to return, minor units.
    returned: Mutex<Option<i64>>,
    tls: Tls,
}

/// Lets in whoever has a certificate of its authority.
struct Door {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl axum::serve::Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, peer) = self.tcp.accept().await.unwrap();
            if let Ok(stream) = self.tls.accept(stream).await {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// The provider's end of TLS, and what its merchant is given.
fn certificates() -> (TlsAcceptor, Tls) {
    let key = || KeyPair::generate().unwrap();
    let of = |name: &str| CertificateParams::new(vec![name.to_owned()]).unwrap();
    let (mut authority, authority_key) = (of("authority.test"), key());
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = authority.self_signed(&authority_key).unwrap();
    let authority = Issuer::new(authority, authority_key);
    let (server_key, client_key) = (key(), key());
    let server = of("127.0.0.1").signed_by(&server_key, &authority).unwrap();
    let client = of("merchant.test").signed_by(&client_key, &authority).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(root.der().clone()).unwrap();
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let merchants = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&crypto)).build().unwrap();
    let config = ServerConfig::builder_with_provider(crypto).with_safe_default_protocol_versions().unwrap();
    let server_key = PrivateKeyDer::Pkcs8(server_key.serialize_der().into());
    let config = config.with_client_cert_verifier(merchants).with_single_cert(vec![server.der().clone()], server_key).unwrap();
    let identity = format!("{}{}", client.pem(), client_key.serialize_pem()).into_bytes();
    (TlsAcceptor::from(Arc::new(config)), Tls { identity: Some(identity), authorities: Some(root.pem().into_bytes()) })
}

/// The running provider.
pub struct Toy(Arc<World>);

impl Toy {
    pub async fn start(clock: Arc<AtomicI64>) -> Toy {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", tcp.local_addr().unwrap());
        let (acceptor, tls) = certificates();
        let world = World {
            clock,
            url,
            charges: Mutex::default(),
            token: Mutex::default(),
            calls: Mutex::default(),
            returned: Mutex::default(),
            tls,
        };
        let world = Arc::new(world);
        tokio::spawn(axum::serve(Door { tcp, tls: acceptor }, Router::new().fallback(answer).with_state(Arc::clone(&world))).into_future());
        Toy(world)
    }

    /// The merchant's end, which has no token yet.
    pub fn gateway(&self) -> Arc<dyn Gateway> {
        self.gateway_with(self.tls())
    }

    /// The same with other certificates.
    pub fn gateway_with(&self, tls: Tls) -> Arc<dyn Gateway> {
        Arc::new(ToyGateway { url: self.0.url.clone(), token: None, tls })
    }

    /// What its merchant proves itself by, and who vouches for it.
    pub fn tls(&self) -> Tls {
        self.0.tls.clone()
    }

    /// What was called, as `GET /charges/ch_0`; a call with a token that is no good has `401 ` before it.
    pub fn calls(&self) -> Vec<String> {
        self.0.calls.lock().unwrap().clone()
    }

    /// How many calls begin so.
    pub fn count(&self, begin: &str) -> usize {
        self.calls().iter().filter(|call| call.starts_with(begin)).count()
    }

    /// A shopper pays. The merchant hears nothing of it yet.
    pub fn pay(&self, charge: usize) {
        self.0.charges.lock().unwrap()[charge].state = "paid";
    }

    /// From now on refunds are done, and each has returned so much, minor units.
    pub fn return_always(&self, amount: i64) {
        *self.0.returned.lock().unwrap() = Some(amount);
    }

    pub fn state(&self, charge: usize) -> &'static str {
        self.0.charges.lock().unwrap()[charge].state
    }

    /// No token that was given is good any more.
    pub fn revoke(&self) {
        self.0.token.lock().unwrap().1 = 0;
    }
}

async fn answer(State(world): State<Arc<World>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let (call, now) = (format!("{} {}", parts.method, parts.uri), world.clock.load(Ordering::SeqCst));
    let told = |status: u16, body: Value| Response::builder().status(status).body(Body::from(body.to_string())).unwrap();
    if call == "POST /token" {
        world.calls.lock().unwrap().push(call);
        let mut token = world.token.lock().unwrap();
        *token = (token.0 + 1, now + TOKEN_LIFE);
        return told(200, json!({ "token": format!("token-{}", token.0), "until": token.1 }));
    }
    let (number, until) = *world.token.lock().unwrap();
    let given = parts.headers.get("authorization").map(|value| value.to_str().unwrap());
    if now >= until || given != Some(&format!("token-{number}")) {
        world.calls.lock().unwrap().push(format!("401 {call}"));
        return told(401, json!({}));
    }
    world.calls.lock().unwrap().push(call);
    let mut charges = world.charges.lock().unwrap();
    let name = parts.uri.path().strip_prefix("/charges/").unwrap();
    let found = charges.iter().position(|charge| charge.of == name);
    let read = || serde_json::from_slice::<Value>(&body).unwrap();
    match (parts.method.as_str(), name.strip_prefix("ch_")) {
        ("PUT", None) => {
            let at = found.unwrap_or(charges.len());
            if found.is_none() {
                charges.push(Charge {
                    of: name.to_owned(),
                    amount: decimal::parse(read()["amount"].as_str().unwrap(), 2).unwrap(),
                    state: "open",
                });
            }
            told(200, json!({ "charge": format!("ch_{at}") }))
        }
        ("POST", Some(at)) if at.ends_with("/code") => {
            told(200, json!({ "code": format!("https://qr.alipay.com/toy{}", at.trim_end_matches("/code")) }))
        }
        (method, Some(at)) => {
            let charge = &mut charges[at.parse::<usize>().unwrap()];
            if method == "PATCH" && charge.state == "open" {
                assert_eq!(read(), json!({ "state": "canceled" }));
                charge.state = "canceled";
            }
            told(200, json!({ "state": charge.state, "amount": charge.amount, "at": now, "returned": *world.returned.lock().unwrap() }))
        }
        _ => told(404, json!({})),
    }
}

#[derive(Clone)]
struct ToyGateway {
    url: String,
    /// The token, and until when it is good, unix seconds.
    token: Option<(String, i64)>,
    tls: Tls,
}

impl ToyGateway {
    fn request(&self, method: Method, path: &str, body: &Value) -> HttpRequest {
        let token = self.token.as_ref().map(|(token, _)| token.clone()).unwrap_or_default();
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        HttpRequest { method, url: format!("{}{path}", self.url), headers: vec![("authorization", token)], body }
    }

    /// What a payment is called where it is read and changed.
    fn path(payment: PaymentRef<'_>) -> String {
        format!("/charges/{}", payment.provider_ref.map_or_else(|| payment_id::hex(payment.id).unwrap(), str::to_owned))
    }
}

fn read(reply: &HttpResponse) -> Result<Value, GatewayError> {
    match reply.status.as_u16() {
        200 => serde_json::from_slice(&reply.body).map_err(|_| GatewayError::Unreadable { what: "body" }),
        401 => Err(GatewayError::StaleToken { code: "401".to_owned() }),
        status => Err(GatewayError::Refused { status, code: status.to_string(), message: String::new() }),
    }
}

/// How a refund stands: done, once the provider says what it has returned.
fn refunded(reply: &HttpResponse) -> Result<RefundStatus, GatewayError> {
    let told = read(reply)?;
    Ok(told["returned"].as_i64().map_or(RefundStatus::Pending, |amount| RefundStatus::Done { amount, at: told["at"].as_i64() }))
}

fn word(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

impl Gateway for ToyGateway {
    fn provider(&self) -> &'static str {
        "toy"
    }

    fn methods(&self) -> &'static [&'static str] {
        &["alipay"]
    }

    fn limits(&self, method: &str, currency: &str) -> Option<Limits> {
        assert_eq!(method, "alipay");
        (currency == "CNY").then_some(Limits { step: 1, least: 1, most: 1_000_000 })
    }

    fn product(&self, _method: &str, _surface: &Surface<'_>) -> &str {
        "charges"
    }

    fn create(&self, payment: &PaymentRequest<'_>, _at: &CallContext) -> Call<Prepared> {
        assert_eq!((payment.method, payment.notify_url.rsplit_once('/').unwrap().1), ("alipay", "toy"));
        let (path, expires_at) = (Self::path(PaymentRef::ours(payment.payment_id)), payment.expires_at);
        let opened = self.request(Method::PUT, &path, &json!({ "amount": decimal::format(payment.amount, 2) }));
        let gateway = self.clone();
        Call::new(opened, |reply, _| read(reply).map(|told| word(&told, "charge"))).then(move |charge, _| {
            let request = gateway.request(Method::POST, &format!("/charges/{charge}/code"), &Value::Null);
            let payload = |reply: &HttpResponse| read(reply).map(|told| word(&told, "code"));
            Call::new(request, move |reply, _| Ok(Prepared { payload: payload(reply)?, expires_at, provider_ref: Some(charge) }))
        })
    }

    fn query(&self, payment: PaymentRef<'_>, _at: &CallContext) -> Call<ProviderStatus> {
        let (payment_id, transaction_id) = (payment.id.to_owned(), payment.provider_ref.unwrap_or_default().to_owned());
        Call::new(self.request(Method::GET, &Self::path(payment), &Value::Null), move |reply, _| {
            let told = read(reply)?;
            let (amount, paid_at, currency) = (told["amount"].as_i64().unwrap(), told["at"].as_i64().unwrap(), "CNY".to_owned());
            Ok(match told["state"].as_str() {
                Some("paid") => {
                    let (payer, returned) = (None, false);
                    ProviderStatus::Paid(ProviderPayment { payment_id, transaction_id, amount, currency, paid_at, payer, returned })
                }
                Some("canceled") => ProviderStatus::Closed,
                _ => ProviderStatus::Waiting,
            })
        })
    }

    fn close(&self, payment: PaymentRef<'_>, _at: &CallContext) -> Call<Closed> {
        let request = self.request(Method::PATCH, &Self::path(payment), &json!({ "state": "canceled" }));
        Call::new(request, |reply, _| Ok(if read(reply)?["state"] == "paid" { Closed::AlreadyPaid } else { Closed::Closed }))
    }

    fn refund(&self, refund: &RefundRequest<'_>, _at: &CallContext) -> Call<RefundStatus> {
        Call::new(self.request(Method::POST, &Self::path(refund.payment), &Value::Null), |reply, _| refunded(reply))
    }

    fn query_refund(&self, refund: &RefundRequest<'_>, _at: &CallContext) -> Call<RefundStatus> {
        Call::new(self.request(Method::GET, &Self::path(refund.payment), &Value::Null), |reply, _| refunded(reply))
    }

    fn notification(&self, _headers: &HeaderMap, body: &[u8], _now: i64) -> Result<Notification, GatewayError> {
        let told: Value = serde_json::from_slice(body).map_err(|_| GatewayError::Unreadable { what: "body" })?;
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        let payment_id = text("of").and_then(|hex| payment_id::from_hex(&hex));
        let event = NotificationEvent::Ask { payment_id, provider_ref: text("charge") };
        Ok(Notification { id: String::new(), event })
    }

    fn renew_at(&self) -> Option<i64> {
        Some(self.token.as_ref().map_or(0, |(_, until)| *until))
    }

    fn renewal(&self, _at: &CallContext) -> Option<Call<Arc<dyn Gateway>>> {
        let now = self.clone();
        Some(Call::new(self.request(Method::POST, "/token", &Value::Null), move |reply, _| {
            let told = read(reply)?;
            let token = Some((word(&told, "token"), told["until"].as_i64().unwrap()));
            Ok(Arc::new(ToyGateway { token, ..now }) as Arc<dyn Gateway>)
        }))
    }

    fn tls(&self) -> Option<Tls> {
        Some(self.tls.clone())
    }

    fn acknowledge(&self, accepted: bool) -> NotificationReply {
        NotificationReply { status: if accepted { 200 } else { 500 }, content_type: "text/plain", body: Vec::new() }
    }
}

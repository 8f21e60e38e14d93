//! What every test of a provider needs: a running sandbox, a merchant with a gateway, and a place for its notifications. No assertions
//! here.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU16, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use gateway::{
    Call, CallContext, Gateway, GatewayError, HttpRequest, HttpResponse, Notification, PaymentRef, PaymentRequest, Prepared, Surface,
};
use sandbox::Sandbox;
use testing::provider::open_sandbox;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// 2026-01-01 08:00 in Beijing.
pub const START: i64 = 1_767_225_600;

pub const PAYMENT: &str = "pay_0123456789abcdefghijAB";

pub struct Stage {
    pub sandbox: Sandbox,
    pub gateway: Box<dyn Gateway>,
    pub http: reqwest::Client,
    clock: Arc<AtomicI64>,
    nonce: AtomicU8,
    merchant: Merchant,
}

/// A notification as it arrived.
pub struct Arrival {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

struct Merchant {
    notify_url: String,
    status: Arc<AtomicU16>,
    arrivals: UnboundedReceiver<Arrival>,
}

impl Stage {
    pub async fn open(gateway: impl FnOnce(&Sandbox) -> Box<dyn Gateway>) -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let source = Arc::clone(&clock);
        let time: sandbox::TimeSource = Arc::new(move || source.load(Ordering::SeqCst));
        let sandbox = open_sandbox(time).await;
        let gateway = gateway(&sandbox);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sandbox, gateway, http, clock, nonce: AtomicU8::new(0), merchant: Merchant::open().await }
    }

    /// Moves everybody's clock.
    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
        self.sandbox.clock_moved();
    }

    pub fn at(&self) -> CallContext {
        let nonce = [self.nonce.fetch_add(1, Ordering::SeqCst); 16];
        CallContext { now: self.clock.load(Ordering::SeqCst), nonce }
    }

    pub fn payment(&self) -> PaymentRequest<'_> {
        PaymentRequest {
            payment_id: PAYMENT,
            method: self.gateway.methods()[0],
            description: "茉莉花茶 100 g".into(),
            amount: 1250,
            currency: "CNY",
            expires_at: START + 900,
            notify_url: &self.merchant.notify_url,
            surface: Surface::Code,
        }
    }

    /// Sends a request exactly as it is.
    pub async fn send(&self, request: &HttpRequest) -> HttpResponse {
        let mut builder = self.http.request(request.method.clone(), &request.url).body(request.body.clone());
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let reply = builder.send().await.unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        HttpResponse { status, headers, body: reply.bytes().await.unwrap().to_vec() }
    }

    /// Makes a call, whose reply comes a moment later.
    pub async fn ask<T>(&self, call: Call<T>) -> Result<T, GatewayError> {
        let reply = self.send(call.request()).await;
        call.read(&reply, &self.at())
    }

    pub async fn create(&self, payment: &PaymentRequest<'_>) -> Result<Prepared, GatewayError> {
        self.ask(self.gateway.create(payment, &self.at())).await
    }

    pub async fn query(&self, id: &str) -> Result<gateway::ProviderStatus, GatewayError> {
        self.ask(self.gateway.query(PaymentRef::ours(id), &self.at())).await
    }

    pub async fn close(&self, id: &str) -> Result<gateway::Closed, GatewayError> {
        self.ask(self.gateway.close(PaymentRef::ours(id), &self.at())).await
    }

    /// Prepares the payment and pays it.
    pub async fn pay(&self) -> Prepared {
        let prepared = self.create(&self.payment()).await.unwrap();
        self.sandbox.pay(&prepared.payload).unwrap();
        prepared
    }

    /// How the merchant answers notifications from now on.
    pub fn answer_with(&self, status: u16) {
        self.merchant.status.store(status, Ordering::SeqCst);
    }

    /// The next notification, as soon as it arrives.
    pub async fn arrival(&mut self) -> Arrival {
        self.merchant.arrivals.recv().await.unwrap()
    }

    /// Whether everything that arrived was taken.
    pub fn nothing_else_arrived(&mut self) -> bool {
        self.merchant.arrivals.try_recv().is_err()
    }

    pub fn judge(&self, arrival: &Arrival) -> Result<Notification, GatewayError> {
        self.gateway.notification(&arrival.headers, &arrival.body, self.at().now)
    }
}

impl Merchant {
    async fn open() -> Self {
        let (sender, arrivals) = unbounded_channel();
        let status = Arc::new(AtomicU16::new(200));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let notify_url = format!("http://{}/notify", listener.local_addr().unwrap());
        let routes = Router::new().route("/notify", post(record)).with_state((sender, Arc::clone(&status)));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { notify_url, status, arrivals }
    }
}

type Recorder = (UnboundedSender<Arrival>, Arc<AtomicU16>);

async fn record(State((sender, status)): State<Recorder>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    sender.send(Arrival { headers, body: body.to_vec() }).ok();
    // Alipay insists on the word; WeChat Pay looks at the status only.
    (StatusCode::from_u16(status.load(Ordering::SeqCst)).unwrap(), "success")
}

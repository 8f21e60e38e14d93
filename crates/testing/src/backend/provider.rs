//! The provider of the tests: WeChat Pay's native calls on loopback, as little of them as the stories need. It checks
//! signatures, counts calls, can be down, and makes notifications that the test itself delivers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use gateway::wechat_pay::server::{self, BillRow, NativeOrder, Payment, TradeState, TransactionView};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Barrier;

use super::account;

/// A payment as the provider knows it.
#[derive(Clone)]
struct Booking {
    order: NativeOrder,
    state: TradeState,
}

struct World {
    clock: Arc<AtomicI64>,
    bookings: Mutex<BTreeMap<String, Booking>>,
    calls: Mutex<Vec<String>>,
    returns: Mutex<Vec<Value>>,
    down: AtomicBool,
    /// By how many seconds its clock is behind.
    slow: AtomicI64,
    kept_open: AtomicBool,
    together: Mutex<Arc<Barrier>>,
    bill: Mutex<Option<String>>,
    base_url: String,
}

/// The running provider.
pub struct Provider(Arc<World>);

/// A notification ready to be delivered: headers and body.
pub struct Notice {
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Provider {
    pub async fn start(clock: Arc<AtomicI64>) -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let world = World {
            clock,
            bookings: Mutex::default(),
            calls: Mutex::default(),
            returns: Mutex::default(),
            down: AtomicBool::new(false),
            slow: AtomicI64::new(0),
            kept_open: AtomicBool::new(false),
            together: Mutex::new(Arc::new(Barrier::new(1))),
            bill: Mutex::default(),
            base_url,
        };
        let world = Arc::new(world);
        let dated = async |State(world): State<Arc<World>>, request: Request| {
            let mut reply = answer(State(Arc::clone(&world)), request).await;
            let date = gateway::provider_time::dated(world.clock.load(Ordering::SeqCst) - world.slow.load(Ordering::SeqCst));
            reply.headers_mut().insert("date", date.parse().unwrap());
            reply
        };
        let routes = Router::new().fallback(dated).with_state(Arc::clone(&world));
        tokio::spawn(axum::serve(listener, routes).into_future());
        Provider(world)
    }

    /// Where a merchant learns its settings.
    pub fn settings_url(&self) -> String {
        format!("{}/settings", self.0.base_url)
    }

    /// From now on its clock is so many seconds behind the shop's.
    pub fn set_slow(&self, seconds: i64) {
        self.0.slow.store(seconds, Ordering::SeqCst);
    }

    /// From now on every call fails with 500, or none does.
    pub fn set_down(&self, down: bool) {
        self.0.down.store(down, Ordering::SeqCst);
    }

    /// From now on no payment is closed, as while a wallet is at it; or all are again.
    pub fn keep_open(&self, kept_open: bool) {
        self.0.kept_open.store(kept_open, Ordering::SeqCst);
    }

    /// From now on it answers so many questions only when it was asked all of them.
    pub fn answer_together(&self, number: usize) {
        *self.0.together.lock().unwrap() = Arc::new(Barrier::new(number));
    }

    /// From now on every day has that bill.
    pub fn set_bill(&self, file: String) {
        *self.0.bill.lock().unwrap() = Some(file);
    }

    /// The row of a bill that the payment makes.
    pub fn with_row<T>(&self, payment: &str, then: impl FnOnce(BillRow<'_>) -> T) -> T {
        let (merchant, order, money) = (account::merchant(), self.asked(payment), self.money(payment));
        then(BillRow {
            at: money.paid_at,
            appid: &merchant.appid,
            mchid: &merchant.mchid,
            transaction_id: &money.transaction_id,
            out_trade_no: payment,
            openid: &money.openid,
            trade_type: "NATIVE",
            description: "Tea",
            attach: "",
            state: "SUCCESS",
            total: order.total,
            refund: None,
            fee_rate: 60,
        })
    }

    /// How often a call was made: `create`, `query` or `close`.
    pub fn calls(&self, kind: &str) -> usize {
        self.0.calls.lock().unwrap().iter().filter(|call| *call == kind).count()
    }

    /// Whether nobody can pay that payment any more.
    pub fn is_closed(&self, payment: &str) -> bool {
        self.0.bookings.lock().unwrap().get(payment).is_some_and(|booking| booking.state == TradeState::Closed)
    }

    /// What the merchant asked for.
    pub fn asked(&self, payment: &str) -> NativeOrder {
        self.0.bookings.lock().unwrap()[payment].order.clone()
    }

    /// The refunds that the merchant asked for, as it sent them.
    pub fn returns(&self) -> Vec<Value> {
        self.0.returns.lock().unwrap().clone()
    }

    /// A shopper pays. The merchant hears nothing of it yet.
    pub fn pay(&self, payment: &str) {
        let mut bookings = self.0.bookings.lock().unwrap();
        bookings.get_mut(payment).unwrap().state = TradeState::Success(self.money(payment));
    }

    fn money(&self, payment: &str) -> Payment {
        let transaction_id = format!("42000{:0>23}", payment.bytes().map(u64::from).sum::<u64>());
        Payment { transaction_id, paid_at: self.0.clock.load(Ordering::SeqCst), openid: "oTestShopper".to_owned() }
    }

    /// The notification of that payment.
    pub fn notice(&self, payment: &str, event: &str) -> Notice {
        let total = self.asked(payment).total;
        self.notice_of(payment, event, total)
    }

    /// A genuine notification that speaks of that amount.
    pub fn notice_of(&self, payment: &str, event: &str, total: i64) -> Notice {
        let merchant = account::merchant();
        let view = TransactionView {
            appid: &merchant.appid,
            mchid: &merchant.mchid,
            out_trade_no: payment,
            total,
            attach: "",
            state: &TradeState::Success(self.money(payment)),
        };
        let now = self.0.clock.load(Ordering::SeqCst);
        let body = server::notification_body(event, now, &view.to_json(), &account::apiv3_key(), *b"abcdefghijkl");
        let mut headers = account::platform_key().sign(now, "notificationnonce", &body).to_vec();
        headers.push(("content-type", "application/json".to_owned()));
        Notice { headers, body }
    }
}

async fn answer(State(world): State<Arc<World>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path();
    if path == "/settings" {
        return plain(200, &json!({ "wechat_pay": shown(&account::settings(&world.base_url)) }));
    }
    let authorization = parts.headers.get("authorization").map(|value| value.to_str().unwrap());
    let target = parts.uri.path_and_query().unwrap().as_str();
    let signed = server::Request { method: parts.method.as_str(), target, body: &body, authorization };
    server::authorize(&signed, &account::merchant(), world.clock.load(Ordering::SeqCst)).unwrap();
    if world.down.load(Ordering::SeqCst) {
        return refusal(500, "SYSTEM_ERROR");
    }
    if path == "/v3/pay/transactions/native" {
        return create(&world, &body);
    }
    // It takes no money back today.
    if path.starts_with("/v3/refund/") {
        world.returns.lock().unwrap().extend(serde_json::from_slice::<Value>(&body));
        return refusal(500, "SYSTEM_ERROR");
    }
    let bill = world.bill.lock().unwrap().clone();
    match (path, bill) {
        ("/v3/bill/tradebill", None) => return refusal(400, "NO_STATEMENT_EXIST"),
        ("/v3/bill/tradebill", Some(file)) => return offer(&world, &file),
        ("/v3/billdownload/file", Some(file)) => return Response::new(Body::from(file)),
        _ => {}
    }
    let Some(number) = path.strip_prefix("/v3/pay/transactions/out-trade-no/") else { return refusal(404, "RESOURCE_NOT_EXISTS") };
    match number.strip_suffix("/close") {
        Some(number) => close(&world, number),
        None => {
            let together = Arc::clone(&world.together.lock().unwrap());
            together.wait().await;
            query(&world, number)
        }
    }
}

fn offer(world: &World, file: &str) -> Response<Body> {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, file.as_bytes());
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let url = format!("{}/v3/billdownload/file?token=t", world.base_url);
    signed(world, 200, &json!({ "hash_type": "SHA1", "hash_value": digest, "download_url": url }))
}

fn create(world: &World, body: &Bytes) -> Response<Body> {
    let order = NativeOrder::parse(body, &account::merchant()).unwrap();
    let mut calls = world.calls.lock().unwrap();
    calls.push("create".to_owned());
    let mut bookings = world.bookings.lock().unwrap();
    let known = bookings.entry(order.out_trade_no.clone()).or_insert_with(|| Booking { order, state: TradeState::NotPay });
    match known.state {
        TradeState::NotPay => signed(world, 200, &json!({ "code_url": format!("weixin://wxpay/bizpayurl?pr=code{}", calls.len()) })),
        TradeState::Success(_) => refusal(400, "ORDERPAID"),
        TradeState::Closed => refusal(400, "ORDER_CLOSED"),
    }
}

fn query(world: &World, number: &str) -> Response<Body> {
    world.calls.lock().unwrap().push("query".to_owned());
    let bookings = world.bookings.lock().unwrap();
    let Some(booking) = bookings.get(number) else { return refusal(404, "ORDER_NOT_EXIST") };
    let merchant = account::merchant();
    let view = TransactionView {
        appid: &merchant.appid,
        mchid: &merchant.mchid,
        out_trade_no: number,
        total: booking.order.total,
        attach: "",
        state: &booking.state,
    };
    signed(world, 200, &view.to_json())
}

fn close(world: &World, number: &str) -> Response<Body> {
    world.calls.lock().unwrap().push("close".to_owned());
    let mut bookings = world.bookings.lock().unwrap();
    let Some(booking) = bookings.get_mut(number) else { return refusal(404, "ORDER_NOT_EXIST") };
    if let TradeState::Success(_) = booking.state {
        return refusal(400, "ORDERPAID");
    }
    if world.kept_open.load(Ordering::SeqCst) {
        return refusal(403, "TRADE_ERROR");
    }
    booking.state = TradeState::Closed;
    signed(world, 204, &Value::Null)
}

/// Settings as the sandbox shows them.
fn shown(settings: &gateway::wechat_pay::Settings) -> Value {
    json!({
        "base_url": settings.base_url,
        "mchid": settings.mchid,
        "appid": settings.appid,
        "merchant_serial": settings.merchant_serial,
        "merchant_key": settings.merchant_key,
        "apiv3_key": settings.apiv3_key,
        "platform_keys": settings.platform_keys,
        "public_key_id": settings.public_key_id,
    })
}

fn signed(world: &World, status: u16, body: &Value) -> Response<Body> {
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let headers = account::platform_key().sign(world.clock.load(Ordering::SeqCst), "answernonce", &bytes);
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(bytes)).unwrap()
}

fn refusal(status: u16, code: &str) -> Response<Body> {
    plain(status, &json!({ "code": code, "message": "" }))
}

fn plain(status: u16, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

//! A merchant's callback address: answers the check, proves what is posted, and hands it on. No assertions here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use gateway::GatewayError;
use gateway::official_account::{Config, Delivery, OfficialAccount, Settings, acknowledgement};
use sandbox::CallbackMode;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::stage::{START, Stage};

/// The merchant, as the tests hold it.
pub struct Merchant {
    pub url: String,
    status: Arc<AtomicU16>,
    arrivals: UnboundedReceiver<Result<Delivery, GatewayError>>,
}

#[derive(Clone)]
struct Address {
    account: OfficialAccount,
    status: Arc<AtomicU16>,
    arrivals: UnboundedSender<Result<Delivery, GatewayError>>,
}

impl Merchant {
    /// Opens the address and tells the console of it.
    pub async fn open(stage: &Stage, mode: CallbackMode) -> Self {
        let mut settings: Settings = stage.sandbox.official_account_settings();
        if mode == CallbackMode::Plain {
            settings.aes_key = None;
        }
        let merchant = Self::listen(&settings).await;
        stage.sandbox.set_callback(&merchant.url, mode).await.unwrap();
        merchant
    }

    /// Opens the address alone.
    pub async fn listen(settings: &Settings) -> Self {
        let (sender, arrivals) = unbounded_channel();
        let status = Arc::new(AtomicU16::new(200));
        let account = OfficialAccount::new(Config::parse(settings).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/wechat?shop=1", listener.local_addr().unwrap());
        let address = Address { account, status: Arc::clone(&status), arrivals: sender };
        let routes = Router::new().route("/wechat", get(check).post(take)).with_state(address);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, status, arrivals }
    }

    /// How callbacks are answered from now on.
    pub fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The next callback, as soon as it arrives.
    pub async fn next(&mut self) -> Result<Delivery, GatewayError> {
        self.arrivals.recv().await.unwrap()
    }
}

async fn check(State(address): State<Address>, RawQuery(query): RawQuery) -> (StatusCode, String) {
    match address.account.echo(&query.unwrap_or_default()) {
        Ok(echo) => (StatusCode::OK, echo),
        Err(_) => (StatusCode::UNAUTHORIZED, String::new()),
    }
}

async fn take(State(address): State<Address>, RawQuery(query): RawQuery, body: Bytes) -> (StatusCode, Vec<u8>) {
    let outcome = address.account.callback(&query.unwrap_or_default(), &body, START);
    let reply = acknowledgement(outcome.is_ok());
    address.arrivals.send(outcome).ok();
    let status = address.status.load(Ordering::SeqCst);
    (StatusCode::from_u16(if status == 200 { reply.status } else { status }).unwrap(), reply.body)
}

//! The control of the sandbox over HTTP, under `/sandbox/`: what a shopper, an operator or a
//! test does. JSON in and out, no authorization: it listens on loopback and holds no money.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::codes::{CodeView, PayProblem};
use crate::faults::Faults;
use crate::notifications::{DeliveryView, Dispatcher, ReleaseOrder};
use crate::phone::{LONGEST_SIDE, Picture};
use crate::provider::{Providers, Wallet};

pub(crate) fn routes(dispatcher: Dispatcher) -> Router {
    Router::new()
        .route("/sandbox/settings", get(settings))
        .route("/sandbox/codes", get(codes))
        .route("/sandbox/codes/{id}/scan", post(scan_code))
        .route("/sandbox/codes/{id}/pay", post(pay_code))
        .route("/sandbox/codes/{id}/decline", post(decline_code))
        .route("/sandbox/scan", post(scan))
        .route("/sandbox/scan/picture", post(scan_picture).layer(DefaultBodyLimit::max(LONGEST_SIDE * LONGEST_SIDE)))
        .route("/sandbox/pay", post(pay_payload))
        .route("/sandbox/faults", get(faults).post(set_faults).delete(clear_faults))
        .route("/sandbox/notifications", get(notifications))
        .route("/sandbox/notifications/release", post(release_notifications))
        .route("/sandbox/clock", get(clock).post(move_clock).delete(reset_clock))
        .with_state(dispatcher)
}

type Shared = State<Dispatcher>;

/// Everything a merchant needs to use the sandbox, by provider; the member names are those of
/// the gateway's settings.
async fn settings(State(Dispatcher { providers, .. }): Shared) -> Json<Value> {
    let settings = providers.all().map(|provider| (provider.name().to_owned(), provider.settings()));
    Json(Value::Object(settings.collect()))
}

async fn codes(State(Dispatcher { providers, .. }): Shared) -> Json<Vec<CodeView>> {
    Json(providers.views())
}

/// What a shopper does with a code.
type Act = fn(&dyn Wallet, &str) -> Result<(), PayProblem>;

async fn scan_code(State(Dispatcher { providers, .. }): Shared, Path(id): Path<String>) -> Response {
    outcome(act_by_id(&providers, &id, |wallet, id| wallet.scan(id)))
}

async fn pay_code(State(Dispatcher { providers, .. }): Shared, Path(id): Path<String>) -> Response {
    outcome(act_by_id(&providers, &id, |wallet, id| wallet.pay(id)))
}

async fn decline_code(State(Dispatcher { providers, .. }): Shared, Path(id): Path<String>) -> Response {
    outcome(act_by_id(&providers, &id, |wallet, id| wallet.decline(id)))
}

/// What a camera read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scanned {
    payload: String,
}

async fn scan(State(Dispatcher { providers, .. }): Shared, Json(scanned): Json<Scanned>) -> Response {
    scanned_text(&providers, &scanned.payload)
}

/// How the pixels of a picture lie.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    width: usize,
}

/// The same for a picture: the brightness of its pixels, row by row. The first code of a wallet counts.
async fn scan_picture(State(Dispatcher { providers, .. }): Shared, Query(Shape { width }): Query<Shape>, pixels: Bytes) -> Response {
    let Some(picture) = Picture::new(width, pixels.to_vec()) else { return problem(StatusCode::BAD_REQUEST, &json!("no_picture")) };
    // Reading takes some milliseconds of a processor, which other calls shall not wait for.
    let codes = tokio::task::spawn_blocking(move || picture.codes()).await.unwrap_or_default();
    let known = codes.iter().find(|code| providers.all().any(|provider| provider.reads(code)));
    match known.or(codes.first()) {
        Some(code) => scanned_text(&providers, code),
        // No fault of anybody's: a camera asks several times a second until there is one.
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// A code that is none to pay is answered as its provider's own calls are.
fn scanned_text(providers: &Providers, payload: &str) -> Response {
    let unpayable = providers.all().find_map(|provider| provider.scan_unpayable(payload));
    unpayable.unwrap_or_else(|| outcome(act_by_payload(providers, payload, |wallet, id| wallet.scan(id))))
}

async fn pay_payload(State(Dispatcher { providers, .. }): Shared, Json(scanned): Json<Scanned>) -> Response {
    outcome(act_by_payload(&providers, &scanned.payload, |wallet, id| wallet.pay(id)))
}

fn act_by_id(providers: &Providers, id: &str, act: Act) -> Result<CodeView, PayProblem> {
    let wallet = providers.wallet_of(id)?;
    act(wallet, id)?;
    wallet.view(id)
}

fn act_by_payload(providers: &Providers, payload: &str, act: Act) -> Result<CodeView, PayProblem> {
    let (wallet, id) = providers.read_payload(payload)?;
    act(wallet, id)?;
    wallet.view(id)
}

fn outcome(view: Result<CodeView, PayProblem>) -> Response {
    match view {
        Ok(view) => Json(view).into_response(),
        Err(PayProblem::UnknownCode) => problem(StatusCode::NOT_FOUND, &json!(PayProblem::UnknownCode)),
        Err(other) => problem(StatusCode::CONFLICT, &json!(other)),
    }
}

fn problem(status: StatusCode, name: &Value) -> Response {
    (status, Json(json!({ "problem": name }))).into_response()
}

async fn faults(State(Dispatcher { env, .. }): Shared) -> Json<Faults> {
    Json(env.faults())
}

/// Sets exactly the faults of the body; whatever it does not name is off.
async fn set_faults(State(Dispatcher { env, .. }): Shared, Json(faults): Json<Faults>) -> Json<Faults> {
    tracing::info!(?faults, "faults set");
    env.set_faults(faults.clone());
    Json(faults)
}

async fn clear_faults(State(Dispatcher { env, .. }): Shared) -> Json<Faults> {
    env.set_faults(Faults::default());
    Json(Faults::default())
}

async fn notifications(State(Dispatcher { env, .. }): Shared) -> Json<Vec<DeliveryView>> {
    Json(env.outbox().views())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    #[serde(default)]
    order: ReleaseOrder,
}

async fn release_notifications(State(dispatcher): Shared, Json(Release { order }): Json<Release>) -> Json<Value> {
    Json(json!({ "released": dispatcher.release(order).await }))
}

async fn clock(State(Dispatcher { env, .. }): Shared) -> Json<Value> {
    Json(json!({ "now": env.clock.now() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

async fn move_clock(State(Dispatcher { env, .. }): Shared, Json(advance): Json<Advance>) -> Json<Value> {
    env.clock.advance(advance.advance_seconds);
    Json(json!({ "now": env.clock.now() }))
}

async fn reset_clock(State(Dispatcher { env, .. }): Shared) -> Json<Value> {
    env.clock.reset();
    Json(json!({ "now": env.clock.now() }))
}

//! The control of the sandbox over HTTP, under `/sandbox/`: what a shopper's hand, an operator or a
//! test does. JSON in and out, no authorization: it listens on loopback and holds no money.

use std::sync::Arc;

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
use crate::notifications::{DeliveryView, ReleaseOrder, release};
use crate::official_account;
use crate::phone::{LONGEST_SIDE, Picture};
use crate::provider::{PROVIDERS, Provider, all_views, provider_of, read_payload};
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
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
}

type Shared = State<Arc<World>>;

/// Everything a merchant needs to use the sandbox, by payment method; the member names are those of
/// the gateway's settings.
async fn settings(State(world): Shared) -> Json<Value> {
    let settings = PROVIDERS.into_iter().map(|provider| (provider.name().to_owned(), provider.settings(&world)));
    Json(Value::Object(settings.collect()))
}

async fn codes(State(world): Shared) -> Json<Vec<CodeView>> {
    Json(all_views(&world))
}

/// What a hand does to a code.
type Act = fn(&'static dyn Provider, &World, &str) -> Result<(), PayProblem>;

async fn scan_code(State(world): Shared, Path(id): Path<String>) -> Response {
    outcome(act_by_id(&world, &id, |provider, world, id| provider.scan(world, id)))
}

async fn pay_code(State(world): Shared, Path(id): Path<String>) -> Response {
    outcome(act_by_id(&world, &id, |provider, world, id| provider.pay(world, id)))
}

async fn decline_code(State(world): Shared, Path(id): Path<String>) -> Response {
    outcome(act_by_id(&world, &id, |provider, world, id| provider.decline(world, id)))
}

/// What a camera read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scanned {
    payload: String,
}

async fn scan(State(world): Shared, Json(scanned): Json<Scanned>) -> Response {
    scanned_text(&world, &scanned.payload)
}

/// How the pixels of a picture lie.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    width: usize,
}

/// The same for a picture: the brightness of its pixels, row by row. The first code of a wallet counts.
async fn scan_picture(State(world): Shared, Query(Shape { width }): Query<Shape>, pixels: Bytes) -> Response {
    let Some(picture) = Picture::new(width, pixels.to_vec()) else { return problem(StatusCode::BAD_REQUEST, &json!("no_picture")) };
    // Reading takes some milliseconds of a processor, which other calls shall not wait for.
    let codes = tokio::task::spawn_blocking(move || picture.codes()).await.unwrap_or_default();
    let wallets = codes.iter().find(|code| read_payload(code).is_ok() || official_account::is_code(code));
    match wallets.or(codes.first()) {
        Some(code) => scanned_text(&world, code),
        // No fault of anybody's: a camera asks several times a second until there is one.
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// A code to follow an account by is no code to pay, and is answered as its own calls are.
fn scanned_text(world: &World, payload: &str) -> Response {
    match official_account::is_code(payload) {
        true => official_account::scanned(world, payload),
        false => outcome(act_by_payload(world, payload, |provider, world, id| provider.scan(world, id))),
    }
}

async fn pay_payload(State(world): Shared, Json(scanned): Json<Scanned>) -> Response {
    outcome(act_by_payload(&world, &scanned.payload, |provider, world, id| provider.pay(world, id)))
}

fn act_by_id(world: &World, id: &str, act: Act) -> Result<CodeView, PayProblem> {
    let provider = provider_of(world, id)?;
    act(provider, world, id)?;
    provider.view(world, id)
}

fn act_by_payload(world: &World, payload: &str, act: Act) -> Result<CodeView, PayProblem> {
    let (provider, id) = read_payload(payload)?;
    act(provider, world, id)?;
    provider.view(world, id)
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

async fn faults(State(world): Shared) -> Json<Faults> {
    Json(world.faults())
}

/// Sets exactly the faults of the body; whatever it does not name is off.
async fn set_faults(State(world): Shared, Json(faults): Json<Faults>) -> Json<Faults> {
    tracing::info!(?faults, "faults set");
    world.set_faults(faults.clone());
    Json(faults)
}

async fn clear_faults(State(world): Shared) -> Json<Faults> {
    world.set_faults(Faults::default());
    Json(Faults::default())
}

async fn notifications(State(world): Shared) -> Json<Vec<DeliveryView>> {
    Json(world.outbox().views())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    #[serde(default)]
    order: ReleaseOrder,
}

async fn release_notifications(State(world): Shared, Json(Release { order }): Json<Release>) -> Json<Value> {
    Json(json!({ "released": release(&world, order).await }))
}

async fn clock(State(world): Shared) -> Json<Value> {
    Json(json!({ "now": world.clock.now() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

async fn move_clock(State(world): Shared, Json(advance): Json<Advance>) -> Json<Value> {
    world.clock.advance(advance.advance_seconds);
    Json(json!({ "now": world.clock.now() }))
}

async fn reset_clock(State(world): Shared) -> Json<Value> {
    world.clock.reset();
    Json(json!({ "now": world.clock.now() }))
}

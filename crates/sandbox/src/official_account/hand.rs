//! What the person with the phone does with the account, and what the merchant's operator sets in the console: for tests
//! by functions, for everybody else over HTTP under /sandbox/official_account.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use gateway::official_account::server::Pushed;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::desk::{CallbackMode, PhoneView};
use super::push::{push, with_endpoint, with_query};
use super::scenes::Scene;
use crate::notifications;
use crate::random::digits;
use crate::world::World;

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/sandbox/official_account", get(show))
        .route("/sandbox/official_account/scan", post(scan_code))
        .route("/sandbox/official_account/follow", post(|shared: Shared| acted(shared, follow)))
        .route("/sandbox/official_account/unfollow", post(|shared: Shared| acted(shared, unfollow)))
        .route("/sandbox/official_account/mute", post(|shared: Shared| acted(shared, |world| world.desk().follower.muted = true)))
        .route("/sandbox/official_account/unmute", post(|shared: Shared| acted(shared, |world| world.desk().follower.muted = false)))
        .route("/sandbox/official_account/consent", post(consent))
        .route("/sandbox/official_account/callback", post(callback))
}

type Shared = State<Arc<World>>;

/// Why nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowProblem {
    /// No such code was ever made.
    UnknownCode,
    /// The code's time is over.
    Expired,
    /// The merchant's address did not answer WeChat's check with what it was asked.
    UrlCheckFailed,
}

/// What the phone shows.
pub(crate) fn view(world: &World) -> PhoneView {
    world.desk().view(world.account.payee(), world.account.openid())
}

/// Scans a code: a follower's scan is told at once, anybody else is offered to follow.
pub(crate) fn scan(world: &World, payload: &str) -> Result<(), FollowProblem> {
    let mut desk = world.desk();
    let behind = desk.scenes.behind(payload, world.clock.now()).ok_or(FollowProblem::UnknownCode)?;
    let scene = behind.map_err(|_| FollowProblem::Expired)?;
    if !desk.follower.follows {
        desk.follower.offered = Some(scene);
        return Ok(());
    }
    drop(desk);
    let Scene { scene, ticket, .. } = scene;
    push(world, &Pushed::Scan { scene, ticket });
    Ok(())
}

/// Follows: by the code that was scanned last, if one was. A second time it changes nothing.
pub(crate) fn follow(world: &World) {
    let mut desk = world.desk();
    if std::mem::replace(&mut desk.follower.follows, true) {
        return;
    }
    let code = desk.follower.offered.take().map(|scene| (scene.scene, scene.ticket));
    drop(desk);
    push(world, &Pushed::Subscribe { code });
}

/// Does not follow any more.
pub(crate) fn unfollow(world: &World) {
    if std::mem::take(&mut world.desk().follower.follows) {
        push(world, &Pushed::Unsubscribe);
    }
}

/// The console takes an address that answers the check: a signed `GET` whose answer repeats a text.
pub(crate) async fn set_callback(world: &World, url: &str, mode: CallbackMode) -> Result<(), FollowProblem> {
    let failed = FollowProblem::UrlCheckFailed;
    let echo = digits::<19>(&world.random);
    let facts = world.account.official_account().ok_or(failed)?;
    let query =
        with_endpoint(world, facts, &facts.token, mode, |endpoint| endpoint.check(world.clock.now(), &digits::<10>(&world.random), &echo));
    let asked = world.client.get(with_query(url, &query.ok_or(failed)?));
    let (status, answer) = notifications::answer(asked).await.map_err(|_| failed)?;
    tracing::info!(status, "the callback address was checked");
    if status != 200 || answer != echo.as_bytes() {
        return Err(failed);
    }
    world.desk().callback = Some((url.to_owned(), mode));
    Ok(())
}

async fn show(State(world): Shared) -> Json<PhoneView> {
    Json(view(&world))
}

async fn acted(State(world): Shared, act: fn(&World)) -> Json<PhoneView> {
    act(&world);
    Json(view(&world))
}

/// What a camera read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scanned {
    payload: String,
}

async fn scan_code(State(world): Shared, Json(scanned): Json<Scanned>) -> Response {
    self::scanned(&world, &scanned.payload)
}

/// Scans a code and answers what the phone shows then.
pub(crate) fn scanned(world: &World, payload: &str) -> Response {
    outcome(world, scan(world, payload))
}

/// What the person answers who is asked for messages of a template.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consent {
    template_id: String,
    accepts: bool,
}

/// Each yes is good for one message; a no takes back those that are left.
async fn consent(State(world): Shared, Json(Consent { template_id, accepts }): Json<Consent>) -> Json<PhoneView> {
    let mut desk = world.desk();
    let left = desk.consents.entry(template_id.clone()).or_default();
    *left = if accepts { *left + 1 } else { 0 };
    drop(desk);
    push(&world, &Pushed::Consented { template_id, accepts });
    Json(view(&world))
}

/// What the operator writes into the console.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Callback {
    url: String,
    #[serde(default)]
    mode: CallbackMode,
}

async fn callback(State(world): Shared, Json(callback): Json<Callback>) -> Response {
    outcome(&world, set_callback(&world, &callback.url, callback.mode).await)
}

fn outcome(world: &World, outcome: Result<(), FollowProblem>) -> Response {
    match outcome {
        Ok(()) => Json(view(world)).into_response(),
        Err(problem) => {
            let status = if problem == FollowProblem::UnknownCode { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
            (status, Json(json!({ "problem": problem }))).into_response()
        }
    }
}

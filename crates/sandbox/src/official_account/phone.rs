//! What the person with the phone does with the account, and what the merchant's operator sets in the console, over HTTP under
//! /sandbox/official_account. Tests call the same functions.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use gateway::official_account::server::Pushed;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::books::{CallbackMode, PhoneView};
use super::follow_codes::FollowCode;
use super::push::{push, with_endpoint, with_query};
use super::server::OfficialAccount;
use crate::notifications;
use crate::random::digits;

pub(super) fn routes() -> Router<Arc<OfficialAccount>> {
    Router::new()
        .route("/sandbox/official_account", get(show))
        .route("/sandbox/official_account/scan", post(scan_code))
        .route("/sandbox/official_account/follow", post(|shared: Shared| acted(shared, follow)))
        .route("/sandbox/official_account/unfollow", post(|shared: Shared| acted(shared, unfollow)))
        .route("/sandbox/official_account/mute", post(|shared: Shared| acted(shared, |server| server.books().follower.muted = true)))
        .route("/sandbox/official_account/unmute", post(|shared: Shared| acted(shared, |server| server.books().follower.muted = false)))
        .route("/sandbox/official_account/consent", post(consent))
        .route("/sandbox/official_account/callback", post(callback))
}

type Shared = State<Arc<OfficialAccount>>;

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
pub(super) fn view(server: &OfficialAccount) -> PhoneView {
    server.books().view(&server.env.payee, server.facts.openid.as_str())
}

/// Scans a code: a follower's scan is told at once, anybody else is offered to follow.
pub(super) fn scan(server: &OfficialAccount, payload: &str) -> Result<(), FollowProblem> {
    let mut books = server.books();
    let behind = books.scenes.behind(payload, server.env.clock.now()).ok_or(FollowProblem::UnknownCode)?;
    let scene = behind.map_err(|_| FollowProblem::Expired)?;
    if !books.follower.follows {
        books.follower.offered = Some(scene);
        return Ok(());
    }
    drop(books);
    let FollowCode { scene, ticket, .. } = scene;
    push(server, &Pushed::Scan { scene, ticket });
    Ok(())
}

/// Follows: by the code that was scanned last, if one was. A second time it changes nothing.
pub(super) fn follow(server: &OfficialAccount) {
    let mut books = server.books();
    if std::mem::replace(&mut books.follower.follows, true) {
        return;
    }
    let code = books.follower.offered.take().map(|scene| (scene.scene, scene.ticket));
    drop(books);
    push(server, &Pushed::Subscribe { code });
}

/// Does not follow any more.
pub(super) fn unfollow(server: &OfficialAccount) {
    if std::mem::take(&mut server.books().follower.follows) {
        push(server, &Pushed::Unsubscribe);
    }
}

/// The console takes an address that answers the check: a signed `GET` whose answer repeats a text.
pub(super) async fn set_callback(server: &OfficialAccount, url: &str, mode: CallbackMode) -> Result<(), FollowProblem> {
    let failed = FollowProblem::UrlCheckFailed;
    let echo = digits::<19>(&server.env.random);
    let (now, nonce) = (server.env.clock.now(), digits::<10>(&server.env.random));
    let query = with_endpoint(server, &server.facts.token, mode, |endpoint| endpoint.check(now, &nonce, &echo));
    let asked = server.env.client.get(with_query(url, &query.ok_or(failed)?));
    let (status, answer) = notifications::answer(asked).await.map_err(|_| failed)?;
    tracing::info!(status, "the callback address was checked");
    if status != 200 || answer != echo.as_bytes() {
        return Err(failed);
    }
    server.books().callback = Some((url.to_owned(), mode));
    Ok(())
}

async fn show(State(server): Shared) -> Json<PhoneView> {
    Json(view(&server))
}

async fn acted(State(server): Shared, act: fn(&OfficialAccount)) -> Json<PhoneView> {
    act(&server);
    Json(view(&server))
}

/// What a camera read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scanned {
    payload: String,
}

async fn scan_code(State(server): Shared, Json(scanned): Json<Scanned>) -> Response {
    self::scanned(&server, &scanned.payload)
}

/// Scans a code and answers what the phone shows then.
pub(super) fn scanned(server: &OfficialAccount, payload: &str) -> Response {
    outcome(server, scan(server, payload))
}

/// What the person answers who is asked for messages of a template.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consent {
    template_id: String,
    accepts: bool,
}

/// Each yes is good for one message; a no takes back those that are left.
async fn consent(State(server): Shared, Json(Consent { template_id, accepts }): Json<Consent>) -> Json<PhoneView> {
    let mut books = server.books();
    let left = books.consents.entry(template_id.clone()).or_default();
    *left = if accepts { *left + 1 } else { 0 };
    drop(books);
    push(&server, &Pushed::Consented { template_id, accepts });
    Json(view(&server))
}

/// What the operator writes into the console.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Callback {
    url: String,
    #[serde(default)]
    mode: CallbackMode,
}

async fn callback(State(server): Shared, Json(callback): Json<Callback>) -> Response {
    outcome(&server, set_callback(&server, &callback.url, callback.mode).await)
}

fn outcome(server: &OfficialAccount, outcome: Result<(), FollowProblem>) -> Response {
    match outcome {
        Ok(()) => Json(view(server)).into_response(),
        Err(problem) => {
            let status = if problem == FollowProblem::UnknownCode { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
            (status, Json(json!({ "problem": problem }))).into_response()
        }
    }
}

//! The calls under /cgi-bin about the account itself: tokens, codes to follow and tickets. Those about messages stand in
//! `messages.rs`.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gateway::official_account::server::{GrantType, Refusal, SceneRequest, TokenRequest};
use serde_json::json;

use super::call::{Call, Outcome, asked, posted};
use super::facts::AccountFacts;
use super::picture::picture;
use crate::random::{digits, word};
use crate::world::World;

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/cgi-bin/token", asked(token))
        .route("/cgi-bin/stable_token", posted(stable_token))
        .route("/cgi-bin/qrcode/create", posted(create_code))
        .route("/cgi-bin/showqrcode", get(show_code))
        .route("/cgi-bin/ticket/getticket", asked(ticket))
}

/// The account's facts; an account that has none is not open for calls.
pub(super) fn facts(world: &World) -> Result<&AccountFacts, Refusal> {
    world.account.official_account().ok_or(Refusal::of(48001))
}

fn token(world: &World, call: &Call) -> Outcome {
    GrantType::ClientCredential.judge(call.get("grant_type"))?;
    let asked = TokenRequest { appid: call.get("appid").to_owned(), secret: call.get("secret").to_owned(), force_refresh: false };
    asked.judge(&world.keys.merchant.appid, &facts(world)?.secret)?;
    given(world.desk().tokens.another(world.clock.now(), fresh_token(world))?)
}

fn stable_token(world: &World, call: &Call) -> Outcome {
    let asked = TokenRequest::parse(&call.body)?;
    asked.judge(&world.keys.merchant.appid, &facts(world)?.secret)?;
    let (now, fresh) = (world.clock.now(), fresh_token(world));
    let mut desk = world.desk();
    given(match asked.force_refresh {
        true => desk.stable_tokens.renewed(now, fresh)?,
        false => desk.stable_tokens.current(now, fresh),
    })
}

fn given((value, expires_in): (String, i64)) -> Outcome {
    Ok(json!({ "access_token": value, "expires_in": expires_in }))
}

/// As long as the live ones, which have to be kept in 512 characters.
pub(super) fn fresh_token(world: &World) -> String {
    format!("{}_{}", digits::<2>(&world.random), word::<133>(&world.random))
}

fn ticket(world: &World, call: &Call) -> Outcome {
    let now = world.clock.now();
    let mut desk = world.desk();
    desk.authorize(call.get("access_token"), now)?;
    if call.get("type") != "jsapi" {
        return Err(Refusal::of(40097));
    }
    let (ticket, expires_in) = desk.tickets.current(now, word::<86>(&world.random));
    Ok(json!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": expires_in }))
}

fn create_code(world: &World, call: &Call) -> Outcome {
    let now = world.clock.now();
    let mut desk = world.desk();
    desk.authorize(call.get("access_token"), now)?;
    let asked = SceneRequest::parse(&call.body)?;
    let ticket = format!("gQ{}==", word::<92>(&world.random));
    let url = desk.scenes.make(&asked, ticket.clone(), word::<22>(&world.random), now)?;
    let mut answer = json!({ "ticket": ticket, "url": url });
    if let Some(lifetime) = asked.lifetime {
        answer["expire_seconds"] = json!(lifetime);
    }
    Ok(answer)
}

/// The picture of a code, which needs no token; no page for what is none.
async fn show_code(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Response {
    let call = Call::new(query, Bytes::new());
    let payload = world.desk().scenes.of_ticket(call.get("ticket"), world.clock.now());
    match payload.and_then(|payload| picture(&payload)) {
        Some(jpeg) => ([(header::CONTENT_TYPE, "image/jpg")], jpeg).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

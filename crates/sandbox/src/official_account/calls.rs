//! The calls under /cgi-bin about the account itself: tokens, codes to follow and tickets. Those about messages stand in
//! `messages.rs`.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gateway::official_account::server::{ErrorReply, GrantType, SceneRequest, TokenRequest};
use serde_json::json;

use super::call::{ApiCall, Outcome, asked, posted};
use super::picture::picture;
use super::server::OfficialAccount;
use crate::random::word;

pub(super) fn routes() -> Router<Arc<OfficialAccount>> {
    Router::new()
        .route("/cgi-bin/token", asked(token))
        .route("/cgi-bin/stable_token", posted(stable_token))
        .route("/cgi-bin/qrcode/create", posted(create_code))
        .route("/cgi-bin/showqrcode", get(show_code))
        .route("/cgi-bin/ticket/getticket", asked(ticket))
}

fn token(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    GrantType::ClientCredential.judge(call.get("grant_type"))?;
    let asked = TokenRequest { appid: call.get("appid").to_owned(), secret: call.get("secret").to_owned(), force_refresh: false };
    asked.judge(&server.appid, &server.facts.secret)?;
    given(server.books().tokens.another(server.env.clock.now(), server.fresh_token())?)
}

fn stable_token(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let asked = TokenRequest::parse(&call.body)?;
    asked.judge(&server.appid, &server.facts.secret)?;
    let (now, fresh) = (server.env.clock.now(), server.fresh_token());
    let mut books = server.books();
    given(match asked.force_refresh {
        true => books.stable_tokens.renewed(now, fresh)?,
        false => books.stable_tokens.current(now, fresh),
    })
}

fn given((value, expires_in): (String, i64)) -> Outcome {
    Ok(json!({ "access_token": value, "expires_in": expires_in }))
}

fn ticket(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let now = server.env.clock.now();
    let mut books = server.books();
    books.authorize(call.get("access_token"), now)?;
    if call.get("type") != "jsapi" {
        return Err(ErrorReply::of(40097));
    }
    let (ticket, expires_in) = books.tickets.current(now, word::<86>(&server.env.random));
    Ok(json!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": expires_in }))
}

fn create_code(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let now = server.env.clock.now();
    let mut books = server.books();
    books.authorize(call.get("access_token"), now)?;
    let asked = SceneRequest::parse(&call.body)?;
    let ticket = format!("gQ{}==", word::<92>(&server.env.random));
    let url = books.scenes.make(&asked, ticket.clone(), word::<22>(&server.env.random), now)?;
    let mut answer = json!({ "ticket": ticket, "url": url });
    if let Some(lifetime) = asked.lifetime {
        answer["expire_seconds"] = json!(lifetime);
    }
    Ok(answer)
}

/// The picture of a code, which needs no token; no page for what is none.
async fn show_code(State(server): State<Arc<OfficialAccount>>, RawQuery(query): RawQuery) -> Response {
    let call = ApiCall::new(query, Bytes::new());
    let payload = server.books().scenes.of_ticket(call.get("ticket"), server.env.clock.now());
    match payload.and_then(|payload| picture(&payload)) {
        Some(jpeg) => ([(header::CONTENT_TYPE, "image/jpg")], jpeg).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

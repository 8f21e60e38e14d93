//! OAuth: the page inside of WeChat's browser that hands out a code, and the calls under /sns that take it.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gateway::official_account::Scope;
use gateway::official_account::server::{ErrorReply, GrantType, TokenRequest, query};
use serde_json::json;

use super::call::{ApiCall, Outcome, TEXT, asked_as};
use super::grants::{Person, Tokens};
use super::server::OfficialAccount;
use crate::random::word;

pub(super) fn routes() -> Router<Arc<OfficialAccount>> {
    Router::new()
        .route("/connect/oauth2/authorize", get(authorize))
        .route("/sns/oauth2/access_token", asked_as(TEXT, exchange))
        .route("/sns/oauth2/refresh_token", asked_as(TEXT, refresh))
        .route("/sns/userinfo", asked_as(TEXT, user_info))
        .route("/sns/auth", asked_as(TEXT, check))
}

/// Why the page shows an error instead of going on: WeChat's number and text.
#[derive(Debug, PartialEq, Eq)]
struct PageError(&'static str);

const OUTSIDE: PageError = PageError("请在微信客户端打开链接");
const PARAMETERS: PageError = PageError("参数错误 10001");
const WRONG_DOMAIN: PageError = PageError("redirect_uri域名与后台配置不一致，错误码:10003");
const NO_SCOPE: PageError = PageError("Scope参数错误或没有Scope权限，错误码:10005");

/// The person with the phone is asked nothing: a silent scope needs no consent, and this person consents to the other.
async fn authorize(State(server): State<Arc<OfficialAccount>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    match granted(&server, agent, query) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(PageError(text)) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
    }
}

/// Where the browser goes on to, with a fresh code.
fn granted(server: &OfficialAccount, agent: &str, query: Option<String>) -> Result<String, PageError> {
    // WeCom's browser calls itself WeChat's, too, and is not let in.
    if !agent.contains("MicroMessenger") || agent.contains("wxwork") {
        return Err(OUTSIDE);
    }
    // The live page insists on the order of the parameters.
    let names = query.as_deref().unwrap_or_default().split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    if !names.take(4).eq(["appid", "redirect_uri", "response_type", "scope"]) {
        return Err(PARAMETERS);
    }
    let call = ApiCall::new(query, Bytes::new());
    let state = call.get("state");
    let fits = state.len() <= 128 && state.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if call.get("appid") != server.appid || call.get("response_type") != "code" || !fits {
        return Err(PARAMETERS);
    }
    let redirect: Uri = call.get("redirect_uri").split('#').next().unwrap_or_default().parse().map_err(|_| PARAMETERS)?;
    // The console's web-authorization domain: merchants of the sandbox are on this computer.
    if !matches!(redirect.host(), Some("127.0.0.1" | "localhost" | "[::1]")) {
        return Err(WRONG_DOMAIN);
    }
    let scope = [Scope::Base, Scope::UserInfo].into_iter().find(|scope| scope.name() == call.get("scope")).ok_or(NO_SCOPE)?;
    let separator = if redirect.query().is_some() { '&' } else { '?' };
    let faults = server.env.faults();
    if faults.oauth_refused {
        return Ok(format!("{redirect}{separator}{}", self::query(&[("state", state)])));
    }
    let openid =
        if faults.snapshot_user { format!("o{}", word::<27>(&server.env.random)) } else { server.facts.openid.as_str().to_owned() };
    let person = Person { openid, is_virtual: faults.snapshot_user };
    let code = word::<32>(&server.env.random);
    server.books().grants.hand_out(code.clone(), scope, person, server.env.clock.now());
    Ok(format!("{redirect}{separator}{}", self::query(&[("code", &code), ("state", state)])))
}

fn exchange(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let asked = TokenRequest { appid: call.get("appid").to_owned(), secret: call.get("secret").to_owned(), force_refresh: false };
    asked.judge(&server.appid, &server.facts.secret)?;
    GrantType::AuthorizationCode.judge(call.get("grant_type"))?;
    let (access, refresh) = (server.fresh_token(), server.fresh_token());
    let tokens = server.books().grants.exchange(call.get("code"), server.env.clock.now(), access, refresh)?;
    Ok(answer(&tokens))
}

fn refresh(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    if call.get("appid") != server.appid {
        return Err(ErrorReply::of(40013));
    }
    GrantType::RefreshToken.judge(call.get("grant_type"))?;
    let tokens = server.books().grants.refresh(call.get("refresh_token"), server.env.clock.now(), server.fresh_token())?;
    Ok(answer(&tokens))
}

fn answer(tokens: &Tokens) -> serde_json::Value {
    let mut answer = json!({
        "access_token": tokens.access, "expires_in": 7200, "refresh_token": tokens.refresh,
        "openid": tokens.person.openid, "scope": tokens.scope.name(),
    });
    if tokens.person.is_virtual {
        answer["is_snapshotuser"] = json!(1);
    }
    answer
}

/// The person behind a token, named as the call names them.
fn person(server: &OfficialAccount, call: &ApiCall) -> Result<Tokens, ErrorReply> {
    let tokens = server.books().grants.judge(call.get("access_token"), server.env.clock.now())?.clone();
    match call.get("openid") {
        "" => Err(ErrorReply::of(41009)),
        openid if openid != tokens.person.openid => Err(ErrorReply::of(40003)),
        _ => Ok(tokens),
    }
}

/// What is left of it: nowadays everybody has the same name, and no region.
fn user_info(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let tokens = person(server, call)?;
    if tokens.scope != Scope::UserInfo {
        return Err(ErrorReply::of(48001));
    }
    Ok(json!({
        "openid": tokens.person.openid, "nickname": "微信用户", "sex": 0, "province": "", "city": "", "country": "",
        "headimgurl": "", "privilege": [],
    }))
}

fn check(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    person(server, call).map(|_| json!({ "errcode": 0, "errmsg": "ok" }))
}

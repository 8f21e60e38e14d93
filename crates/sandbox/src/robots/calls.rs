//! The robots' calls, by their documentation: developer.work.weixin.qq.com/document/path/91770, open.dingtalk.com/document/robots/custom-robot-access,
//! api.slack.com/messaging/webhooks.

use std::time::Duration;

use aws_lc_rs::hmac;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::faults::RobotFault;
use super::shared::{ROBOT_KEY, ROBOT_SECRET, Shared};

/// The longest message of WeCom's robot, bytes of UTF-8.
const WECOM_MOST: usize = 4_096;
/// The longest body that DingTalk takes, bytes.
const DINGTALK_MOST: usize = 20_000;
/// How far a time may be off at DingTalk, milliseconds.
const DRIFT: i64 = 3_600_000;

/// What a query names.
pub(super) type Asked = Query<Vec<(String, String)>>;

pub(super) async fn wecom(State(shared): State<Shared>, Query(asked): Asked, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(answer) = misfortune(&shared, 45_009).await {
        return answer;
    }
    if one(&asked, "key") != Some(ROBOT_KEY) {
        return refused(93_000, "invalid webhook url");
    }
    let Some(message) = members(&headers, &body, &["msgtype", "markdown"]) else { return refused(44_004, "empty content") };
    let content = message["markdown"].as_object().filter(|markdown| message["msgtype"] == "markdown" && markdown.len() == 1);
    match content.and_then(|markdown| markdown.get("content")).and_then(Value::as_str) {
        Some(text) if text.len() > WECOM_MOST => refused(40_058, "markdown.content exceed max length 4096"),
        Some(text) if !text.trim().is_empty() => {
            shared.robots.post("wecom", text);
            Json(json!({ "errcode": 0, "errmsg": "ok" })).into_response()
        }
        _ => refused(40_008, "invalid message type"),
    }
}

pub(super) async fn dingtalk(State(shared): State<Shared>, Query(asked): Asked, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(answer) = misfortune(&shared, 130_101).await {
        return answer;
    }
    if one(&asked, "access_token") != Some(ROBOT_KEY) {
        return refused(300_005, "token is not exist");
    }
    if !is_signed(&asked, (shared.time)()) {
        return refused(310_000, "sign not match");
    }
    let Some(message) = members(&headers, &body, &["msgtype", "markdown"]).filter(|_| body.len() <= DINGTALK_MOST) else {
        return refused(40_035, "invalid parameters");
    };
    let markdown = message["markdown"].as_object().filter(|markdown| message["msgtype"] == "markdown" && markdown.len() == 2);
    let part = |name: &str| markdown?.get(name)?.as_str().filter(|text| !text.trim().is_empty());
    match (part("title"), part("text")) {
        (Some(_), Some(text)) => {
            shared.robots.post("dingtalk", text);
            Json(json!({ "errcode": 0, "errmsg": "ok" })).into_response()
        }
        _ => refused(40_035, "invalid parameters"),
    }
}

pub(super) async fn slack(State(shared): State<Shared>, Path(key): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(answer) = misfortune(&shared, 0).await {
        return answer;
    }
    if key != ROBOT_KEY {
        return (StatusCode::NOT_FOUND, "no_service").into_response();
    }
    let Some(message) = members(&headers, &body, &["text"]) else { return (StatusCode::BAD_REQUEST, "invalid_payload").into_response() };
    match message["text"].as_str() {
        Some(text) if !text.trim().is_empty() => {
            shared.robots.post("slack", text);
            "ok".into_response()
        }
        _ => (StatusCode::BAD_REQUEST, "no_text").into_response(),
    }
}

/// What goes wrong now, if anything does.
async fn misfortune(shared: &Shared, errcode: i64) -> Option<Response> {
    match shared.robots.fault() {
        RobotFault::None => None,
        RobotFault::Slow => {
            tokio::time::sleep(Duration::from_secs(1)).await;
            None
        }
        RobotFault::Hanging => {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            None
        }
        RobotFault::Forbidden => Some((StatusCode::FORBIDDEN, "action_prohibited").into_response()),
        RobotFault::Unavailable => Some((StatusCode::SERVICE_UNAVAILABLE, "later").into_response()),
        RobotFault::Errcode if errcode == 0 => Some("channel_is_archived".into_response()),
        RobotFault::Errcode => Some(refused(errcode, "too many messages")),
    }
}

/// The members of a body of JSON that has these and no others.
fn members(headers: &HeaderMap, body: &[u8], names: &[&str]) -> Option<Map<String, Value>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let Value::Object(members) = serde_json::from_slice(body).ok().filter(|_| kind.starts_with("application/json"))? else { return None };
    (members.len() == names.len() && names.iter().all(|name| members.contains_key(*name))).then_some(members)
}

/// What is named once.
fn one<'a>(asked: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut named = asked.iter().filter(|(known, _)| known == name);
    let (_, value) = named.next()?;
    named.next().is_none().then_some(value)
}

/// Whether DingTalk's robot is asked by whoever knows its secret, about now. `now` in unix seconds.
fn is_signed(asked: &[(String, String)], now: i64) -> bool {
    let (Some(timestamp), Some(sign)) = (one(asked, "timestamp"), one(asked, "sign")) else { return false };
    let is_now = timestamp.parse::<i64>().is_ok_and(|at| (at - now * 1_000).abs() <= DRIFT);
    let key = hmac::Key::new(hmac::HMAC_SHA256, ROBOT_SECRET.as_bytes());
    is_now && STANDARD.decode(sign).is_ok_and(|sign| hmac::verify(&key, format!("{timestamp}\n{ROBOT_SECRET}").as_bytes(), &sign).is_ok())
}

fn refused(errcode: i64, errmsg: &str) -> Response {
    Json(json!({ "errcode": errcode, "errmsg": errmsg })).into_response()
}

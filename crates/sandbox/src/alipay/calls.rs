//! The two ways in: the gateway of forms, by GET and POST, and the REST calls. Each proves the sender over the
//! raw bytes before anything is read, then both carry out the same methods.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::routing::{any, get};
use gateway::alipay::server::{
    BILL, Charset, Content, ErrorReply, Members, RestRequest, SlashStyle, answer_in, documented, object, parse_form, read_in,
    rest_answer_headers, rest_authorize, rest_method,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::bills;
use super::methods::carry_out;
use super::server::Alipay;
use crate::broken::BrokenOff;
use crate::faults::CallFault;
use crate::random::word;

pub(super) fn routes() -> Router<Arc<Alipay>> {
    let router = Router::new().route("/gateway.do", get(forms).post(forms)).route("/v3/alipay/{*path}", any(rest));
    router.route(bills::FILE_PATH, get(download))
}

type Shared = State<Arc<Alipay>>;

/// What calls may be written in beside UTF-8. GB 2312 is a part of GBK, as Alipay takes it.
const CHARSETS: [Charset; 2] =
    [Charset { name: "gbk", decode: from_gbk, encode: to_gbk }, Charset { name: "gb2312", decode: from_gbk, encode: to_gbk }];

fn from_gbk(bytes: &[u8]) -> Option<String> {
    encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
}

fn to_gbk(text: &str) -> Option<Vec<u8>> {
    let (bytes, _, has_strangers) = encoding_rs::GBK.encode(text);
    (!has_strangers).then(|| bytes.into_owned())
}

async fn forms(State(server): Shared, uri: Uri, body: Bytes) -> Response<Body> {
    let fault = server.env.next_call_fault();
    let (method, outcome, charset) = match read_in(uri.query().unwrap_or_default(), &body, &server.keys.application, &CHARSETS) {
        Err(denied) => (denied.method, Err(denied.refusal), denied.charset),
        Ok(call) => {
            let content = |now| Content::parse(&call.method, call.content, now);
            let outcome = faulty(&server, fault, |now| carry_out(&server, content(now)?, call.notify_url));
            (Some(call.method), outcome, call.charset)
        }
    };
    tracing::info!(method, code = outcome.as_ref().map_or_else(|refusal| refusal.sub_code, |_| "10000"), "call");
    slowly(&server).await;
    let shape = if server.env.faults().plain_slashes { SlashStyle::PlainSlashes } else { SlashStyle::EscapedSlashes };
    let body = answer_in(charset, &server.keys.alipay, method.as_deref(), &outcome, shape, fault.spoils_signature());
    let mut response = Response::new(sent(body, fault));
    // What the live service calls its JSON.
    let kind = HeaderValue::from_str(&format!("text/html;charset={}", charset.name)).expect("names of charsets are header values");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

async fn rest(
    State(server): Shared,
    Path(path): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let fault = server.env.next_call_fault();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let request = RestRequest {
        method: method.as_str(),
        target: uri.path_and_query().map_or("/", |target| target.as_str()),
        body: &body,
        authorization: text("authorization"),
        auth_token: text("alipay-app-auth-token"),
        request_id: text("alipay-request-id"),
    };
    let questions = parse_form(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    // What is only asked comes by GET there.
    let by = |known: &&str| if *known == BILL { Method::GET } else { Method::POST };
    let known = rest_method(&format!("alipay/{path}")).filter(|known| method == by(known));
    let outcome = rest_authorize(&request, &server.keys.application, server.env.clock.now()).and_then(|()| {
        let known = known.ok_or(ErrorReply::protocol("40002", "isv.invalid-method", "不存在的方法名"))?;
        let illegal = ErrorReply::protocol("40002", "isv.illegal-json", "非法的JSON字符串");
        let read = if method == Method::GET { Ok(asked(questions)) } else { serde_json::from_slice(&body) };
        let Ok(Value::Object(content)) = read else { return Err(illegal) };
        let notify_url = content.get("notify_url").and_then(Value::as_str).unwrap_or_default().to_owned();
        faulty(&server, fault, |now| carry_out(&server, Content::parse(known, content, now)?, notify_url))
    });
    tracing::info!(path, code = outcome.as_ref().map_or_else(|refusal| refusal.sub_code, |_| "10000"), "call");
    slowly(&server).await;
    let trace = ("alipay-trace-id", word::<32>(&server.env.random));
    match outcome {
        Ok(members) => {
            let body = object(&members).into_bytes();
            let signed: &[u8] = if fault.spoils_signature() { b"something else" } else { &body };
            let signature = rest_answer_headers(&server.keys.alipay, server.env.clock.now(), &word::<32>(&server.env.random), signed);
            json_response(StatusCode::OK, signature.into_iter().chain([trace]), sent(body, fault))
        }
        Err(refusal) => {
            let (status, code) = refusal.rest();
            let body = json!({ "code": code, "message": refusal.sub_msg, "links": [] }).to_string();
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            json_response(status, [trace], Body::from(body))
        }
    }
}

/// What a query asks, as content.
fn asked(questions: Vec<(String, String)>) -> Value {
    Value::Object(questions.into_iter().map(|(name, value)| (name, Value::from(value))).collect())
}

/// A bill to those who know where it lies.
async fn download(State(server): Shared, Query(named): Query<BillFile>) -> Response<Body> {
    slowly(&server).await;
    let Some(file) = bills::download(&server, &named.file_id) else {
        let mut response = Response::new(Body::from("<html>链接已失效</html>"));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html;charset=utf-8"));
        return response;
    };
    let mut response = Response::new(Body::from(file));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    response
}

#[derive(Deserialize)]
struct BillFile {
    #[serde(rename = "fileId")]
    file_id: String,
}

/// Carries it out as the fault of the moment lets it.
fn faulty(server: &Alipay, fault: CallFault, effect: impl FnOnce(i64) -> Result<Members, ErrorReply>) -> Result<Members, ErrorReply> {
    let now = server.env.clock.now();
    match fault {
        CallFault::ServerError => Err(ErrorReply::unknown_error()),
        CallFault::NamedError => Err(documented(&server.env.faults().named_error_code).unwrap_or(ErrorReply::unknown_error())),
        CallFault::ServerErrorAfterEffect => effect(now).and(Err(ErrorReply::unknown_error())),
        CallFault::UnsignedError => {
            effect(now).and(Err(ErrorReply { signed: false, ..ErrorReply::business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭") }))
        }
        CallFault::None | CallFault::BrokenAnswer | CallFault::WrongSignature | CallFault::SignatureProbe => effect(now),
    }
}

async fn slowly(server: &Alipay) {
    let slow = server.env.faults().slow_milliseconds;
    if slow > 0 {
        tokio::time::sleep(Duration::from_millis(slow)).await;
    }
}

fn sent(body: Vec<u8>, fault: CallFault) -> Body {
    match fault {
        CallFault::BrokenAnswer => Body::new(BrokenOff),
        _ => Body::from(body),
    }
}

fn json_response(status: StatusCode, headers: impl IntoIterator<Item = (&'static str, String)>, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
    for (name, value) in headers {
        let value = HeaderValue::from_str(&value).expect("numbers, letters and base64 are header values");
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

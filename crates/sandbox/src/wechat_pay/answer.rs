//! Turns an outcome into an HTTP answer: signed if it is a success, plain if it is an error, and
//! spoilt if a fault says so.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use gateway::wechat_pay::server::{ErrorReply, PlatformKey};

use super::server::WechatPay;
use crate::broken::BrokenOff;
use crate::faults::{CallFault, Signing};
use crate::random::{hex, word};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// The outcome of a call: a body, or nothing for 204.
pub type Outcome = Result<Option<Vec<u8>>, ErrorReply>;

/// The answer to a call. `wanted` is the key that the request names.
pub fn respond(server: &WechatPay, outcome: Outcome, fault: CallFault, wanted: Option<&str>) -> Response<Body> {
    match outcome {
        Ok(body) => success(server, body, fault, wanted),
        Err(refusal) => error(server, &refusal, wanted),
    }
}

fn success(server: &WechatPay, body: Option<Vec<u8>>, fault: CallFault, wanted: Option<&str>) -> Response<Body> {
    let status = if body.is_some() { StatusCode::OK } else { StatusCode::NO_CONTENT };
    let body = body.unwrap_or_default();
    let nonce = word::<32>(&server.env.random);
    let signed = match fault {
        CallFault::WrongSignature => b"something else".as_slice(),
        _ => body.as_slice(),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    sign(server, &mut response, wanted, signed, &nonce, fault == CallFault::SignatureProbe);
    set(&mut response, REQUEST_ID, &request_id(server, 0));
    if status == StatusCode::OK {
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    }
    if fault == CallFault::BrokenAnswer {
        // The announced length never arrives, so the client sees a broken connection.
        set(&mut response, header::CONTENT_LENGTH, &body.len().max(1).to_string());
        *response.status_mut() = StatusCode::OK;
        *response.body_mut() = Body::new(BrokenOff);
    } else {
        *response.body_mut() = Body::from(body);
    }
    response
}

/// The key that signs an answer: the account's stage decides, and while it changes, the request, or else `nonce` by chance.
fn answering_key<'a>(server: &'a WechatPay, wanted: Option<&str>, nonce: &str) -> &'a PlatformKey {
    let (certificate, next) = (&server.keys.certificate.key, &server.keys.next_certificate.key);
    match server.env.faults().signing {
        Signing::PublicKey => &server.keys.platform,
        Signing::Migrating if wanted == Some(&server.keys.platform.id) => &server.keys.platform,
        Signing::Migrating | Signing::Certificate => certificate,
        Signing::Rotating if wanted == Some(&certificate.id) => certificate,
        Signing::Rotating if wanted == Some(&next.id) => next,
        Signing::Rotating => [certificate, next][usize::from(nonce.bytes().fold(0, u8::wrapping_add) % 2)],
    }
}

fn sign(server: &WechatPay, response: &mut Response<Body>, wanted: Option<&str>, signed: &[u8], nonce: &str, is_probe: bool) {
    for (name, value) in answering_key(server, wanted, nonce).sign(server.env.clock.now(), nonce, signed) {
        let value = if is_probe && name == "wechatpay-signature" { format!("WECHATPAY/SIGNTEST/{value}") } else { value };
        set(response, HeaderName::from_static(name), &value);
    }
}

/// Unsigned, but for 202: that is an answer of the 2xx, if none that decides anything.
fn error(server: &WechatPay, refusal: &ErrorReply, wanted: Option<&str>) -> Response<Body> {
    let mut response = Response::new(Body::from(refusal.body()));
    *response.status_mut() = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    set(&mut response, REQUEST_ID, &request_id(server, refusal.internal));
    if response.status().is_success() {
        sign(server, &mut response, wanted, &refusal.body(), &word::<32>(&server.env.random), false);
    }
    response
}

/// An error's reference ends in the internal code that the provider's support asks for.
fn request_id(server: &WechatPay, internal: u32) -> String {
    format!("{}-{internal}", hex::<16>(&server.env.random))
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("identifiers, numbers and base64 are header values");
    response.headers_mut().insert(name, value);
}

//! Servers without a backend: files that were built, and what stands for Adyen's servers, which answers each call of its components.

use std::path::PathBuf;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use qrcode::{Color, QrCode};
use serde_json::{Value, json};

/// What WeChat Pay's codes hold.
const PAYLOAD: &str = "weixin://wxpay/bizpayurl?pr=p4lpSuKzz";
/// Pixels a module.
const SCALE: usize = 8;

/// The files of a folder, as compressed as they lie there; all else is answered as Adyen's servers would.
pub fn router(folder: PathBuf) -> Router {
    Router::new().fallback(answer).with_state(folder)
}

async fn answer(State(folder): State<PathBuf>, request: Request) -> Response {
    let path = request.uri().path();
    let mut response = file(&folder, path).or_else(|| adyen(path)).unwrap_or_else(|| StatusCode::NO_CONTENT.into_response());
    for name in [header::ACCESS_CONTROL_ALLOW_ORIGIN, header::ACCESS_CONTROL_ALLOW_HEADERS] {
        response.headers_mut().insert(name, HeaderValue::from_static("*"));
    }
    response
}

fn file(folder: &std::path::Path, path: &str) -> Option<Response> {
    let kind = match path.rsplit_once('.')?.1 {
        "js" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        _ => return None,
    };
    let bytes = std::fs::read(folder.join(format!("{}.br", path.trim_start_matches('/')))).ok()?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    Some((headers, bytes).into_response())
}

/// The answer to a call of Adyen's components; none to leave for a call, which is asked for first.
fn adyen(path: &str) -> Option<Response> {
    let answer = match path {
        "/v1/sessions/bench/setup" => session(),
        "/v1/sessions/bench/payments" => json!({
            "resultCode": "Pending", "sessionData": "bench",
            "action": { "type": "qrCode", "paymentMethodType": "wechatpayQR", "paymentData": "bench", "qrCodeData": PAYLOAD },
        }),
        "/services/PaymentInitiation/v1/status" => json!({ "payload": "", "resultCode": "pending", "type": "pending" }),
        "/v3/analytics" => json!({ "checkoutAttemptId": "bench" }),
        "/utility/v1/barcode.png" => return Some(([(header::CONTENT_TYPE, "image/png")], picture()).into_response()),
        path if path.starts_with("/images/") => {
            let logo = r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="26"><path fill="#1aad19" d="M0 0h40v26H0z"/></svg>"##;
            return Some(([(header::CONTENT_TYPE, "image/svg+xml")], logo).into_response());
        }
        _ => return None,
    };
    Some(Json(answer).into_response())
}

fn session() -> Value {
    json!({
        "id": "bench", "sessionData": "bench", "expiresAt": "2099-01-01T00:00:00Z", "returnUrl": "https://shop.example/",
        "amount": { "currency": "CNY", "value": 14_800 }, "countryCode": "CN", "shopperLocale": "en-US", "configuration": {},
        "paymentMethods": { "paymentMethods": [{ "name": "WeChat Pay", "type": "wechatpayQR" }] },
    })
}

/// A code as PNG, with a quiet zone of four modules.
fn picture() -> Vec<u8> {
    let code = QrCode::new(PAYLOAD).unwrap();
    let (modules, colors) = (code.width(), code.to_colors());
    let side = (modules + 8) * SCALE;
    let is_dark = |x: usize, y: usize| match ((x / SCALE).checked_sub(4), (y / SCALE).checked_sub(4)) {
        (Some(x), Some(y)) if x < modules && y < modules => colors[y * modules + x] == Color::Dark,
        _ => false,
    };
    let pixels: Vec<u8> = (0..side * side).map(|at| if is_dark(at % side, at / side) { 0 } else { 255 }).collect();
    let mut bytes = Vec::new();
    let length = u32::try_from(side).unwrap();
    let mut encoder = png::Encoder::new(&mut bytes, length, length);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

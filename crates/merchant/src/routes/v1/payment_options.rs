//! How a shopper wants to pay, read from a body.

use protocol::{Method, Surface};

use super::super::App;
use super::extract::text;
use super::return_url;
use crate::order_service::PaymentOptions;
use crate::response::ApiError;
use crate::signed_request::SignedRequest;

/// The longest that a browser may say of itself: with a payment's id it fits into what WeChat carries.
const LONGEST_MARK: usize = 64;

/// The members `method`, `surface`, `return_url` and `browser`.
pub(super) fn read(app: &App, asked: &SignedRequest) -> Result<PaymentOptions, ApiError> {
    let body = asked.json()?;
    let method = body.text("method").map_err(|_| ApiError::Field("method"))?;
    let method = Method::parse(method).ok_or(ApiError::MethodNotOffered)?;
    let surface = body.text("surface").ok().and_then(Surface::parse).ok_or(ApiError::Field("surface"))?;
    // A wallet leads shoppers there: to a page that may ask us, and to no other.
    let return_url = text(body, "return_url")?.map(|page| return_url::read(&page, |origin| app.origins.allows(origin))).transpose();
    let return_url = return_url.map_err(|_| ApiError::ReturnUrl)?.flatten();
    let browser = text(body, "browser")?;
    let is_mark = |mark: &String| (1..=LONGEST_MARK).contains(&mark.len()) && mark.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if browser.as_ref().is_some_and(|mark| !is_mark(mark)) {
        return Err(ApiError::Field("browser"));
    }
    Ok(PaymentOptions { method, surface, return_url, browser, client_ip: asked.client.address() })
}

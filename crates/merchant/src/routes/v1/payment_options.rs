//! How a shopper wants to pay, read from a body.

use protocol::{Method, Surface};

use super::super::App;
use super::return_url;
use crate::order_service::PaymentOptions;
use crate::response::ApiError;
use crate::signed_request::SignedRequest;

/// The members `method`, `surface` and `return_url`.
pub(super) fn read(app: &App, asked: &SignedRequest) -> Result<PaymentOptions, ApiError> {
    let body = asked.json()?;
    let method = body.text("method").map_err(|_| ApiError::Field("method"))?;
    let method = Method::parse(method).ok_or(ApiError::MethodNotOffered)?;
    let surface = body.text("surface").ok().and_then(Surface::parse).ok_or(ApiError::Field("surface"))?;
    let page = body.maybe("return_url", |url| url.as_text().map(str::to_owned)).map_err(|_| ApiError::Field("return_url"))?;
    // A wallet leads shoppers there: to a page that may ask us, and to no other.
    let return_url = page.map(|page| return_url::read(&page, |origin| app.origins.allows(origin))).transpose();
    let return_url = return_url.map_err(|_| ApiError::ReturnUrl)?.flatten();
    Ok(PaymentOptions { method, surface, return_url, client_ip: asked.client.address() })
}

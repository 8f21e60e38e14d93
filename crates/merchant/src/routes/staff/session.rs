//! `/staff/session`: a key of the admin API with the scope of a door or of a counter is exchanged for a cookie that no script reads, good for
//! twelve hours and for no longer than the key.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use protocol::base64::{Alphabet, encode};
use protocol::{Currency, Money};
use serde::Deserialize;
use serde_json::{Value, json};

use super::duty::{OnDuty, Session, cookie, cookie_name, digest};
use super::host::Staff;
use super::refusal::Refusal;
use crate::api_keys::{self, Scope};
use crate::number::OrderNumber;
use crate::random;
use crate::store::StaffSession;

/// For how long a session is good, seconds.
const LIFE: i64 = 12 * 3600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    key: String,
}

pub(super) async fn begin(State(staff): State<Staff>, headers: HeaderMap, body: Bytes) -> Result<Response<Body>, Refusal> {
    let service = &staff.app.service;
    let Begin { key: secret } = serde_json::from_slice(&body).map_err(|_| Refusal::bad("key: that of whoever stands there"))?;
    let now = service.now();
    let key = api_keys::find(&service.store, secret.trim()).await?.filter(|key| !key.has_expired(now));
    let Some(key) = key else { return Err(Refusal::not_logged_in()) };
    if !key.may(Scope::Doors) && !key.may(Scope::Counter) {
        return Err(Refusal::no_scope("doors or counter"));
    }
    // Whoever has a key need not know the PIN that somebody else has chosen: what was open before is over.
    if let Some(before) = cookie(&headers, staff.host.is_https()) {
        service.store.end_staff_session(&digest(before)).await?;
        service.staff.wake();
    }
    let token = encode(Alphabet::Url, &random::bytes::<32>());
    service.store.keep_staff_session(&digest(&token), &key.id, now, now + LIFE).await?;
    tracing::info!(key = key.id, "somebody logged in on the pages for staff");
    let told = told(&staff, &StaffSession { key, pin: None, faces: None }).await?;
    Ok(with_cookie(told, &staff, &token, LIFE))
}

pub(super) async fn tell(State(staff): State<Staff>, session: Session) -> Result<Response<Body>, Refusal> {
    told(&staff, &session.is).await
}

/// Ends the session of whoever works here: a customer ends nothing.
pub(super) async fn end(State(staff): State<Staff>, session: Option<OnDuty>) -> Result<Response<Body>, Refusal> {
    if let Some(OnDuty(session)) = session {
        staff.app.service.store.end_staff_session(&session.digest).await?;
        staff.app.service.staff.wake();
    }
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), &staff, "", 0))
}

/// What the page says of who is logged in, and of whose shop this is. Turned to a customer it says what that side shows, and nothing else.
async fn told(staff: &Staff, session: &StaffSession) -> Result<Response<Body>, Refusal> {
    let service = &staff.app.service;
    let (backend, merchant_key) = (&service.public_url, service.keys.merchant_key());
    let mut body = json!({ "shop": service.name.get(""), "now": service.now(), "backend": backend, "merchant_key": merchant_key });
    match &session.faces {
        Some(order) => {
            let order = service.store.order(order).await?;
            let number = OrderNumber::of(&order.id).to_string();
            body["faces"] = json!({ "order": order.id.as_str(), "number": number, "money": money(order.money()) });
        }
        None => {
            let key = &session.key;
            body["name"] = json!(key.name);
            body["sells"] = json!(key.may(Scope::Counter));
            body["is_open"] = json!(session.pin.is_some());
            body["refund_limit"] = key.refund_limit.map_or(Value::Null, money);
            if let Some(currency) = Currency::parse(&service.catalog.currency()) {
                body["nothing"] = money(Money { amount: 0, currency });
            }
        }
    }
    Ok(([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response())
}

/// An amount for the page: minor units, and how many of its digits stand behind the point.
pub(super) fn money(money: Money) -> Value {
    json!({ "amount": money.amount, "currency": money.currency.as_str(), "exponent": money.currency.exponent() })
}

fn with_cookie(mut response: Response<Body>, staff: &Staff, token: &str, life: i64) -> Response<Body> {
    let is_https = staff.host.is_https();
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!("{}={token}; Path=/; Max-Age={life}; HttpOnly; SameSite=Strict{secure}", cookie_name(is_https));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

//! The two sides of a counter: the PIN that somebody chooses when it is opened, the screen as it is turned to a customer, and the way back.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::json;

use super::super::duty::{AtCounter, OnDuty, Session};
use super::super::host::Staff;
use super::super::refusal::Refusal;
use super::sold::sold_here;
use crate::api_keys::Scope;
use crate::store::PinGuess;

/// How many digits a PIN has.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=8;
/// How often it may be wrong until the session ends.
const TRIES: i64 = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    pin: String,
}

fn read(body: &[u8]) -> Result<String, Refusal> {
    let Typed { pin } = serde_json::from_slice(body).map_err(|_| Refusal::bad("pin: digits"))?;
    let is_good = DIGITS.contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit());
    if is_good { Ok(pin) } else { Err(Refusal::new(StatusCode::BAD_REQUEST, "pin-malformed", "pin: 4 to 8 digits")) }
}

/// Opens the counter in this session. A PIN that is there stays: another one takes another session.
pub(super) async fn choose(State(staff): State<Staff>, OnDuty(session): OnDuty, body: Bytes) -> Result<Response<Body>, Refusal> {
    if !session.is.key.may(Scope::Counter) {
        return Err(Refusal::no_scope("counter"));
    }
    let pin = read(&body)?;
    if !staff.app.service.store.choose_pin(&session.digest, &session.digest_of_pin(&pin)).await? {
        return Err(Refusal::conflict("pin-chosen", "this session has a PIN already; log in again for another one"));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Turns the screen to the customer of an order that was made before.
pub(super) async fn show(
    State(staff): State<Staff>,
    AtCounter(session): AtCounter,
    Path(order): Path<String>,
) -> Result<Response<Body>, Refusal> {
    let order = sold_here(&staff, &session, &order).await?;
    staff.app.service.store.face(&session.digest, &order).await?;
    staff.app.service.staff.wake();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Turns it back for whoever knows the PIN.
pub(super) async fn back(State(staff): State<Staff>, session: Session, body: Bytes) -> Result<Response<Body>, Refusal> {
    let pin = read(&body)?;
    let guess = staff.app.service.store.guess_pin(&session.digest, &session.digest_of_pin(&pin), TRIES).await?;
    match guess {
        PinGuess::Right => {
            staff.app.service.staff.wake();
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        PinGuess::Wrong(left) => {
            tracing::warn!(key = session.key_id(), left, "a wrong PIN at a counter");
            Err(Refusal::new(StatusCode::FORBIDDEN, "pin-wrong", "another PIN was chosen").with("left", json!(left)))
        }
        PinGuess::Over => {
            tracing::warn!(key = session.key_id(), "a counter was closed after too many wrong PINs");
            staff.app.service.staff.wake();
            Err(Refusal::not_logged_in())
        }
    }
}

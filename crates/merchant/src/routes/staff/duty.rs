//! Who asks: the session that a request belongs to, and what may be done in it. While the screen is turned to a customer, that is what the
//! customer's side needs, whatever address somebody types.

use aws_lc_rs::hmac;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use protocol::Digest;
use protocol::base64::{Alphabet, encode};

use super::host::Staff;
use super::refusal::Refusal;
use crate::api_keys::Scope;
use crate::store::StaffSession;

/// A session that is good, whoever is before the screen.
pub(super) struct Session {
    pub(super) is: StaffSession,
    /// By which the records know it.
    pub(super) digest: String,
    /// What the browser holds.
    token: String,
}

/// Somebody of the staff is before the screen.
pub(super) struct OnDuty(pub(super) Session);

/// Somebody who may let people in.
pub(super) struct AtDoor(pub(super) Session);

/// Somebody who sells, with a PIN that leads back from the customer's side.
pub(super) struct AtCounter(pub(super) Session);

impl Session {
    /// The digest of a PIN in this session. It is made under the cookie, which the records do not hold: who reads them finds no PIN, however
    /// few digits it has.
    pub(super) fn digest_of_pin(&self, pin: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.token.as_bytes());
        encode(Alphabet::Url, hmac::sign(&key, format!("pin {pin}").as_bytes()).as_ref())
    }

    /// The id of the key that it was given for.
    pub(super) fn key_id(&self) -> &str {
        &self.is.key.id
    }

    fn must(self, scopes: &[Scope]) -> Result<Session, Refusal> {
        let names = || scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" or ");
        if scopes.iter().any(|scope| self.is.key.may(*scope)) { Ok(self) } else { Err(Refusal::no_scope(&names())) }
    }
}

impl FromRequestParts<Staff> for Session {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, staff: &Staff) -> Result<Session, Refusal> {
        let Some(token) = cookie(&parts.headers, staff.host.is_https()) else { return Err(Refusal::not_logged_in()) };
        let (now, digest) = (staff.app.service.now(), digest(token));
        let known = staff.app.service.store.staff_session(&digest, now).await?;
        let known = known.filter(|session| !session.key.has_expired(now));
        let is_staff = |session: &StaffSession| session.key.may(Scope::Doors) || session.key.may(Scope::Counter);
        match known.filter(is_staff) {
            Some(is) => Ok(Session { is, digest, token: token.to_owned() }),
            None => Err(Refusal::not_logged_in()),
        }
    }
}

impl FromRequestParts<Staff> for OnDuty {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, staff: &Staff) -> Result<OnDuty, Refusal> {
        let session = <Session as FromRequestParts<Staff>>::from_request_parts(parts, staff).await?;
        match &session.is.faces {
            None => Ok(OnDuty(session)),
            Some(_) => Err(Refusal::new(StatusCode::FORBIDDEN, "customer-side", "the screen is turned to a customer; the PIN leads back")),
        }
    }
}

/// Nobody is nobody; a customer is refused.
impl OptionalFromRequestParts<Staff> for OnDuty {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, staff: &Staff) -> Result<Option<OnDuty>, Refusal> {
        match <OnDuty as FromRequestParts<Staff>>::from_request_parts(parts, staff).await {
            Err(refusal) if refusal.is_of_nobody() => Ok(None),
            found => found.map(Some),
        }
    }
}

impl FromRequestParts<Staff> for AtDoor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, staff: &Staff) -> Result<AtDoor, Refusal> {
        let OnDuty(session) = <OnDuty as FromRequestParts<Staff>>::from_request_parts(parts, staff).await?;
        session.must(&[Scope::Doors, Scope::Counter]).map(AtDoor)
    }
}

impl FromRequestParts<Staff> for AtCounter {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, staff: &Staff) -> Result<AtCounter, Refusal> {
        let OnDuty(session) = <OnDuty as FromRequestParts<Staff>>::from_request_parts(parts, staff).await?;
        let session = session.must(&[Scope::Counter])?;
        match &session.is.pin {
            Some(_) => Ok(AtCounter(session)),
            None => Err(Refusal::conflict("pin-missing", "choose a PIN first, which leads back from the customer's side")),
        }
    }
}

/// Browsers take the first name from this host and by https alone.
pub(super) fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-staff" } else { "staff" }
}

/// What a browser holds of its session.
pub(super) fn cookie(headers: &HeaderMap, is_https: bool) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    all.filter_map(|one| one.trim().split_once('=')).find(|(known, _)| *known == cookie_name(is_https)).map(|(_, token)| token)
}

/// By what the records know a session.
pub(super) fn digest(token: &str) -> String {
    Digest::of(token.as_bytes()).to_base64()
}

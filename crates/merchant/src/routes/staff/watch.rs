//! `GET /staff/watch?faces=`: held until the session is over, or the screen is to show something else. So a page closes within a round trip
//! when its key is revoked, and asks nothing meanwhile.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::json;

use super::super::strangers::silence;
use super::door::said;
use super::duty::Session;
use super::host::Staff;
use super::refusal::Refusal;
use crate::client::Client;

/// For how long it is held.
const LONGEST: Duration = Duration::from_secs(25);
/// For how long a page is silent where too many are held, seconds.
const PAUSE: u64 = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// The order that the page shows a customer; empty if none.
    #[serde(default)]
    faces: String,
}

pub(super) async fn watch(
    State(staff): State<Staff>,
    session: Session,
    Query(seen): Query<Seen>,
    request: Request,
) -> Result<Response<Body>, Refusal> {
    let (app, digest) = (&staff.app, session.digest);
    let client = Client::of(request.headers(), request.extensions(), app.proxies);
    let (mut heard, mut stopping) = (app.service.staff.listen(), app.stopping.clone());
    let Some(_place) = app.limits.polls.hold(&client) else { return Ok(silence(PAUSE)) };
    let time = tokio::time::sleep(LONGEST);
    tokio::pin!(time);
    loop {
        let now = app.service.now();
        let session = app.service.store.staff_session(&digest, now).await?.filter(|session| !session.key.has_expired(now));
        let session = session.ok_or_else(Refusal::not_logged_in)?;
        if session.faces.as_ref().map_or("", |order| order.as_str()) != seen.faces {
            return Ok(said(&json!({ "changed": true })));
        }
        tokio::select! {
            _ = heard.changed() => {}
            () = &mut time => return Ok(StatusCode::NO_CONTENT.into_response()),
            _ = stopping.wait_for(|stopping| *stopping) => return Ok(StatusCode::NO_CONTENT.into_response()),
        }
    }
}

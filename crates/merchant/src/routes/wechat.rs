//! WeChat's Official Account: `/notify/official_account` for its callbacks, `/wechat/openid` for shoppers who come back from its page of
//! OAuth.

use axum::body::{Body, Bytes};
use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect};
use gateway::official_account::acknowledgement;
use serde::Deserialize;

use super::App;
use super::notify::{as_response, kept};

/// WeChat asks whether this address is ours.
pub(super) async fn check(State(app): State<App>, RawQuery(query): RawQuery) -> Response<Body> {
    match app.service.echoed(&query.unwrap_or_default()) {
        Some(Ok(echo)) => ([(header::CONTENT_TYPE, "text/plain")], echo).into_response(),
        Some(Err(error)) => {
            tracing::warn!(%error, "a check of the callback's address was refused");
            StatusCode::UNAUTHORIZED.into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// WeChat tells of an event: written before it is acknowledged.
pub(super) async fn receive(State(app): State<App>, RawQuery(query): RawQuery, body: Bytes) -> Response<Body> {
    let accepted = match app.service.called_back(&query.unwrap_or_default(), &body) {
        None => return StatusCode::NOT_FOUND.into_response(),
        Some(Err(error)) => {
            tracing::warn!(%error, "a callback was refused");
            return as_response(acknowledgement(false));
        }
        Some(Ok(delivery)) => kept(app.service.followed(&delivery, &body).await),
    };
    if accepted { as_response(acknowledgement(true)) } else { StatusCode::SERVICE_UNAVAILABLE.into_response() }
}

#[derive(Deserialize)]
pub(super) struct Back {
    state: String,
    code: Option<String>,
}

/// A shopper comes back from WeChat's page and is led on to the shop's.
pub(super) async fn come_back(State(app): State<App>, Query(back): Query<Back>) -> Response<Body> {
    let mut response = match app.service.came_back(&back.state, back.code.as_deref()).await {
        Ok(Some(page)) => Redirect::to(&page).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(failure) => {
            tracing::error!(%failure, "a shopper who came back from WeChat could not be redirected");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The address holds what WeChat told us alone.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

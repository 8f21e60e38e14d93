//! `POST /notify/{provider}`: the provider's word, verified by its gateway, written before it is acknowledged.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use gateway::{NotificationEvent, NotificationReply};

use super::App;
use crate::fault;
use crate::observing::NotificationOutcome;
use crate::store::{Received, StoreError};

pub(super) async fn receive(State(app): State<App>, Path(provider): Path<String>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let Some(account) = app.service.providers.named(&provider) else { return nobody() };
    let Some(notification) = account.notification(&headers, &body, app.service.now()).await else { return nobody() };
    let accepted = match notification {
        Err(error) => {
            tracing::warn!(%error, provider, "a notification was refused");
            app.service.metrics.notified(&provider, NotificationOutcome::Refused);
            return refused(account.acknowledge(false));
        }
        Ok(notification) => {
            let received = Received { provider: &provider, id: &notification.id, body: &body };
            match &notification.event {
                NotificationEvent::Paid(fact) => kept(app.service.money_notified(received, fact).await),
                NotificationEvent::Refund { payment_id, refund_id, status } => {
                    kept(app.service.refund_notified(received, payment_id, refund_id.as_deref(), status).await)
                }
                // Not even kept: anybody could fill the records with such.
                NotificationEvent::Ask { payment_id, provider_ref } => {
                    kept(app.service.told_to_ask(&provider, payment_id.as_deref(), provider_ref.as_deref()).await)
                }
                other => {
                    tracing::info!(?other, provider, "a notification of a kind that changes nothing here");
                    kept(app.service.store.keep(received, app.service.now()).await.map(drop))
                }
            }
        }
    };
    fault::point("notification-not-answered");
    let outcome = if accepted { NotificationOutcome::Accepted } else { NotificationOutcome::Failed };
    app.service.metrics.notified(&provider, outcome);
    let Some(reply) = account.acknowledge(accepted) else { return nobody() };
    as_response(reply)
}

/// What nobody proved to come from the provider is the sender's fault. A provider whose new key we do not know yet sends it again, as
/// after every status that is not 2xx.
fn refused(reply: Option<NotificationReply>) -> Response<Body> {
    reply.map_or_else(nobody, |reply| as_response(NotificationReply { status: StatusCode::UNAUTHORIZED.as_u16(), ..reply }))
}

/// What the provider gets to hear, byte for byte.
pub(super) fn as_response(reply: NotificationReply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    response
}

/// No provider notifies there.
fn nobody() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Whether a notification may be acknowledged: only once it is written.
pub(super) fn kept(result: Result<(), StoreError>) -> bool {
    if let Err(error) = &result {
        tracing::error!(%error, "a notification could not be stored");
    }
    result.is_ok()
}

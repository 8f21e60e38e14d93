//! `GET /o/{order}`: the page of an order. What is for its buyer alone is opened by the key in the fragment of its address, which this
//! server never sees.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use protocol::OrderId;

use super::super::App;
use super::document::{escaped, page, spoken};
use crate::store::StoreError;

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let words = spoken(&headers);
    let found = match OrderId::parse(&id) {
        Some(id) => app.service.store.order(&id).await.map(Some),
        None => Ok(None),
    };
    let name = app.service.name.get(words.lang);
    let say = |status, text: &str| page(status, words, name, &format!("<h1>{}</h1>\n<p>{}</p>", escaped(name), escaped(text)));
    match found {
        Ok(Some(order)) => {
            let (id, key, backend) = (order.id.as_str(), app.service.keys.merchant_key(), &app.service.public_url);
            let (key, backend) = (escaped(&key), escaped(backend));
            let content = format!(
                "<qr-checkout order=\"{id}\" owner backend=\"{backend}\" merchant-key=\"{key}\">\n\
                 <noscript><h1>{}</h1>\n<p>{}</p></noscript>\n</qr-checkout>",
                escaped(name),
                escaped(words.checkout_not_shown)
            );
            page(StatusCode::OK, words, name, &content)
        }
        Ok(None) | Err(StoreError::NoOrder) => say(StatusCode::NOT_FOUND, words.no_such_order),
        Err(error) => {
            tracing::error!(%error, "the page of an order could not be made");
            say(StatusCode::SERVICE_UNAVAILABLE, words.try_later)
        }
    }
}

//! `GET /o/{order}`: the page of an order. What is for its buyer alone is opened by the key in the fragment of its address, which this
//! server never sees.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use maud::html;

use super::super::App;
use super::document::{Page, said, spoken};
use super::finding::find;

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let words = spoken(&headers);
    let name = app.service.name.get(words.lang);
    let order = match find(&app, &id).await {
        Ok(order) => order,
        Err(missing) => return said(missing.status(), words, "../", name, missing.text(words)),
    };
    let (key, backend) = (app.service.keys.merchant_key(), &app.service.public_url);
    let content = html! {
        qr-checkout order=(order.id) owner hosted backend=(backend) merchant-key=(key) {
            noscript { h1 { (name) } p { (words.checkout_not_shown) } }
        }
    };
    Page { status: StatusCode::OK, words, root: "../", title: name, description: None, has_widget: true, is_watching: false, content }
        .respond()
}

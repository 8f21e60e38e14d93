//! `GET /l/{link}`: the page of a payment link. `POST /l/{link}`: orders what it sells, as the page of a cart does. A GET makes, counts and
//! consumes nothing.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{Response, StatusCode};

use super::super::App;
use super::buying::{ordered, shown};
use super::document::{said, spoken};
use crate::i18n::Words;
use crate::payment_links::{LinkId, PaymentLink};

/// From these pages to where this host's addresses begin.
const ROOT: &str = "../";

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response<Body> {
    match find(&app, &id, spoken(request.headers())).await {
        Ok(link) => shown(&app, request, ROOT, Some(link)).await,
        Err(missing) => *missing,
    }
}

pub(super) async fn order(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response<Body> {
    match find(&app, &id, spoken(request.headers())).await {
        Ok(link) => ordered(&app, request, ROOT, Some(link)).await,
        Err(missing) => *missing,
    }
}

/// The link of that name, or the page that says that there is none.
async fn find(app: &App, id: &str, words: &'static Words) -> Result<PaymentLink, Box<Response<Body>>> {
    let page = |status, text| Box::new(said(status, words, ROOT, app.service.name.get(words.lang), text));
    let unknown = || page(StatusCode::NOT_FOUND, words.pages.link_unknown);
    let id = LinkId::parse(id).ok_or_else(unknown)?;
    match app.service.store.payment_link(&id).await {
        Ok(link) => link.ok_or_else(unknown),
        Err(error) => {
            tracing::error!(%error, "the page of a payment link could not be made");
            Err(page(StatusCode::SERVICE_UNAVAILABLE, words.try_later))
        }
    }
}

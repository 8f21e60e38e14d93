//! The page of an order for whoever has just bought it, as the answer to a form alone: its own forms hold the owner key, so that each answers
//! with that page again. No address and no other page has the key.

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};
use protocol::{Order, OwnerKey};

use super::super::App;
use super::document::Page;
use super::paying::{Owned, Paying};
use super::surface::surface;
use crate::i18n::Words;
use crate::service_error::ServiceError;

/// Where the page stands, and what it says besides.
pub(super) struct Answer<'a> {
    pub(super) words: &'a Words,
    pub(super) headers: &'a HeaderMap,
    pub(super) root: &'static str,
    /// What went wrong just now, and the status of that.
    pub(super) said: Option<(StatusCode, &'a str)>,
}

impl Answer<'_> {
    /// The page. `key` has to be one of the order.
    pub(super) async fn page(&self, app: &App, order: Order, key: &OwnerKey) -> Response<Body> {
        let Answer { words, headers, root, said } = self;
        let service = &app.service;
        let order = service.refreshed(order).await;
        let opened = service.open(order.clone()).await.inspect_err(ServiceError::log).ok();
        let (ways, shop) = (service.providers.ways(&order.methods, order.is_test), service.name.get(words.lang));
        let owned = Some(Owned { key, opened: opened.as_ref() });
        let (status, said) = said.map_or((StatusCode::OK, None), |(status, said)| (status, Some(said)));
        let (surface, now, address) = (surface(headers), service.now(), service.page_of_order(&order.id));
        let (order, ways) = (&order, &ways);
        let paying = Paying { words, shop, order, ways, surface, now, root, owned, said, address, is_handed_over: false, asked: None };
        let content = paying.content();
        Page::plain(status, words, root, shop, content).respond()
    }
}

//! The order that an address names, or why no page shows it.

use axum::http::StatusCode;
use protocol::{Order, OrderId};

use super::super::App;
use crate::i18n::Words;
use crate::store::StoreError;

/// Why there is no order to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Nothing is at that address.
    Unknown,
    /// The records cannot be read at the moment.
    Later,
}

impl Missing {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Missing::Unknown => StatusCode::NOT_FOUND,
            Missing::Later => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(super) fn text(self, words: &Words) -> &'static str {
        match self {
            Missing::Unknown => words.no_such_order,
            Missing::Later => words.try_later,
        }
    }
}

/// The order of that id.
///
/// # Errors
/// [`Missing`]; what does not work goes into the log.
pub(super) async fn find(app: &App, id: &str) -> Result<Order, Missing> {
    let id = OrderId::parse(id).ok_or(Missing::Unknown)?;
    app.service.store.order(&id).await.map_err(|error| match error {
        StoreError::NoOrder => Missing::Unknown,
        error => {
            tracing::error!(%error, "the page of an order could not be made");
            Missing::Later
        }
    })
}

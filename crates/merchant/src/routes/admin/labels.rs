//! `GET /admin/v1/links/{link}/label`, `GET /admin/v1/places/{place}/label`: a label to print, which opens a payment link or a place.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use serde::Deserialize;

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, queried};
use super::{links, places};
use crate::api_keys::Scope;
use crate::labels::{Label, LabelError, LabelFormat};
use crate::payment_links::Sale;
use crate::shown::{MAX_NAME, judge_text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// `svg`, `png` or `pdf`.
    format: Option<String>,
    /// What stands below the code; what the link sells, or what the place is called, if absent.
    title: Option<String>,
}

pub(super) async fn of_link(
    State(app): State<App>,
    caller: Caller,
    Path(link): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Answer {
    caller.must(Scope::Read)?;
    let wanted = queried(wanted)?;
    let link = links::find(&app, &link).await?;
    let title = match &link.terms.sale {
        Sale::Amount(open) => open.name.clone(),
        Sale::Price(price) => price.lines.first().map(|line| line.name.clone()).unwrap_or_default(),
        Sale::Cart { .. } => String::new(),
    };
    drawn(&app, wanted, title, app.service.link_url(&link.id)).await
}

pub(super) async fn of_place(
    State(app): State<App>,
    caller: Caller,
    Path(place): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Answer {
    caller.must(Scope::Read)?;
    let wanted = queried(wanted)?;
    let place = places::find(&app, &place).await?;
    drawn(&app, wanted, place.name.clone(), app.service.place_url(&place.id)).await
}

/// The label of an address, as a file; `title` stands on it where none is wanted.
async fn drawn(app: &App, wanted: Wanted, title: String, url: String) -> Answer {
    let format = LabelFormat::parse(wanted.format.as_deref().unwrap_or("svg")).ok_or_else(|| AdminError::bad("format: svg, png or pdf"))?;
    if let Some(title) = &wanted.title {
        judge_text(title, MAX_NAME).map_err(|fault| AdminError::bad(format!("title: {fault}")))?;
    }
    let (service, title) = (app.service.clone(), wanted.title.unwrap_or(title));
    // Fonts are searched and pictures packed: the thread that answers others has no time for that.
    let drawing = tokio::task::spawn_blocking(move || {
        Label { shop: service.name.get(""), title: &title, url: &url }.file(format, &service.label_fonts)
    });
    let drawn = drawing.await.map_err(|_| AdminError::internal())?.map_err(|error| match error {
        LabelError::NoGlyph(_) => AdminError::conflict("font-missing", error.to_string()),
        LabelError::TooLong => AdminError::bad(error.to_string()),
        LabelError::Drawing(reason) => {
            tracing::error!(reason, "a label could not be drawn");
            AdminError::internal()
        }
    })?;
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, format.media_type()), (header::CACHE_CONTROL, "no-store")], drawn).into_response())
}

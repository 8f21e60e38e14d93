//! `GET /admin/v1/links/{link}/label`: a label to print, which opens a payment link.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use serde::Deserialize;

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, queried};
use super::links::find;
use crate::api_keys::Scope;
use crate::labels::{Label, LabelError, LabelFormat};
use crate::payment_links::Sale;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// `svg`, `png` or `pdf`.
    format: Option<String>,
    /// What stands below the code; what the link sells if absent.
    title: Option<String>,
}

pub(super) async fn label(
    State(app): State<App>,
    caller: Caller,
    Path(link): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Answer {
    caller.must(Scope::Read)?;
    let Wanted { format, title } = queried(wanted)?;
    let format = LabelFormat::parse(format.as_deref().unwrap_or("svg")).ok_or_else(|| AdminError::bad("format: svg, png or pdf"))?;
    let link = find(&app, &link).await?;
    let title = title.unwrap_or_else(|| match &link.terms.sale {
        Sale::Amount(open) => open.name.clone(),
        Sale::Price(price) => price.lines.first().map(|line| line.name.clone()).unwrap_or_default(),
        Sale::Cart { .. } => String::new(),
    });
    let (service, url) = (app.service.clone(), app.service.link_url(&link.id));
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

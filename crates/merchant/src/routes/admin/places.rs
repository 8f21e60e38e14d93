//! `/admin/v1/places`: what printed codes at tables and shelves open. The shop makes places, lists them, reads one and closes it.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::MAX_ITEMS;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, Paging, answer, idempotency, page, queried, read};
use super::naming::ambiguous;
use crate::api_keys::Scope;
use crate::order_service::{MOST_OFFERED, Menu, QuoteError};
use crate::places::{AtPlace, Place, PlaceId};
use crate::random;
use crate::shown::judge_text;

/// The longest name of a place, characters: it stands on a label.
const MAX_NAME: usize = 64;
/// As many as show that a name is of several.
const AMBIGUOUS: i64 = 6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPlace {
    /// What shoppers read, such as "Table 7".
    name: String,
    /// The skus that it offers; all that are sold if absent.
    #[serde(default)]
    items: Vec<String>,
}

pub(super) async fn create(State(app): State<App>, caller: Caller, headers: HeaderMap, body: Bytes) -> Answer {
    caller.must(Scope::Orders)?;
    let wanted: NewPlace = read(&body)?;
    let key = idempotency(&headers, "/admin/v1/places", &body)?;
    let (name, items) = wanted.read(&app).await?;
    let (id, created_at) = (PlaceId::from_random(random::bytes()), app.service.now());
    let place = Place { id, name, items, created_at, by: caller.id().to_owned(), closed_at: None };
    let id = app.service.store.make_place(&place, &key).await?;
    answer(StatusCode::CREATED, &view(&app, &find(&app, id.as_str()).await?))
}

pub(super) async fn list(State(app): State<App>, caller: Caller, asked: Result<Query<Paging>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let (after, limit) = queried(asked)?.read(PlaceId::parse)?;
    let places = app.service.store.places(after.as_ref().map(|(at, id)| (*at, id.as_str())), limit).await?;
    page("places", &places, limit, |last| (last.created_at, last.id.as_str()), |place| view(&app, place))
}

pub(super) async fn show(State(app): State<App>, caller: Caller, Path(place): Path<String>) -> Answer {
    caller.must(Scope::Read)?;
    answer(StatusCode::OK, &view(&app, &find(&app, &place).await?))
}

pub(super) async fn close(State(app): State<App>, caller: Caller, Path(place): Path<String>) -> Answer {
    caller.must(Scope::Orders)?;
    let place = find(&app, &place).await?;
    app.service.store.close_place(&place.id, app.service.now()).await?;
    tracing::info!(key = caller.id(), place = %place.id, "a place was closed");
    answer(StatusCode::OK, &view(&app, &find(&app, place.id.as_str()).await?))
}

/// The place that a caller names: by its id, or by its name where only one open place has that.
pub(super) async fn find(app: &App, name: &str) -> Result<Place, AdminError> {
    let name = name.trim();
    if let Some(id) = PlaceId::parse(name) {
        return app.service.store.place(&id).await?.ok_or_else(|| AdminError::unknown("place"));
    }
    let mut named = app.service.store.places_named(name, AMBIGUOUS).await?;
    match named.len() {
        0 => Err(AdminError::unknown("place")),
        1 => Ok(named.remove(0)),
        _ => Err(ambiguous("places", named.iter().map(|place| place.id.to_string()))),
    }
}

/// The open place for which an order is to be made.
pub(super) async fn open(app: &App, name: &str) -> Result<AtPlace, AdminError> {
    let place = find(app, name).await?;
    if place.closed_at.is_some() {
        return Err(AdminError::bad("place: is closed"));
    }
    Ok(place.told())
}

impl NewPlace {
    /// Its name, and what it offers.
    ///
    /// # Errors
    /// `bad-request`, with the member at fault: what the catalog does not sell; what has run out may come again.
    async fn read(self, app: &App) -> Result<(String, Vec<String>), AdminError> {
        let NewPlace { name, items } = self;
        let name = name.trim().to_owned();
        judge_text(&name, MAX_NAME).map_err(|fault| AdminError::bad(format!("name: {fault}")))?;
        if PlaceId::parse(&name).is_some() {
            return Err(AdminError::bad("name: is the id of a place; write what people shall read"));
        }
        if items.len() > MAX_ITEMS {
            return Err(AdminError::bad(format!("items: at most {MAX_ITEMS}")));
        }
        if let Some(twice) = items.iter().enumerate().find(|(at, sku)| items[..*at].contains(sku)) {
            return Err(AdminError::bad(format!("items[{}]: stands twice", twice.0)));
        }
        if items.is_empty() && !app.service.catalog.is_file() {
            return Err(AdminError::bad("items: name what it offers; only your own server knows what else is sold"));
        }
        let Menu { offered, faults } = match app.service.menu(&items, "").await {
            Ok(menu) => menu,
            Err(QuoteError::Service(failure)) => return Err(failure.into()),
            Err(error) => return Err(AdminError::bad(format!("items: {error}"))),
        };
        if offered.len() > MOST_OFFERED {
            return Err(AdminError::bad(format!(
                "items: the catalog has more than {MOST_OFFERED} things; name those that this place offers"
            )));
        }
        match faults.iter().find(|fault| fault.code != "out-of-stock") {
            Some(fault) => Err(AdminError::bad(format!("items: {} {}", fault.code, fault.sku.as_deref().unwrap_or_default()))),
            None => Ok((name, items)),
        }
    }
}

fn view(app: &App, place: &Place) -> Value {
    json!({
        "id": place.id.as_str(),
        "url": app.service.place_url(&place.id),
        "state": if place.closed_at.is_some() { "closed" } else { "open" },
        "name": place.name,
        "items": place.items,
        "created_at": place.created_at,
        "by": place.by,
        "closed_at": place.closed_at,
    })
}

//! What is known of parcels, which leads to a person: sealed, read by holders of `contact` and the order's buyer, named by no ledger.
//! `POST /admin/v1/orders/{order}/fulfilments/correct`: carrier, number or link were wrong, and are these.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::OrderId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, read};
use super::naming::{ambiguous, order_id};
use super::refunds::short_id;
use crate::api_keys::Scope;
use crate::order_record::{OrderRecord, Parcel};
use crate::shown::judge_text;
use crate::store::{Looking, StoreError};
use crate::views;

/// The longest name of a carrier, and the longest number of a parcel, characters.
const MAX_WORD: usize = 60;
/// The longest address of a carrier's page.
const MAX_LINK: usize = 500;

/// What a call tells of a parcel.
pub(super) struct ParcelWords {
    pub(super) carrier: Option<String>,
    pub(super) tracking: Option<String>,
    pub(super) link: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    /// Which shipment; the only one, if absent.
    shipment: Option<String>,
    /// Who carries it. All three take the place of what was told before.
    carrier: Option<String>,
    /// The carrier's number of it.
    tracking: Option<String>,
    /// The carrier's page about it, https.
    link: Option<String>,
}

impl ParcelWords {
    /// Whether anything is told.
    pub(super) fn is_empty(&self) -> bool {
        self.carrier.is_none() && self.tracking.is_none() && self.link.is_none()
    }

    pub(super) fn check(&self) -> Result<(), AdminError> {
        let words = [("carrier", &self.carrier), ("tracking", &self.tracking)];
        for (name, text) in words.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
            judge_text(text, MAX_WORD).map_err(|fault| AdminError::bad(format!("{name}: {fault}")))?;
        }
        let is_page = |link: &str| link.len() <= MAX_LINK && link.starts_with("https://") && url::Url::parse(link).is_ok();
        if self.link.as_deref().is_some_and(|link| !is_page(link)) {
            return Err(AdminError::bad(format!("link: an https address of at most {MAX_LINK} characters")));
        }
        Ok(())
    }

    /// The parcel, which left then, unix seconds.
    pub(super) fn parcel(&self, at: i64) -> Parcel {
        let trimmed = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
        Parcel { at, carrier: trimmed(&self.carrier), tracking: trimmed(&self.tracking), link: trimmed(&self.link) }
    }
}

pub(super) async fn correct(State(app): State<App>, caller: Caller, Path(order): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    caller.must(Scope::Orders)?;
    let order = order_id(&app, &order).await?;
    // What the parser complains of may hold what was sent.
    let Correction { shipment, carrier, tracking, link } =
        read(&body).map_err(|_| AdminError::bad("if they are known shipment, carrier, tracking and link"))?;
    let words = ParcelWords { carrier, tracking, link };
    words.check()?;
    if words.is_empty() {
        return Err(AdminError::bad("carrier, tracking or link: what is right"));
    }
    // Without what leads to a person, as where it was told first.
    let said = json!(shipment).to_string();
    let key = idempotency(&headers, &format!("/admin/v1/orders/{order}/fulfilments/correct"), said.as_bytes())?;
    let shipment = named(&app, &order, shipment).await?;
    let Some(known) = app.service.store.parcel_told(&order, &shipment).await? else {
        return Err(AdminError::conflict("details-erased", "what was known of this parcel is erased"));
    };
    let id = short_id("shp", &format!("{order} correct {}", key.key));
    let parcel = words.parcel(known.at);
    let write = |record: &mut OrderRecord| record.by(caller.id()).correct_shipment(shipment, (id.clone(), &parcel));
    let changed = app.service.change_once(&order, &key, write).await?;
    must_be_told(&app, &order, &id, &parcel).await?;
    answer(StatusCode::CREATED, &json!({ "order": views::order(&changed), "time_zone": app.service.time.name() }))
}

/// The shipment that is meant.
async fn named(app: &App, order: &OrderId, wanted: Option<String>) -> Result<String, AdminError> {
    let known: Vec<String> = app.service.store.shipments(order).await?.into_iter().map(|(shipment, _)| shipment).collect();
    match (wanted, known.as_slice()) {
        (Some(wanted), known) if known.contains(&wanted) => Ok(wanted),
        (None, [one]) => Ok(one.clone()),
        (None, [_, _, ..]) => Err(ambiguous("shipments", known.into_iter())),
        _ => Err(AdminError::unknown("shipment")),
    }
}

/// Refuses a key of another call whose digest is the same, as it holds nothing of a parcel: what lies sealed tells them apart, until it is
/// erased.
///
/// # Errors
/// `idempotency-conflict`, those of the store.
pub(super) async fn must_be_told(app: &App, order: &OrderId, id: &str, parcel: &Parcel) -> Result<(), AdminError> {
    match app.service.store.parcel_told(order, id).await? {
        Some(told) if !told.tells_as(parcel) => Err(StoreError::KeyUsed.into()),
        _ => Ok(()),
    }
}

/// The parcels of an order for a caller who may know of them, which is written down.
pub(super) async fn of(app: &App, caller: &Caller, order: &OrderId) -> Result<Option<Value>, StoreError> {
    if !caller.0.may(Scope::Contact) {
        return Ok(None);
    }
    let parcels = app.service.store.parcels(order).await?;
    if !parcels.is_empty() {
        app.service.store.note_look(order.as_str(), Looking { who: caller.id(), what: "show", now: app.service.now() }).await?;
    }
    let view = |(shipment, parcel): &(String, Parcel)| {
        let mut told = json!(parcel);
        told["shipment"] = json!(shipment);
        told
    };
    Ok(Some(parcels.iter().map(view).collect()))
}

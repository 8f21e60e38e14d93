//! `POST /admin/v1/orders/{order}/fulfilments`: what became of the things of an order. What leads to a person, such as the number of a parcel,
//! is sealed: the ledger says only that there is a shipment, and holders of `contact` and the order's buyer read it.
//! `POST /admin/v1/orders/{order}/page`: the address of the order's page, with a key of its own.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::{FulfilmentKind, OrderId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, read};
use super::naming::order_id;
use super::pieces::{WantedLine, pieces};
use super::refunds::short_id;
use crate::api_keys::Scope;
use crate::order_record::{FulfilRefusal, Fulfilling, OrderRecord, Parcel};
use crate::shown::judge_text;
use crate::store::{Looking, StoreError};
use crate::views;

/// The longest name of a carrier, and the longest number of a parcel, characters.
const MAX_WORD: usize = 60;
/// The longest address of a carrier's page.
const MAX_LINK: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFulfilment {
    /// `ready_for_pickup`, `shipped`, `handed_over` or `returned`.
    kind: String,
    /// To which pieces; to all that it can have happened to if absent.
    #[serde(default)]
    lines: Vec<WantedLine>,
    /// Of what was shipped: who carries it.
    carrier: Option<String>,
    /// The carrier's number of it.
    tracking: Option<String>,
    /// The carrier's page about it, https.
    link: Option<String>,
}

pub(super) async fn create(State(app): State<App>, caller: Caller, Path(order): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    caller.must(Scope::Orders)?;
    let order = order_id(&app, &order).await?;
    // What the parser complains of may hold what was sent.
    let shape = || AdminError::bad("kind, and if they are known lines, carrier, tracking and link");
    let wish: NewFulfilment = read(&body).map_err(|_| shape())?;
    let kind =
        FulfilmentKind::parse(&wish.kind).ok_or_else(|| AdminError::bad("kind: ready_for_pickup, shipped, handed_over or returned"))?;
    wish.check(kind)?;
    // Without what leads to a person: a digest of it would be kept when it is erased.
    let said = json!([wish.kind, wish.lines]).to_string();
    let key = idempotency(&headers, &format!("/admin/v1/orders/{order}/fulfilments"), said.as_bytes())?;
    let id = short_id("shp", &format!("{order} {}", key.key));
    let now = app.service.now();
    let write = |record: &mut OrderRecord| {
        let open = record.open_to(kind);
        let left = |line| open.iter().find(|pieces| pieces.line == line).map_or(0, |pieces| pieces.quantity);
        let lines = pieces(record, &wish.lines, left)?;
        let parcel = (kind == FulfilmentKind::Shipped).then(|| (id.clone(), wish.parcel(now)));
        record.by(caller.id()).fulfil(Fulfilling { kind, lines, at: now, parcel }).map_err(|refusal| refused(record, kind, refusal))
    };
    let changed = app.service.change_or_refuse(&order, &key, write).await??;
    answer(StatusCode::CREATED, &json!({ "order": views::order(&changed), "time_zone": app.service.time.name() }))
}

impl NewFulfilment {
    fn check(&self, kind: FulfilmentKind) -> Result<(), AdminError> {
        let words = [("carrier", &self.carrier), ("tracking", &self.tracking)];
        for (name, text) in words.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
            judge_text(text, MAX_WORD).map_err(|fault| AdminError::bad(format!("{name}: {fault}")))?;
        }
        let is_page = |link: &str| link.len() <= MAX_LINK && link.starts_with("https://") && url::Url::parse(link).is_ok();
        if self.link.as_deref().is_some_and(|link| !is_page(link)) {
            return Err(AdminError::bad(format!("link: an https address of at most {MAX_LINK} characters")));
        }
        let tells = self.carrier.is_some() || self.tracking.is_some() || self.link.is_some();
        if tells && kind != FulfilmentKind::Shipped {
            return Err(AdminError::bad("carrier, tracking and link are of what was shipped"));
        }
        Ok(())
    }

    fn parcel(&self, at: i64) -> Parcel {
        let trimmed = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
        Parcel { at, carrier: trimmed(&self.carrier), tracking: trimmed(&self.tracking), link: trimmed(&self.link) }
    }
}

fn refused(record: &OrderRecord, kind: FulfilmentKind, refusal: FulfilRefusal) -> AdminError {
    let what = kind.as_str().replace('_', " ");
    match refusal {
        FulfilRefusal::NotPaid => AdminError::conflict("not-paid", "the order has no money: nothing of it is owed"),
        FulfilRefusal::NothingLeft => AdminError::conflict("already-fulfilled", format!("nothing of the order is left to be {what}")),
        FulfilRefusal::TooMany { line, left } => {
            let name = record.order.price.lines.get(line).map(protocol::Line::title).unwrap_or_default();
            AdminError::conflict("already-fulfilled", format!("line {line} ({name}): {left} left to be {what}"))
        }
    }
}

/// The address of the order's page, for its buyer, with a new key. Whoever has it reads what names the buyer, so that it takes `contact`,
/// and is a look.
pub(super) async fn page(State(app): State<App>, caller: Caller, Path(order): Path<String>) -> Answer {
    caller.must(Scope::Contact)?;
    let order = order_id(&app, &order).await?;
    app.service.store.note_look(order.as_str(), Looking { who: caller.id(), what: "page", now: app.service.now() }).await?;
    let key = app.service.new_owner_key(&order).await?;
    answer(StatusCode::CREATED, &json!({ "order": order.as_str(), "url": app.service.page_of(&order, &key) }))
}

/// The parcels of an order for a caller who may know of them, which is written down.
pub(super) async fn parcels(app: &App, caller: &Caller, order: &OrderId) -> Result<Option<Value>, StoreError> {
    if !caller.0.may(Scope::Contact) {
        return Ok(None);
    }
    let parcels = app.service.store.parcels(order).await?;
    if !parcels.is_empty() {
        app.service.store.note_look(order.as_str(), Looking { who: caller.id(), what: "show", now: app.service.now() }).await?;
    }
    Ok(Some(json!(parcels)))
}

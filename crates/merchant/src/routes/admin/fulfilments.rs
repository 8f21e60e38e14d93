//! `POST /admin/v1/orders/{order}/fulfilments`: what became of the things of an order. What leads to a person, such as the number of a parcel,
//! is sealed: the ledger says only that there is a shipment, and holders of `contact` and the order's buyer read it.
//! `POST /admin/v1/orders/{order}/page`: the address of the order's page, with a key of its own.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::FulfilmentKind;
use serde::Deserialize;
use serde_json::json;

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, read};
use super::naming::order_id;
use super::parcels::{ParcelWords, must_be_told};
use super::pieces::{WantedLine, pieces};
use super::refunds::short_id;
use crate::api_keys::Scope;
use crate::order_record::{FulfilRefusal, Fulfilling, OrderRecord, Pieces};
use crate::store::Looking;
use crate::views;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFulfilment {
    /// `ready_for_pickup`, `shipped`, `handed_over` or `returned`.
    kind: String,
    /// To which pieces; if absent, to all that it can have happened to and that the backend does not give by itself.
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
    let words = ParcelWords { carrier: wish.carrier, tracking: wish.tracking, link: wish.link };
    words.check()?;
    if !words.is_empty() && kind != FulfilmentKind::Shipped {
        return Err(AdminError::bad("carrier, tracking and link are of what was shipped"));
    }
    let parcel = (kind == FulfilmentKind::Shipped).then(|| words.parcel(app.service.now()));
    // Without what leads to a person: a digest of it would be kept when it is erased.
    let said = json!([wish.kind, wish.lines]).to_string();
    let key = idempotency(&headers, &format!("/admin/v1/orders/{order}/fulfilments"), said.as_bytes())?;
    let id = short_id("shp", &format!("{order} {}", key.key));
    let now = app.service.now();
    let given: Vec<String> = app.service.store.promised(&order).await?.into_iter().map(|one| one.promise.sku).collect();
    let write = |record: &mut OrderRecord| {
        let open = record.open_to(kind);
        let left = |line| open.iter().find(|pieces| pieces.line == line).map_or(0, |pieces| pieces.quantity);
        let is_given = |sku: &str| given.iter().any(|one| one == sku) || app.service.catalog.is_digital(sku);
        let lines = if wish.lines.is_empty() { unnamed(record, kind, &open, is_given) } else { pieces(record, &wish.lines, left)? };
        let parcel = parcel.clone().map(|parcel| (id.clone(), parcel));
        record.by(caller.id()).fulfil(Fulfilling { kind, lines, at: now, parcel }).map_err(|refusal| refused(record, kind, refusal))
    };
    let changed = app.service.change_or_refuse(&order, &key, write).await??;
    if let Some(parcel) = &parcel {
        must_be_told(&app, &order, &id, parcel).await?;
    }
    answer(StatusCode::CREATED, &json!({ "order": views::order(&changed), "time_zone": app.service.time.name() }))
}

/// What is meant where nobody says which pieces. What is digital, and licence keys and tickets, by their skus, are in no parcel and on no
/// counter, unless somebody says so; what was sent all the same can come back.
fn unnamed(record: &OrderRecord, kind: FulfilmentKind, open: &[Pieces], is_given: impl Fn(&str) -> bool) -> Vec<Pieces> {
    let is_sent = |pieces: &&Pieces| !is_given(record.order.price.lines[pieces.line].item.sku.as_str());
    open.iter().filter(|pieces| kind == FulfilmentKind::Returned || is_sent(pieces)).cloned().collect()
}

fn refused(record: &OrderRecord, kind: FulfilmentKind, refusal: FulfilRefusal) -> AdminError {
    let what = kind.as_str().replace('_', " ");
    match refusal {
        FulfilRefusal::NotPaid => AdminError::conflict("not-paid", "the order has no money: nothing of it is owed"),
        FulfilRefusal::NothingLeft => {
            let rest = if record.open_to(kind).is_empty() {
                ""
            } else {
                "; of what is digital, licence keys and tickets, which are in no parcel, name the line"
            };
            AdminError::conflict("already-fulfilled", format!("nothing of the order is left to be {what}{rest}"))
        }
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

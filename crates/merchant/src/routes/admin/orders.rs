//! `/admin/v1/orders`: the shop makes orders of its own, lists them page by page, and reads one with all that happened to it.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::{Currency, Method, OrderId, OrderStatus};
use serde::Deserialize;
use serde_json::json;

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, page_after, page_limit, page_next, queried, read as read_body, span};
use super::naming::order_id;
use super::own_sale::{asking, price, references};
use super::price::{NewCharge, NewDelivery, NewLine, NewPrice, NewTax};
use super::resolve::{reason, with_what_waits};
use super::{notes, parcels, places};
use crate::api_keys::Scope;
use crate::catalog::OwnDelivery;
use crate::order_record::References;
use crate::order_service::{NewOrder, Placed, ShopOrder};
use crate::store::{Filter, Listed};
use crate::views;

/// How long an order can be paid if nothing else is asked for, and at most, seconds.
const DAY: i64 = 86_400;
const LONGEST_LIFE: i64 = 30 * DAY;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateOrder {
    /// The shop's own number of it, up to 64 characters.
    reference: Option<String>,
    /// The shop's own words about it, by name.
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    /// ISO 4217 code.
    currency: String,
    /// What is sold, in the shop's words.
    lines: Vec<NewLine>,
    #[serde(default)]
    discounts: Vec<NewCharge>,
    delivery: Option<NewDelivery>,
    #[serde(default)]
    taxes: Vec<NewTax>,
    /// Minor units.
    #[serde(default)]
    rounding: i64,
    /// What is to be paid, minor units: what the rest comes to, if it is told at all; of an order without lines all that is told.
    amount: Option<i64>,
    /// How the first payment is made; the first method that takes the currency if absent. The shopper may choose another.
    method: Option<String>,
    /// For how long it can be paid, seconds; a day if absent.
    expires_in: Option<i64>,
    /// What the shopper answers before it can be paid: the word of a kind, or all that a catalog says of a question.
    #[serde(default)]
    asks: Vec<serde_json::Value>,
    /// Where it may go, ISO 3166-1 alpha-2.
    #[serde(default)]
    countries: Vec<String>,
    /// Between what the shopper chooses; the amount of the chosen one is put on.
    #[serde(default)]
    deliveries: Vec<OwnDelivery>,
    /// The place whose code leads to paying it: its id, or its name.
    place: Option<String>,
}

pub(super) async fn create(State(app): State<App>, caller: Caller, headers: HeaderMap, body: Bytes) -> Answer {
    caller.must(Scope::Orders)?;
    let wanted: CreateOrder = read_body(&body)?;
    let key = idempotency(&headers, "/admin/v1/orders", &body)?;
    // Of a key that has made one before nothing is looked at, the place neither.
    let place = match &wanted.place {
        Some(name) => places::open(&app, name).await.map(Some),
        None => Ok(None),
    };
    let own = || {
        let own = wanted.read(&app.service.public_url, app.service.catalog.home())?;
        let references = References { place: place?, ..own.references };
        Ok::<_, AdminError>(NewOrder::Shop(ShopOrder { by: Some(caller.id().to_owned()), references, ..own }))
    };
    let Placed { id, order } = app.service.place(&key, own).await?;
    // A provider that is down now is asked again when the shopper comes.
    if let Err(failure) = order {
        tracing::warn!(order = %id, %failure, "the payment of an order of the shop's has no code yet");
    }
    answer(StatusCode::CREATED, &views::record(&app.service.store.record(&id).await?, &[]))
}

impl CreateOrder {
    fn read(self, public_url: &str, home: Option<String>) -> Result<ShopOrder, AdminError> {
        let references = references(self.reference, self.metadata)?;
        let asking = asking(self.asks, self.countries, self.deliveries, home)?;
        if asking.is_some() && self.method.is_some() {
            return Err(AdminError::bad("method: an order that asks has no payment before it is answered; the shopper chooses then"));
        }
        let CreateOrder { currency, lines, discounts, delivery, taxes, rounding, amount, .. } = self;
        let price = price(NewPrice { currency, lines, discounts, delivery, taxes, rounding, amount }, asking.as_ref(), public_url)?;
        let method = self
            .method
            .map(|word| {
                Method::parse(&word)
                    .ok_or_else(|| AdminError::conflict("method-not-offered", format!("method: {word} is not a payment method")))
            })
            .transpose()?;
        let life = self.expires_in.unwrap_or(DAY);
        if !(60..=LONGEST_LIFE).contains(&life) {
            return Err(AdminError::bad(format!("expires_in: 60 to {LONGEST_LIFE} seconds")));
        }
        Ok(ShopOrder { references, price, life, method, asking, by: None, holds: Vec::new() })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    status: Option<String>,
    /// Whether a person has to look at it; `true` alone makes a difference.
    #[serde(default)]
    attention: bool,
    reference: Option<String>,
    /// The place at which it was made: its id, or its name.
    place: Option<String>,
    /// A number, an id or the beginning of one, a payment, refund, transaction or reference.
    find: Option<String>,
    /// Minor units of `currency`.
    amount: Option<i64>,
    /// ISO 4217 code.
    currency: Option<String>,
    /// Of the latest payment.
    method: Option<String>,
    /// A time as people write it.
    from: Option<String>,
    /// The same; a day or a month counts as a whole.
    to: Option<String>,
    /// From an earlier page.
    after: Option<String>,
    limit: Option<i64>,
}

pub(super) async fn list(State(app): State<App>, caller: Caller, asked: Result<Query<Params>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let asked = queried(asked)?;
    let status = asked
        .status
        .map(|word| {
            OrderStatus::parse(&word)
                .ok_or_else(|| AdminError::bad("status: pending, paid, expired, canceled, partly_refunded or refunded"))
        })
        .transpose()?;
    let after = asked.after.map(|cursor| page_after(&cursor, |id| Some(OrderId::parse(id)?.as_str().to_owned()))).transpose()?;
    let limit = page_limit(asked.limit)?;
    let (needs_attention, reference, amount) = (asked.attention, asked.reference, asked.amount);
    let currency = asked.currency.map(|word| Currency::parse(&word).ok_or_else(|| AdminError::bad("currency: not an ISO 4217 code")));
    let currency = currency.transpose()?;
    if amount.is_some() && currency.is_none() {
        return Err(AdminError::bad("currency: name it beside amount, which is in its minor units"));
    }
    let method = asked.method.map(|word| Method::parse(&word).ok_or_else(|| AdminError::bad("method: no such method"))).transpose()?;
    let among = match asked.find.as_deref().map(str::trim) {
        Some("") => return Err(AdminError::bad("find: a number, an id, or whatever you have of an order")),
        Some(name) => Some(app.service.store.orders_found(name).await?),
        None => None,
    };
    let place = match &asked.place {
        Some(name) => Some(places::find(&app, name).await?.id),
        None => None,
    };
    let (from, to) = span(&app, asked.from.as_deref(), asked.to.as_deref())?;
    let filter = Filter { status, needs_attention, reference, place, among, amount, currency, method, from, to, after, limit };
    let listed = app.service.store.list(&filter).await?;
    let next = page_next(&listed, limit, |last| (last.created_at, last.order.id.as_str()));
    let mut orders = Vec::new();
    for Listed { created_at, references, order } in &listed {
        let attention = if needs_attention { app.service.store.attention(&order.id).await? } else { Vec::new() };
        let place = references.place.as_ref().map(views::place);
        let mut view = json!({ "created_at": created_at, "reference": references.reference, "place": place, "order": views::order(order) });
        if needs_attention {
            view["attention"] = attention.iter().map(reason).collect();
        }
        orders.push(view);
    }
    answer(StatusCode::OK, &json!({ "orders": orders, "next": next, "time_zone": app.service.time.name() }))
}

/// The shop gives an order up that nobody has paid; money that was faster wins. One that has ended is told as it stands.
pub(super) async fn cancel(State(app): State<App>, caller: Caller, Path(order): Path<String>) -> Answer {
    caller.must(Scope::Orders)?;
    let id = order_id(&app, &order).await?;
    app.service.give_up(&id, Some(caller.id())).await?;
    answer(StatusCode::OK, &views::record(&app.service.store.record(&id).await?, &[]))
}

pub(super) async fn read(State(app): State<App>, caller: Caller, Path(order): Path<String>) -> Answer {
    caller.must(Scope::Read)?;
    let id = order_id(&app, &order).await?;
    let record = app.service.store.record(&id).await?;
    let told = views::record(&record, &app.service.store.history(&id).await?);
    let mut told = with_what_waits(told, &app.service.store.waits(&id).await?);
    if let Some(notes) = notes::of(&app, &caller, &id).await? {
        told["notes"] = notes;
    }
    if let Some(parcels) = parcels::of(&app, &caller, &id).await? {
        told["shipments"] = parcels;
    }
    told["time_zone"] = json!(app.service.time.name());
    answer(StatusCode::OK, &told)
}

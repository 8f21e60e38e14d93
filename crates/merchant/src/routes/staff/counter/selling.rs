//! A sale: an amount that somebody types, or things of the catalog, become one order of the shop's own, and the screen turns to the customer.

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::Response;
use protocol::{Digest, Item, PriceText, Sku};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::admin::{NewLine, NewPrice};
use super::super::door::said;
use super::super::duty::AtCounter;
use super::super::host::Staff;
use super::super::refusal::Refusal;
use super::super::session::money;
use super::sold::{Spoken, view};
use crate::catalog::{Cart, Offer};
use crate::order_record::References;
use crate::order_service::{NewOrder, Placed, ShopOrder};
use crate::shown::{MAX_NAME, judge_text};
use crate::store::{IdempotencyRecord, Reservation};

/// The least and the most characters of the word under which a sale counts once.
const ONCE: std::ops::RangeInclusive<usize> = 16..=64;

/// What is sold: an amount, or things.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sale {
    /// Under this word it counts once.
    once: String,
    /// Minor units of the shop's currency.
    amount: Option<i64>,
    /// What the amount is for.
    #[serde(default)]
    words: String,
    #[serde(default)]
    items: Vec<Wanted>,
    #[serde(default)]
    locale: String,
}

/// Things whose price somebody wants to know.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    items: Vec<Wanted>,
    #[serde(default)]
    locale: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    sku: String,
    quantity: u32,
}

/// What is to be paid, and what is taken from stock for it.
struct Price {
    text: PriceText,
    holds: Vec<Reservation>,
}

/// Everything that can be sold here, for the page to search in.
pub(super) async fn wares(State(staff): State<Staff>, _: AtCounter, Query(spoken): Query<Spoken>) -> Result<Response<Body>, Refusal> {
    let service = &staff.app.service;
    // A shop that prices carts on its own server tells no list.
    let offers = service.catalog.offers(&[], &service.selling(&spoken.locale)).unwrap_or_default();
    let ware = |Offer { line, .. }: &Offer| json!({ "sku": line.item.sku.as_str(), "name": line.name, "options": line.options, "price": line.unit_price });
    let wares: Vec<Value> = offers.iter().map(ware).collect();
    Ok(said(&json!({ "wares": wares })))
}

/// What things cost together, taken along.
pub(super) async fn price(State(staff): State<Staff>, _: AtCounter, body: Bytes) -> Result<Response<Body>, Refusal> {
    let asked: Asked = serde_json::from_slice(&body).map_err(|error| Refusal::bad(error.to_string()))?;
    let price = of_items(&staff, &asked.items, &asked.locale).await?;
    Ok(said(&json!({ "total": money(price.text.money()) })))
}

/// Sells, once per word: a second tap and a lost answer make no second order.
pub(super) async fn sell(State(staff): State<Staff>, AtCounter(session): AtCounter, body: Bytes) -> Result<Response<Body>, Refusal> {
    let sale: Sale = serde_json::from_slice(&body).map_err(|error| Refusal::bad(error.to_string()))?;
    if !ONCE.contains(&sale.once.len()) {
        return Err(Refusal::bad("once: 16 to 64 characters"));
    }
    let service = &staff.app.service;
    let target = format!("POST /staff/counter/orders of {}", session.key_id());
    let key = IdempotencyRecord { key: sale.once.clone(), target, digest: Digest::of(&body).to_base64() };
    // What is there already is not priced anew: prices may be others by now.
    let order = match service.store.order_made_with(&key).await? {
        Some(id) => id,
        None => {
            let price = sale.price(&staff).await?;
            let own = ShopOrder {
                references: References::default(),
                price: price.text,
                life: service.orders.order_seconds,
                method: None,
                asking: None,
                by: Some(session.key_id().to_owned()),
                holds: price.holds,
            };
            let Placed { id, order } = service.place::<Refusal>(&key, || Ok(NewOrder::Shop(own))).await?;
            if let Err(failure) = order {
                tracing::warn!(order = %id, %failure, "the payment of a sale at a counter has no code yet");
            }
            id
        }
    };
    service.store.face(&session.digest, &order).await?;
    service.staff.wake();
    Ok(said(&view(&service.store.order(&order).await?, &sale.locale)))
}

impl Sale {
    async fn price(&self, staff: &Staff) -> Result<Price, Refusal> {
        let Some(amount) = self.amount else { return of_items(staff, &self.items, &self.locale).await };
        if !self.items.is_empty() {
            return Err(Refusal::bad("items: an amount that is typed is for no things of the catalog"));
        }
        let words = self.words.trim();
        if !words.is_empty() {
            judge_text(words, MAX_NAME).map_err(|fault| Refusal::bad(format!("words: {fault}")).with("field", json!("words")))?;
        }
        let lines = if words.is_empty() { Vec::new() } else { vec![NewLine::named(words.to_owned(), amount)] };
        let currency = staff.app.service.catalog.currency();
        let price =
            NewPrice { currency, lines, discounts: Vec::new(), delivery: None, taxes: Vec::new(), rounding: 0, amount: Some(amount) };
        let text = price.read(&staff.app.service.public_url).map_err(|error| Refusal::from(error).with("field", json!("amount")))?;
        Ok(Price { text, holds: Vec::new() })
    }
}

async fn of_items(staff: &Staff, wanted: &[Wanted], locale: &str) -> Result<Price, Refusal> {
    let item = |wanted: &Wanted| Some(Item { sku: Sku::parse(&wanted.sku)?, quantity: wanted.quantity });
    let items: Option<Vec<Item>> = wanted.iter().map(item).collect();
    let items = items.filter(|items| items.iter().all(|item| (1..=protocol::MAX_QUANTITY).contains(&item.quantity)));
    let items = items.ok_or_else(|| Refusal::bad("items: each has a sku, and a quantity of 1 to 999"))?;
    let cart = Cart { items: &items, is_taken_along: true, ..Cart::default() };
    let priced = staff.app.service.price(cart, locale).await?;
    Ok(Price { text: priced.quote.price, holds: priced.holds })
}

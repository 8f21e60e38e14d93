//! `POST /v1/orders`: orders a cart at the price agreed to. `GET /v1/orders/{id}`: tells how it stands, held until it changes.

use std::time::Duration;

use axum::extract::State;
use protocol::json::Value;
use protocol::{AnswersText, Digest, Order, OrderId, OrderStatus, Payment, PaymentStatus};

use super::super::{App, carts};
use super::extract::{OrderPath, text};
use super::payment_options;
use crate::cart_fault::of_field;
use crate::number::OrderNumber;
use crate::order_record::link;
use crate::order_service::{CartOrder, NewOrder, OrderService};
use crate::random;
use crate::response::{ApiError, Reply};
use crate::serving::HeldPoll;
use crate::signed_request::SignedRequest;

/// The longest a poll is held, seconds.
const MAX_WAIT: i64 = 25;

pub(super) async fn create(State(app): State<App>, asked: SignedRequest) -> Result<Reply, ApiError> {
    let placed = app.service.place(asked.idempotency()?, || wanted(&app, &asked).map(NewOrder::Cart)).await.inspect_err(|refusal| {
        if let ApiError::PriceChanged(priced) = refusal {
            carts::count_guess(&app, &asked.client, &priced.quote);
        }
    })?;
    // A retry after the provider was down gets the code, too.
    Ok(reply(&app.service, 201, placed.order?))
}

pub(super) async fn get(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath, poll: HeldPoll) -> Result<Reply, ApiError> {
    let service = &app.service;
    let seen = asked.number("seen", i64::MAX)?;
    let wait = asked.number("wait", MAX_WAIT)?.unwrap_or(0);
    let (locale, country) = (asked.parameter("locale")?, asked.parameter("country")?.map(carts::country).transpose()?);
    // Listening begins before reading, so that no change falls in between.
    let waiter = service.waiters.listen(&id, seen.unwrap_or(i64::MAX));
    let stored = service.store.order(&id).await?;
    let order = if poll.has_waited() { stored } else { service.with_code(stored).await };
    let (Some(seen), 1..) = (seen, wait) else {
        let order = service.refreshed(order).await;
        let is_asked = locale.is_some() || country.is_some();
        let order = if is_asked { service.told_in(order, locale.unwrap_or_default(), country).await? } else { order };
        return Ok(reply(service, 200, order));
    };
    if order.seq <= seen && !*app.stopping.borrow() {
        poll.wait(waiter, Duration::from_secs(wait.unsigned_abs()), || app.limits.polls.hold(&asked.client)).await;
    }
    Ok(reply(service, 200, order))
}

/// An order as an answer: its receipt under the key of today, with its number, and how it can be paid where. What it asks is told while it
/// can be answered.
pub(super) fn reply(service: &OrderService, status: u16, mut order: Order) -> Reply {
    let is_open = |payment: &Payment| matches!(payment.status, PaymentStatus::Waiting | PaymentStatus::Scanned);
    if order.status != OrderStatus::Pending || order.payment.as_ref().is_some_and(is_open) {
        (order.asks, order.deliveries) = (Vec::new(), Vec::new());
    }
    let (number, ways) = (OrderNumber::of(&order.id).to_string(), service.providers.ways(&order.methods, order.is_test));
    // The code to follow by is the buyer's, as whatever else is told of an order elsewhere than on its page.
    let order = Order { number: Some(number), ways, follow: None, ..service.keys.renewed(link::shown(order)) };
    Reply { status, body: order.to_json() }
}

/// What a shopper wants, read from the body.
fn wanted(app: &App, asked: &SignedRequest) -> Result<CartOrder, ApiError> {
    let body = asked.json()?;
    let bad = |field| move |_| ApiError::Field(field);
    let items = body.need("items").and_then(Value::as_list).map_err(bad("items"))?;
    let written = items.iter().map(|item| Ok((item.text("sku")?, item.int("quantity").ok())));
    let items = carts::cart(&written.collect::<Result<Vec<_>, _>>().map_err(bad("items"))?)?;
    let code = carts::code(text(body, "code")?);
    carts::listen_to(app, &asked.client, code.as_deref())?;
    let country = text(body, "country")?;
    country.as_deref().map(carts::country).transpose()?;
    let client_reference = text(body, "client_reference")?;
    let client_reference = client_reference.as_deref().map(carts::client_reference).transpose()?;
    Ok(CartOrder {
        id: OrderId::from_random(random::bytes()),
        items,
        payment: payment_options::read(app, asked)?,
        client: asked.client,
        locale: text(body, "locale")?.unwrap_or_default(),
        code,
        client_reference,
        country,
        region: text(body, "region")?,
        delivery: text(body, "delivery")?,
        answers: text(body, "answers")?.as_deref().map(answers).transpose()?,
        owner: text(body, "owner")?.map(|text| Digest::parse(&text).ok_or(ApiError::Field("owner"))).transpose()?,
        link: None,
        place: None,
        price_digest: body.text("price_digest").ok().and_then(Digest::parse).ok_or(ApiError::Field("price_digest"))?,
    })
}

/// What a shopper answered, as the text that an order is bound to.
pub(super) fn answers(text: &str) -> Result<AnswersText, ApiError> {
    AnswersText::parse(text).ok_or_else(|| ApiError::Answers(vec![of_field("answer-unfit", "answers")]))
}

//! `POST /v1/orders`: orders a cart at the price agreed to. `GET /v1/orders/{id}`: tells how it stands, held until it changes.

use axum::extract::State;
use std::time::Duration;

use protocol::json::Value;
use protocol::{Digest, Item, Order, OrderId, OrderStatus, Payment, PaymentStatus, Quote};

use super::super::App;
use super::OrderPath;
use super::payment_options::PaymentOptions;
use super::quote;
use crate::catalog::{Cart, Code};
use crate::number::OrderNumber;
use crate::order_record::PaymentRecord;
use crate::order_service::OrderService;
use crate::random;
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;
use crate::store::{IdempotencyRecord, StoreError};

/// The longest a poll is held, seconds.
const MAX_WAIT: i64 = 25;
/// An order is asked for at the provider's at most this often on a shopper's wish, seconds.
const LEAST_PAUSE: i64 = 2;

/// What a shopper wants, read from the body.
struct CreateOrder {
    items: Vec<Item>,
    paying: PaymentOptions,
    locale: String,
    code: Option<String>,
    total: i64,
    currency: String,
    quote_digest: Digest,
}

pub(super) async fn create(State(app): State<App>, asked: SignedRequest) -> Result<Reply, ApiError> {
    let service = &app.service;
    let attempt = asked.attempt()?;
    if let Some(order) = known(service, attempt).await? {
        return created(&app, &order).await;
    }
    let wish = CreateOrder::read(&app, &asked)?;
    let cart = Cart { items: &wish.items, code: wish.code.as_deref().map(Code::Offered) };
    let priced = quote::price(service, cart, &wish.locale).await?;
    if !priced.quote.methods.contains(&wish.paying.method) {
        return Err(ApiError::MethodNotOffered);
    }
    if priced.quote.total != wish.total || priced.quote.currency.as_str() != wish.currency {
        return Err(ApiError::PriceChanged(Box::new(priced)));
    }
    let payment = wish.paying.payment(service, priced.quote.money(), service.now() + service.orders.order_seconds)?;
    let order = order_of(service, priced.quote.clone(), wish.quote_digest, &payment);
    service.store.restock(&priced.supplies).await?;
    match service.store.create_taking(&order, None, &payment, attempt, &priced.holds, service.now()).await {
        Ok(true) => created(&app, &order.id).await,
        Ok(false) => {
            // The same request came twice at once, and the other one was first.
            let order = known(service, attempt).await?.ok_or(ApiError::Internal)?;
            created(&app, &order).await
        }
        // Somebody else was faster.
        Err(StoreError::Short(shortage)) => {
            let priced = quote::price(service, quote::without(cart, &[shortage], &priced.quote)?, &wish.locale).await?;
            Err(ApiError::PriceChanged(Box::new(priced)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The order that an idempotency key made, if it was used before with the same body.
pub(super) async fn known(service: &OrderService, attempt: &IdempotencyRecord) -> Result<Option<OrderId>, ApiError> {
    match service.store.attempt(&attempt.key, &attempt.target).await? {
        Some((digest, _)) if digest != attempt.digest => Err(ApiError::IdempotencyConflict),
        Some((_, order)) => Ok(Some(order)),
        None => Ok(None),
    }
}

/// The order with its code. A retry after the provider was down gets it here, too.
pub(super) async fn created(app: &App, order: &OrderId) -> Result<Reply, ApiError> {
    let service = &app.service;
    let order = service.fetch_code(order).await?;
    app.follow_later(&order.id);
    Ok(reply(service, 201, order))
}

pub(super) async fn get(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let service = &app.service;
    let seen = asked.number("seen", i64::MAX)?;
    let wait = asked.number("wait", MAX_WAIT)?.unwrap_or(0);
    // Listening begins before reading, so that no change falls in between.
    let mut waiter = service.waiters.listen(&id, seen.unwrap_or(i64::MAX));
    let mut order = with_code(service, read(service, &id).await?).await;
    if let (Some(seen), 1..) = (seen, wait) {
        let Some(_place) = app.limits.polls.hold(&asked.client) else { return Ok(reply(service, 200, order)) };
        let mut stopped = std::pin::pin!(app.stopped());
        let mut time_is_up = std::pin::pin!(tokio::time::sleep(Duration::from_secs(wait.unsigned_abs())));
        while order.seq <= seen {
            tokio::select! {
                () = waiter.changed() => order = read(service, &id).await?,
                () = &mut time_is_up => break,
                () = &mut stopped => break,
            }
        }
    } else {
        order = look(service, order).await;
    }
    Ok(reply(service, 200, order))
}

/// An order as an answer: its receipt under the key of today, with its number, and how it can be paid where.
pub(super) fn reply(service: &OrderService, status: u16, order: Order) -> Reply {
    let (number, ways) = (OrderNumber::of(&order.id).to_string(), service.providers.ways(&order.methods));
    let order = Order { number: Some(number), ways, ..service.keys.renewed(order) };
    Reply { status, body: order.to_json() }
}

/// A code that the provider did not give when the order was made is asked for again when the shopper comes.
async fn with_code(service: &OrderService, order: Order) -> Order {
    let Some(payment) = open_payment(&order).filter(|payment| payment.payload.is_none()) else { return order };
    if service.asked_lately(&payment.id, LEAST_PAUSE) {
        return order;
    }
    service.fetch_code(&order.id).await.unwrap_or_else(|failure| {
        tracing::warn!(order = %order.id, %failure, "there is still no code");
        order
    })
}

/// The payment that an order waits for.
fn open_payment(order: &Order) -> Option<&Payment> {
    let is_open = |payment: &&Payment| matches!(payment.status, PaymentStatus::Waiting | PaymentStatus::Scanned);
    order.payment.as_ref().filter(is_open).filter(|_| order.status == OrderStatus::Pending)
}

/// A shopper who asks now gets the provider's word of now, if it can be had.
async fn look(service: &OrderService, order: Order) -> Order {
    let Some(payment) = open_payment(&order).filter(|payment| payment.payload.is_some()) else { return order };
    if service.asked_lately(&payment.id, LEAST_PAUSE) {
        return order;
    }
    match service.settle(&order.id, payment).await {
        Ok(order) => order,
        Err(failure) => {
            tracing::warn!(order = %order.id, %failure, "the provider could not be asked");
            order
        }
    }
}

/// The order of that id, which the caller names and so may have got wrong.
pub(super) async fn read(service: &OrderService, id: &OrderId) -> Result<Order, ApiError> {
    Ok(service.store.order(id).await?)
}

fn order_of(service: &OrderService, quote: Quote, quote_digest: Digest, payment: &PaymentRecord) -> Order {
    let money = quote.money();
    Order {
        merchant: quote.merchant,
        merchant_name: quote.merchant_name,
        id: OrderId::from_random(random::bytes()),
        number: None,
        seq: 1,
        status: OrderStatus::Pending,
        amount: money.amount,
        currency: money.currency,
        quote_digest: Some(quote_digest),
        lines: quote.lines,
        expires_at: service.now() + service.orders.order_seconds,
        methods: quote.methods,
        ways: Vec::new(),
        payment: Some(payment.payment.clone()),
        receipt: None,
        follow: None,
    }
}

impl CreateOrder {
    fn read(app: &App, asked: &SignedRequest) -> Result<CreateOrder, ApiError> {
        let body = asked.json()?;
        let bad = |field| move |_| ApiError::Field(field);
        let items = body.need("items").and_then(Value::as_list).map_err(bad("items"))?;
        let written = items.iter().map(|item| Ok((item.text("sku")?, item.int("quantity").ok())));
        let items = quote::cart(&written.collect::<Result<Vec<_>, _>>().map_err(bad("items"))?)?;
        let expected = body.need("expected").map_err(bad("expected"))?;
        Ok(CreateOrder {
            items,
            paying: PaymentOptions::read(app, asked)?,
            locale: body.maybe("locale", |locale| locale.as_text().map(str::to_owned)).map_err(bad("locale"))?.unwrap_or_default(),
            code: quote::code(body.maybe("code", |code| code.as_text().map(str::to_owned)).map_err(bad("code"))?),
            total: expected.int("total").map_err(bad("expected.total"))?,
            currency: expected.text("currency").map_err(bad("expected.currency"))?.to_owned(),
            quote_digest: expected.text("quote_digest").ok().and_then(Digest::parse).ok_or(ApiError::Field("expected.quote_digest"))?,
        })
    }
}

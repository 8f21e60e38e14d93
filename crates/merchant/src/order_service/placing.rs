//! Places orders and further payments of them, once per idempotency key: prices, compares with what was agreed to, takes from stock,
//! writes, and gets the code of the payment.

use std::sync::Arc;

use protocol::{AnswersText, Channel, Fault, Order, OrderId, OrderStatus, PaymentStatus, Quote};

use super::new_order::{CartOrder, Content, NewOrder, ShopOrder};
use super::payment_options::{NotOffered, PaymentOptions};
use super::pricing::{QuoteError, without};
use super::service::OrderService;
use crate::cart_fault::{self, CartFault};
use crate::catalog::{Cart, Code, PriceError, Priced, answer_terms, judge_answers, recipient};
use crate::client::Client;
use crate::limits::Coming;
use crate::order_record::{OrderRecord, References};
use crate::payment_links::LinkState;
use crate::random;
use crate::service_error::ServiceError;
use crate::store::{Detail, IdempotencyRecord, NewRecord, Shortage, StockItem, StoreError};

/// The longest that a client is told to be silent which has too many orders open, seconds: it may pay or close one at any moment.
const LONGEST_SILENCE: i64 = 30;

/// An order that is kept, whatever became of the code of its payment: that is asked for again when the shopper comes.
pub(crate) struct Placed {
    pub(crate) id: OrderId,
    /// The order with its code, or why it has none yet.
    pub(crate) order: Result<Order, ServiceError>,
}

/// What became of the wish for another payment.
pub(crate) enum Repaid {
    /// There is one.
    Made(Order),
    /// The payment before was paid in the meantime.
    PaidMeanwhile(Order),
}

/// Why nothing was placed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceError {
    /// The cart has no price.
    #[error(transparent)]
    Price(#[from] PriceError),
    /// The price is another one than agreed to; holds it.
    #[error("the price is not the one agreed to")]
    PriceChanged(Box<Priced>),
    /// What is asked is not answered well; holds a fault for each question.
    #[error("what is asked is not answered")]
    Answers(Vec<Fault>),
    /// It asks nothing, or is being paid.
    #[error("the order asks nothing, or is being paid")]
    AnswersClosed,
    /// It cannot be paid that way.
    #[error(transparent)]
    NotOffered(#[from] NotOffered),
    /// The order has ended, or its time is over.
    #[error("the order can no longer be paid")]
    Closed,
    /// The client has as many unpaid orders open as it may; holds for how many seconds it should be silent.
    #[error("too many of the client's orders are open and not paid")]
    TooManyOpen(u64),
    /// The payment link does not sell; holds how it stands.
    #[error("the payment link does not sell")]
    Link(LinkState),
    /// The amount is none that the payment link takes.
    #[error("the amount is not within the limits of the payment link")]
    Amount,
    /// Something inside did not work.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for PlaceError {
    fn from(error: StoreError) -> PlaceError {
        PlaceError::Service(error.into())
    }
}

impl From<QuoteError> for PlaceError {
    fn from(error: QuoteError) -> PlaceError {
        match error {
            QuoteError::Price(error) => PlaceError::Price(error),
            QuoteError::Link(state) => PlaceError::Link(state),
            QuoteError::Amount => PlaceError::Amount,
            QuoteError::Service(error) => PlaceError::Service(error),
        }
    }
}

impl OrderService {
    /// Places an order. A key that has made one before answers that one, and `wanted` is not read.
    ///
    /// # Errors
    /// Those of `wanted`, [`PlaceError`]; then nothing was written, and the key is free.
    pub(crate) async fn place<E: From<PlaceError>>(
        self: &Arc<Self>,
        key: &IdempotencyRecord,
        wanted: impl FnOnce() -> Result<NewOrder, E>,
    ) -> Result<Placed, E> {
        let made = {
            let _one_at_a_time = self.locks.hold_here(&format!("key {}", key.key)).await;
            match self.store.order_made_with(key).await.map_err(PlaceError::from)? {
                Some(id) => Made { id, whole: None },
                None => self.make(wanted()?, key).await?,
            }
        };
        let Made { id, whole } = made;
        let order = match whole {
            Some(order) => Ok(order),
            None => self.fetch_code(&id).await,
        };
        self.fetch_follow_code_later(&id);
        Ok(Placed { id, order })
    }

    async fn make(&self, wanted: NewOrder, key: &IdempotencyRecord) -> Result<Made, PlaceError> {
        let made = match wanted {
            NewOrder::Cart(order) => self.place_cart(order, key).await,
            NewOrder::Shop(order) => self.place_own(order, key).await,
        };
        match made {
            Err(PlaceError::Service(ServiceError::Store(error))) if !error.is_about_rows() => Err(error.into()),
            // Another node may have made it of the same key meanwhile, and of the last piece.
            Err(refusal) => match self.store.order_made_with(key).await? {
                Some(id) => Ok(Made { id, whole: None }),
                None => Err(refusal),
            },
            made => made,
        }
    }

    /// Makes another payment of an order: a new code, or another method. The payment before is closed first. Once per idempotency key.
    ///
    /// # Errors
    /// As [`OrderService::place`].
    pub(crate) async fn pay_again<E: From<PlaceError>>(
        self: &Arc<Self>,
        id: &OrderId,
        key: &IdempotencyRecord,
        wanted: impl FnOnce() -> Result<PaymentOptions, E>,
    ) -> Result<Repaid, E> {
        {
            let _one_at_a_time = self.locks.hold(id.as_str()).await;
            let order = self.store.order(id).await.map_err(PlaceError::from)?;
            if self.store.order_made_with(key).await.map_err(PlaceError::from)?.is_none()
                && let Some(paid) = self.replace_payment(&order, key, wanted()?).await?
            {
                return Ok(Repaid::PaidMeanwhile(paid));
            }
        }
        let order = self.fetch_code(id).await.map_err(PlaceError::from)?;
        self.fetch_follow_code_later(id);
        Ok(Repaid::Made(order))
    }

    /// Answers the order if it was paid in the meantime, and then nothing is made.
    async fn replace_payment(&self, order: &Order, key: &IdempotencyRecord, options: PaymentOptions) -> Result<Option<Order>, PlaceError> {
        // What cannot be made is refused before the code that is there is closed.
        if !order.methods.contains(&options.method) || !self.moves_money_as(order) {
            return Err(NotOffered::Method(options.method, order.money()).into());
        }
        if order.status == OrderStatus::Pending {
            self.collecting(&options, order.money())?;
            self.check_answered(order).await?;
        }
        let (order, ended) = self.end_open_payments(&order.id).await?;
        match order.status {
            OrderStatus::Pending if self.now() < order.expires_at => {}
            OrderStatus::Pending | OrderStatus::Expired | OrderStatus::Canceled => return Err(PlaceError::Closed),
            OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::Refunded => return Ok(Some(order)),
        }
        let payment = self.payment(options, order.money(), order.expires_at)?;
        let change = |record: &mut OrderRecord| {
            ended.iter().for_each(|ended| ended.write(record, PaymentStatus::Superseded));
            record.try_again(payment);
        };
        match self.change_once(&order.id, key, change).await {
            // Its last code was over, and somebody else has by now what it had given back.
            Err(StoreError::Short(shortage)) => match self.link_short(&shortage).await? {
                Some(state) => Err(PlaceError::Link(state)),
                None => Err(self.gone(&order, shortage).await?.into()),
            },
            made => Ok(made.map(|_| None)?),
        }
    }

    /// What an order cannot be paid for any more, because it is gone.
    async fn gone(&self, order: &Order, first: Shortage) -> Result<PriceError, StoreError> {
        let mut short = self.store.short_of(&order.id).await?;
        if short.is_empty() {
            short.push(first);
        }
        Ok(PriceError::Cart(Box::new(short_of(order, &short))))
    }

    async fn place_cart(&self, wanted: CartOrder, key: &IdempotencyRecord) -> Result<Made, PlaceError> {
        let CartOrder {
            id,
            items,
            code,
            client_reference,
            country,
            region,
            delivery,
            locale,
            price_digest,
            owner,
            answers,
            payment,
            client,
            link,
            place,
        } = wanted;
        let code = code.as_deref().map(Code::Offered);
        let (country, region, delivery) = (country.as_deref(), region.as_deref(), delivery.as_deref());
        let cart =
            Cart { items: &items, code, client_reference: client_reference.as_ref(), country, region, delivery, is_taken_along: false };
        let priced = match &link {
            Some(link) => self.price_by_link(link, cart, &locale).await?,
            None => self.price(cart, &locale).await?,
        };
        if !priced.quote.methods.contains(&payment.method) {
            return Err(NotOffered::Method(payment.method, priced.quote.money()).into());
        }
        if priced.quote.price.digest() != price_digest {
            return Err(PlaceError::PriceChanged(Box::new(priced)));
        }
        let faults = judge_answers(&priced.quote.asks, &priced.quote.price, answers.as_ref());
        if !faults.is_empty() {
            return Err(PlaceError::Answers(faults));
        }
        let expires_at = self.now() + self.orders.order_seconds;
        let payment = self.payment(payment, priced.quote.money(), expires_at)?;
        let Quote { merchant_name, price, methods, .. } = priced.quote.clone();
        let answers_digest = answers.as_ref().map(AnswersText::digest);
        let content = Content { id, merchant_name, channel: Channel::Cart, price, methods, expires_at, answers_digest };
        let order = self.new_order(content, Some(&payment));
        let coming = self.count_open(&client, &order).await?;
        self.store.restock(&priced.supplies).await?;
        let client_reference = client_reference.as_ref().map(ToString::to_string);
        let references = References { client_reference, place, ..priced.references.clone() };
        let terms = answers.as_ref().map(|answers| answer_terms(&priced.quote.asks, answers)).unwrap_or_default();
        let told = answers.as_ref().filter(|_| self.mailing.is_some()).map(|answers| recipient(&priced.quote.asks, answers, &locale));
        let told = told.filter(|told| told.email.is_some()).map(|told| told.to_text());
        let answers = answers.as_ref().map(|answers| Detail::answers(answers, &terms));
        let sealed: Vec<Detail<'_>> = answers.into_iter().chain(told.as_deref().map(Detail::recipient)).collect();
        let promises = self.catalog.promises(&order.price.lines);
        let given = NewRecord { promises: &promises, owner, ..NewRecord::of(&order, &references) };
        let new = NewRecord { payment: Some(&payment), holds: &priced.holds, sealed: &sealed, ..given };
        match self.store.create(new, key, self.now()).await {
            // Somebody else was faster.
            Err(StoreError::Short(shortage)) => {
                coming.never_came();
                if let Some(state) = self.link_short(&shortage).await? {
                    return Err(PlaceError::Link(state));
                }
                let priced = self.price(without(cart, &[shortage], &priced.quote)?, &locale).await?;
                Err(PlaceError::PriceChanged(Box::new(priced)))
            }
            Ok(made) if made != order.id => {
                coming.never_came();
                Ok(Made::of(order, made))
            }
            made => Ok(Made::of(order, made?)),
        }
    }

    /// Counts an order that a client is about to make among those that it has open.
    async fn count_open(&self, client: &Client, order: &Order) -> Result<Coming<'_>, PlaceError> {
        let add = || self.open_orders.add(client, &order.id, order.expires_at, self.now());
        let full = match add() {
            Ok(coming) => return Ok(coming),
            Err(full) => full,
        };
        // Nobody tells when one of them is paid or closed, on whichever node: it is looked up when that matters.
        let pending = self.store.pending_of(&full.written).await?;
        let ended: Vec<OrderId> = full.written.into_iter().filter(|order| !pending.contains(order)).collect();
        self.open_orders.forget(client, &ended);
        add().map_err(|full| PlaceError::TooManyOpen(full.until.saturating_sub(self.now()).clamp(1, LONGEST_SILENCE).unsigned_abs()))
    }

    async fn place_own(&self, wanted: ShopOrder, key: &IdempotencyRecord) -> Result<Made, PlaceError> {
        let ShopOrder { references, price, life, method, asking, by, holds } = wanted;
        let money = price.money();
        let (methods, expires_at) = (self.providers.methods(money), self.now() + life);
        let payment = match asking {
            None => {
                let method = self.method_with_code(&methods, method, money)?;
                Some(self.payment(PaymentOptions::by_code(method), money, expires_at)?)
            }
            Some(_) if methods.is_empty() => return Err(NotOffered::Nothing(money).into()),
            Some(_) => None,
        };
        let merchant_name = self.name.get("").to_owned();
        let id = OrderId::from_random(random::bytes());
        let content = Content { id, merchant_name, channel: Channel::Shop, price, methods, expires_at, answers_digest: None };
        let mut order = self.new_order(content, payment.as_ref());
        if let Some(asking) = &asking {
            (order.asks, order.deliveries) = (asking.asks("", None), asking.options(""));
        }
        let asking = asking.map(|asking| serde_json::to_string(&asking).unwrap_or_default());
        let promises = self.catalog.promises(&order.price.lines);
        let given = NewRecord { promises: &promises, ..NewRecord::of(&order, &references) };
        let new = NewRecord { asking: asking.as_deref(), payment: payment.as_ref(), by: by.as_deref(), holds: &holds, ..given };
        match self.store.create(new, key, self.now()).await {
            Err(StoreError::Short(shortage)) => Err(PriceError::Cart(Box::new(short_of(&order, &[shortage]))).into()),
            made => Ok(Made::of(order, made?)),
        }
    }
}

/// That too little is left for an order.
fn short_of(order: &Order, short: &[Shortage]) -> CartFault {
    let faults = short.iter().filter_map(|shortage| match &shortage.of {
        StockItem::Product(sku) => Some(cart_fault::out_of_stock(sku, shortage.left)),
        StockItem::Code(_) => Some(cart_fault::code_used_up()),
        StockItem::Link(_) => None,
    });
    CartFault { faults: faults.collect(), lines: order.price.lines.clone(), currency: Some(order.price.currency) }
}

/// An order that was made with a key.
struct Made {
    id: OrderId,
    /// The order, where it was made now and has its code already.
    whole: Option<Order>,
}

impl Made {
    /// `id` is of the order that the records have under the key, `order` what was to be made.
    fn of(order: Order, id: OrderId) -> Made {
        let has_code = order.payment.as_ref().is_some_and(|payment| payment.payload.is_some());
        Made { whole: (order.id == id && has_code).then_some(order), id }
    }
}

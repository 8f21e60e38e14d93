//! Orders that somebody wants, and what they are before they are kept.

use protocol::{AnswersText, Channel, ClientReference, Digest, Item, Method, Order, OrderId, OrderStatus, PriceText};

use super::links::LinkUse;
use super::payment_options::PaymentOptions;
use super::service::OrderService;
use crate::catalog::OwnAsks;
use crate::client::Client;
use crate::order_record::{PaymentRecord, References};
use crate::places::AtPlace;
use crate::store::Reservation;

/// An order that somebody wants.
pub(crate) enum NewOrder {
    /// A shopper's, of a cart at the price agreed to.
    Cart(CartOrder),
    /// The shop's own, at whatever price it says.
    Shop(ShopOrder),
}

pub(crate) struct CartOrder {
    /// Its name, so that what leads back to it can be told before it is there.
    pub(crate) id: OrderId,
    pub(crate) items: Vec<Item>,
    pub(crate) code: Option<String>,
    pub(crate) client_reference: Option<ClientReference>,
    pub(crate) country: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) delivery: Option<String>,
    pub(crate) locale: String,
    /// Of the price that the shopper has agreed to.
    pub(crate) price_digest: Digest,
    /// The digest of the key by which the shopper opens what is for him alone.
    pub(crate) owner: Option<Digest>,
    /// What the shopper answered to what the quote asks.
    pub(crate) answers: Option<AnswersText>,
    pub(crate) payment: PaymentOptions,
    /// Whose order it is.
    pub(crate) client: Client,
    /// By which link it is made, if by one; `items` and `code` say nothing then.
    pub(crate) link: Option<Box<LinkUse>>,
    /// At which place it is made, if at one.
    pub(crate) place: Option<AtPlace>,
}

pub(crate) struct ShopOrder {
    /// By which names the shop knows it.
    pub(crate) references: References,
    pub(crate) price: PriceText,
    /// For how long it can be paid, seconds.
    pub(crate) life: i64,
    /// How the first payment is made; the first method that makes codes if absent. An order that asks has none until it is answered.
    pub(crate) method: Option<Method>,
    /// What it asks before it can be paid.
    pub(crate) asking: Option<OwnAsks>,
    /// The id of the key of the admin API by which it is made.
    pub(crate) by: Option<String>,
    /// What it takes from stock.
    pub(crate) holds: Vec<Reservation>,
}

/// What an order says beside its first payment, whoever wants it.
pub(super) struct Content {
    pub(super) id: OrderId,
    pub(super) merchant_name: String,
    pub(super) channel: Channel,
    pub(super) price: PriceText,
    pub(super) methods: Vec<Method>,
    pub(super) expires_at: i64,
    pub(super) answers_digest: Option<Digest>,
}

impl OrderService {
    /// An order that was never paid yet, with its first payment, if it has one.
    pub(super) fn new_order(&self, content: Content, payment: Option<&PaymentRecord>) -> Order {
        let Content { id, merchant_name, channel, price, methods, expires_at, answers_digest } = content;
        Order {
            merchant: self.merchant.clone(),
            merchant_name,
            id,
            number: None,
            seq: 1,
            status: OrderStatus::Pending,
            amount: price.total,
            currency: price.currency,
            channel,
            is_test: self.providers.are_test(),
            price,
            expires_at,
            methods,
            ways: Vec::new(),
            asks: Vec::new(),
            deliveries: Vec::new(),
            answers_digest,
            payment: payment.map(|payment| payment.payment.clone()),
            fulfilment: Vec::new(),
            receipt: None,
            follow: None,
        }
    }
}

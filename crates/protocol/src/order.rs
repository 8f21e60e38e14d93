//! An order and its payment: what the shopper owes, how it is to be paid, and which changes of status are legal.

use crate::json::{Fields, Value};
use crate::price::PriceText;
use crate::words::words;
use crate::{Ask, Code, Currency, DeliveryOption, Digest, Fulfilled, MerchantId, Method, Money, OrderId, PaymentId, Surface, Ways};

words! {
    /// Where an order stands.
    OrderStatus {
        /// Waiting for money.
        Pending "pending",
        /// The money is here.
        Paid "paid",
        /// The deadline passed without money.
        Expired "expired",
        /// The shopper or the merchant gave it up.
        Canceled "canceled",
        /// Paid, and part of it was returned.
        PartlyRefunded "partly_refunded",
        /// Paid, and all of it was returned.
        Refunded "refunded",
    }
}

words! {
    /// How an order came about.
    Channel {
        /// A shopper ordered a cart.
        Cart "cart",
        /// The shop made it on its own.
        Shop "shop",
    }
}

words! {
    /// Where one attempt to pay stands.
    PaymentStatus {
        /// The code can be paid.
        Waiting "waiting",
        /// A wallet has read the code.
        Scanned "scanned",
        /// The money is here.
        Paid "paid",
        /// A wallet declined it.
        Refused "refused",
        /// The code can no longer be paid.
        Expired "expired",
        /// Another payment took its place.
        Superseded "superseded",
        /// The shopper turned back; the order can be paid by another.
        Canceled "canceled",
        /// The provider made nothing to pay by. Nobody declined anything.
        Failed "failed",
    }
}

impl OrderStatus {
    /// Whether an order may go from this status to that one, at once or through others. Late money counts:
    /// `expired → paid` and `canceled → paid` are legal, `paid → expired` never is.
    pub fn may_become(self, next: OrderStatus) -> bool {
        use OrderStatus::{Canceled, Expired, PartlyRefunded, Pending, Refunded};
        self == next
            || match self {
                Pending => true,
                Expired | Canceled => next.has_money(),
                OrderStatus::Paid => matches!(next, PartlyRefunded | Refunded),
                PartlyRefunded => next == Refunded,
                Refunded => false,
            }
    }

    /// Whether the money of the order has arrived, whatever became of it later.
    pub fn has_money(self) -> bool {
        matches!(self, OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::Refunded)
    }
}

/// One attempt to pay an order by one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id; also the order number the provider knows.
    pub id: PaymentId,
    /// By which method.
    pub method: Method,
    /// Where the shopper pays.
    pub surface: Surface,
    /// Where it stands.
    pub status: PaymentStatus,
    /// By surface: what the QR code encodes, an address for the top window, or inside of WeChat that address or what its bridge
    /// takes (JSON text). Absent while there is nothing to pay by.
    pub payload: Option<String>,
    /// When the code stops being payable, unix seconds.
    pub expires_at: i64,
}

/// What a shopper owes a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Who sells.
    pub merchant: MerchantId,
    /// The merchant's name as shoppers know it.
    pub merchant_name: String,
    /// Its id; knowing it is the right to read it.
    pub id: OrderId,
    /// What people call it, short enough to be read out; knowing it is no right. Absent where a backend has none.
    pub number: Option<String>,
    /// Strictly increases with every change; equal `seq` means identical state.
    pub seq: i64,
    /// Where it stands.
    pub status: OrderStatus,
    /// What is to be paid, minor units.
    pub amount: i64,
    /// Of the amount.
    pub currency: Currency,
    /// How it came about.
    pub channel: Channel,
    /// Whether it is a test, from its creation on: no money moves, and nothing real is given.
    pub is_test: bool,
    /// What was bought, and what it costs: the text that the shopper agreed to.
    pub price: PriceText,
    /// Until when it can be paid, unix seconds.
    pub expires_at: i64,
    /// Methods it can be paid by.
    pub methods: Vec<Method>,
    /// How each is paid on each surface; of one that is not named, as usual.
    pub ways: Vec<Ways>,
    /// What is asked before it can be paid, while it can be answered. Nothing of an order that was made from a cart.
    pub asks: Vec<Ask>,
    /// Between which deliveries there is a choice, while it can be answered.
    pub deliveries: Vec<DeliveryOption>,
    /// SHA-256 of the text of the answers, where there are any.
    pub answers_digest: Option<Digest>,
    /// The latest attempt to pay it.
    pub payment: Option<Payment>,
    /// What became of its things, the oldest first.
    pub fulfilment: Vec<Fulfilled>,
    /// Proof of payment, a compact JWS; there once the money has arrived.
    pub receipt: Option<String>,
    /// What a QR code encodes by which the shopper follows the merchant's Official Account and hears of this order there.
    pub follow: Option<String>,
}

impl Order {
    /// What is to be paid.
    pub fn money(&self) -> Money {
        Money { amount: self.amount, currency: self.currency }
    }

    /// Whether it has to be answered before it can be paid.
    pub fn is_unanswered(&self) -> bool {
        self.answers_digest.is_none() && !self.asks.is_empty()
    }

    /// Reads an order.
    ///
    /// # Errors
    /// `body-schema` for a missing or mistyped member, and where amount and currency are not those of the price.
    pub fn from_json(body: &Value) -> Result<Order, Code> {
        let mut order = Fields::read(body, |fields| Order {
            merchant: MerchantId::read(fields, "merchant"),
            merchant_name: fields.string("merchant_name"),
            id: OrderId::read(fields, "id"),
            number: fields.maybe_string("number"),
            seq: fields.amount("seq"),
            status: OrderStatus::read(fields, "status"),
            amount: fields.amount("amount"),
            currency: Currency::read(fields),
            channel: Channel::read(fields, "channel"),
            is_test: fields.flag("test"),
            price: PriceText::read(fields),
            expires_at: fields.int("expires_at"),
            methods: Method::read_list(fields, "methods"),
            ways: Ways::read_list(fields),
            asks: Ask::read_list(fields, "asks"),
            deliveries: DeliveryOption::read_list(fields),
            answers_digest: read_digest(fields, "answers_digest"),
            payment: fields.maybe("payment", Payment::read),
            fulfilment: Vec::new(),
            receipt: fields.maybe_string("receipt"),
            follow: fields.maybe_string("follow"),
        })?;
        order.fulfilment = Fields::read(body, |fields| Fulfilled::read_list(fields, order.price.lines.len()))?;
        if order.money() == order.price.money() { Ok(order) } else { Err(Code::BodySchema) }
    }

    /// Writes the body of an order.
    pub fn to_json(&self) -> Value {
        let mut body = Value::object([
            ("type", "order".into()),
            ("merchant", (&self.merchant).into()),
            ("merchant_name", self.merchant_name.as_str().into()),
            ("id", (&self.id).into()),
            ("seq", self.seq.into()),
            ("status", self.status.as_str().into()),
            ("amount", self.amount.into()),
            ("currency", self.currency.as_str().into()),
            ("channel", self.channel.as_str().into()),
            ("price", self.price.text().into()),
            ("expires_at", self.expires_at.into()),
            ("methods", self.methods.iter().collect()),
            ("payment", self.payment.as_ref().map(Payment::to_json).into()),
            ("receipt", self.receipt.as_deref().into()),
            ("follow", self.follow.as_deref().into()),
        ]);
        if let (Value::Object(members), Some(number)) = (&mut body, &self.number) {
            members.push(("number".to_owned(), number.as_str().into()));
        }
        if let (Value::Object(members), true) = (&mut body, self.is_test) {
            members.push(("test".to_owned(), true.into()));
        }
        if let (Value::Object(members), Some(digest)) = (&mut body, self.answers_digest) {
            members.push(("answers_digest".to_owned(), Value::Text(digest.to_base64())));
        }
        Ask::write(&mut body, &self.asks);
        DeliveryOption::write(&mut body, &self.deliveries);
        Ways::write(&mut body, &self.ways);
        Fulfilled::write(&mut body, &self.fulfilment);
        body
    }
}

fn read_digest(fields: &mut Fields<'_>, name: &str) -> Option<Digest> {
    let text = fields.maybe_text(name)?;
    Some(fields.require(Digest::parse(text), Digest::from_bytes([0; 32])))
}

impl Payment {
    fn read(fields: &mut Fields<'_>) -> Payment {
        Payment {
            id: PaymentId::read(fields, "id"),
            method: Method::read(fields, "method"),
            surface: Surface::read(fields, "surface"),
            status: PaymentStatus::read(fields, "status"),
            payload: fields.maybe_string("payload"),
            expires_at: fields.int("expires_at"),
        }
    }

    fn to_json(&self) -> Value {
        Value::object([
            ("id", (&self.id).into()),
            ("method", (&self.method).into()),
            ("surface", self.surface.as_str().into()),
            ("status", self.status.as_str().into()),
            ("payload", self.payload.as_deref().into()),
            ("expires_at", self.expires_at.into()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::OrderStatus::{self, Canceled, Expired, Paid, PartlyRefunded, Pending, Refunded};

    #[test]
    fn only_the_legal_changes_of_status_are_legal() {
        let all = [Pending, Paid, Expired, Canceled, PartlyRefunded, Refunded];
        let legal = |from: OrderStatus| all.into_iter().filter(move |&to| from.may_become(to)).collect::<Vec<_>>();
        assert_eq!(legal(Pending), all);
        assert_eq!(legal(Paid), [Paid, PartlyRefunded, Refunded]);
        assert_eq!(legal(Expired), [Paid, Expired, PartlyRefunded, Refunded]);
        assert_eq!(legal(Canceled), [Paid, Canceled, PartlyRefunded, Refunded]);
        assert_eq!(legal(PartlyRefunded), [PartlyRefunded, Refunded]);
        assert_eq!(legal(Refunded), [Refunded]);
        assert!(all.into_iter().all(|status| OrderStatus::parse(status.as_str()) == Some(status)));
    }
}

//! A quote: the signed price of one cart, valid until a time. It is stateless at the backend; who orders at it names the digest of its price.

use crate::json::{Fields, Value};
use crate::price::PriceText;
use crate::{Ask, Code, DeliveryOption, MerchantId, Method, Money, Ways};

/// The price of a cart, and how it can be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Who sells.
    pub merchant: MerchantId,
    /// The merchant's name as shoppers know it.
    pub merchant_name: String,
    /// Name of this quote.
    pub id: String,
    /// Until when it may be ordered, unix seconds.
    pub expires_at: i64,
    /// Whether an order of it is a test: no money moves.
    pub is_test: bool,
    /// What the cart costs.
    pub price: PriceText,
    /// Offered payment methods, the best first. Each can collect the total.
    pub methods: Vec<Method>,
    /// How each is paid on each surface; of one that is not named, as usual.
    pub ways: Vec<Ways>,
    /// What is asked before the cart can be ordered.
    pub asks: Vec<Ask>,
    /// Between which deliveries there is a choice; the price has the chosen one.
    pub deliveries: Vec<DeliveryOption>,
}

impl Quote {
    /// What is to be paid.
    pub fn money(&self) -> Money {
        self.price.money()
    }

    /// The first question whose answer goes into the price, and that is open.
    pub fn unanswered(&self) -> Option<&Ask> {
        self.asks.iter().find(|ask| ask.is_open(self.price.country.as_deref(), self.price.region.as_deref()))
    }

    /// Whether there are questions that are answered with the order.
    pub fn asks_details(&self) -> bool {
        self.asks.iter().any(|ask| !ask.is_of_price())
    }

    /// Reads a quote and adds its price up again.
    ///
    /// # Errors
    /// `body-schema` for a missing or mistyped member and for sums that do not add up.
    pub fn from_json(body: &Value) -> Result<Quote, Code> {
        Fields::read(body, |fields| Quote {
            merchant: MerchantId::read(fields, "merchant"),
            merchant_name: fields.string("merchant_name"),
            id: fields.string("id"),
            expires_at: fields.int("expires_at"),
            is_test: fields.flag("test"),
            price: PriceText::read(fields),
            methods: Method::read_list(fields, "methods"),
            ways: Ways::read_list(fields),
            asks: Ask::read_list(fields, "asks"),
            deliveries: DeliveryOption::read_list(fields),
        })
    }

    /// Writes the body of a quote.
    pub fn to_json(&self) -> Value {
        let mut body = Value::object([
            ("type", "quote".into()),
            ("merchant", (&self.merchant).into()),
            ("merchant_name", self.merchant_name.as_str().into()),
            ("id", self.id.as_str().into()),
            ("expires_at", self.expires_at.into()),
            ("price", self.price.text().into()),
            ("methods", self.methods.iter().collect()),
        ]);
        if let (Value::Object(members), true) = (&mut body, self.is_test) {
            members.push(("test".to_owned(), true.into()));
        }
        Ways::write(&mut body, &self.ways);
        Ask::write(&mut body, &self.asks);
        DeliveryOption::write(&mut body, &self.deliveries);
        body
    }
}

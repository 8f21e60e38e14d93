//! A quote: the signed price of one cart, valid until a time. It is stateless at the backend; the order repeats its digest.

use crate::json::{Fields, Value};
use crate::{Code, Currency, MerchantId, Method, Money, Sku, Ways};

/// At most this many different things in a cart.
pub const MAX_ITEMS: usize = 50;
/// At most this many of one thing.
pub const MAX_QUANTITY: u32 = 999;

/// What the shopper wants: so many of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which thing.
    pub sku: Sku,
    /// How many, 1 to [`MAX_QUANTITY`].
    pub quantity: u32,
}

impl Item {
    /// Reads `{"sku", "quantity"}`.
    ///
    /// # Errors
    /// `body-schema`.
    pub fn from_json(value: &Value) -> Result<Item, Code> {
        Fields::read(value, Item::read)
    }

    /// Reads the members of an item, alone or as a part of a line.
    pub fn read(fields: &mut Fields<'_>) -> Item {
        let quantity = u32::try_from(fields.int("quantity")).ok().filter(|quantity| (1..=MAX_QUANTITY).contains(quantity));
        Item { sku: Sku::read(fields, "sku"), quantity: fields.require(quantity, 1) }
    }

    /// Writes `{"sku", "quantity"}`.
    pub fn to_json(&self) -> Value {
        Value::object([("sku", (&self.sku).into()), ("quantity", i64::from(self.quantity).into())])
    }
}

/// A priced line of a cart or an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What and how many.
    pub item: Item,
    /// Its name in the shopper's language.
    pub name: String,
    /// Address of a picture, if there is one.
    pub image: Option<String>,
    /// Price of one, minor units.
    pub unit_price: i64,
    /// Price of all of them, minor units.
    pub total: i64,
}

/// A named amount: a discount or the shipping cost. Minor units, never negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What it is for, in the shopper's language.
    pub label: String,
    /// Minor units.
    pub amount: i64,
}

/// A tax line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    /// Which tax, in the shopper's language.
    pub label: String,
    /// Minor units.
    pub amount: i64,
    /// Whether the prices hold it already (shown, not added).
    pub included: bool,
}

/// The discount code that a price was asked for with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountCode {
    /// In capitals.
    pub code: String,
    /// How it fared; `crates/protocol/schema/openapi.json` lists the words.
    pub state: String,
}

/// The price of a cart.
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
    /// Of every amount in here.
    pub currency: Currency,
    /// What is bought.
    pub lines: Vec<Line>,
    /// Sum of the lines.
    pub subtotal: i64,
    /// Taken off.
    pub discounts: Vec<Charge>,
    /// Put on for delivery; absent when nothing is delivered or it is not known yet.
    pub shipping: Option<Charge>,
    /// Tax, put on or already included.
    pub tax: Option<Tax>,
    /// What is to be paid.
    pub total: i64,
    /// Offered payment methods, the best first. Each can collect the total.
    pub methods: Vec<Method>,
    /// How each is paid on each surface; of one that is not named, as usual.
    pub ways: Vec<Ways>,
    /// What became of the discount code, if one was named.
    pub discount_code: Option<DiscountCode>,
}

impl Quote {
    /// What is to be paid.
    pub fn money(&self) -> Money {
        Money { amount: self.total, currency: self.currency }
    }

    /// Reads a quote and adds it up again.
    ///
    /// # Errors
    /// `body-schema` for a missing or mistyped member and for sums that do not add up.
    pub fn from_json(body: &Value) -> Result<Quote, Code> {
        let quote = Fields::read(body, |fields| Quote {
            merchant: MerchantId::read(fields, "merchant"),
            merchant_name: fields.string("merchant_name"),
            id: fields.string("id"),
            expires_at: fields.int("expires_at"),
            currency: Currency::read(fields),
            lines: fields.each("lines", Line::read),
            subtotal: fields.amount("subtotal"),
            discounts: fields.each("discounts", Charge::read),
            shipping: fields.maybe("shipping", Charge::read),
            tax: fields.maybe("tax", Tax::read),
            total: fields.amount("total"),
            methods: Method::read_list(fields, "methods"),
            ways: Ways::read_list(fields),
            discount_code: fields.maybe("discount_code", DiscountCode::read),
        })?;
        if quote.adds_up() { Ok(quote) } else { Err(Code::BodySchema) }
    }

    /// Writes the body of a quote.
    pub fn to_json(&self) -> Value {
        let mut body = Value::object([
            ("type", "quote".into()),
            ("merchant", (&self.merchant).into()),
            ("merchant_name", self.merchant_name.as_str().into()),
            ("id", self.id.as_str().into()),
            ("expires_at", self.expires_at.into()),
            ("currency", self.currency.as_str().into()),
            ("lines", self.lines.iter().map(Line::to_json).collect()),
            ("subtotal", self.subtotal.into()),
            ("discounts", self.discounts.iter().map(Charge::to_json).collect()),
            ("shipping", self.shipping.as_ref().map(Charge::to_json).into()),
            ("tax", self.tax.as_ref().map(Tax::to_json).into()),
            ("total", self.total.into()),
            ("methods", self.methods.iter().collect()),
        ]);
        if let (Value::Object(members), Some(code)) = (&mut body, &self.discount_code) {
            members.push(("discount_code".to_owned(), code.to_json()));
        }
        Ways::write(&mut body, &self.ways);
        body
    }

    /// Whether lines, subtotal and total agree; all in integers, overflow counts as disagreement.
    fn adds_up(&self) -> bool {
        let subtotal = self.lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.total));
        let lines = self.lines.iter().all(Line::adds_up) && subtotal == Some(self.subtotal);
        let total = || {
            let off = self.discounts.iter().try_fold(0i64, |sum, discount| sum.checked_add(discount.amount))?;
            let shipping = self.shipping.as_ref().map_or(0, |shipping| shipping.amount);
            let tax = self.tax.as_ref().filter(|tax| !tax.included).map_or(0, |tax| tax.amount);
            subtotal?.checked_sub(off)?.checked_add(shipping)?.checked_add(tax)
        };
        lines && total() == Some(self.total)
    }
}

impl DiscountCode {
    /// Whether its discount is taken off.
    pub fn applies(&self) -> bool {
        self.state == "applied"
    }

    fn read(fields: &mut Fields<'_>) -> DiscountCode {
        DiscountCode { code: fields.string("code"), state: fields.string("state") }
    }

    fn to_json(&self) -> Value {
        Value::object([("code", self.code.as_str().into()), ("state", self.state.as_str().into())])
    }
}

impl Line {
    pub(crate) fn read(fields: &mut Fields<'_>) -> Line {
        Line {
            item: Item::read(fields),
            name: fields.string("name"),
            image: fields.maybe_string("image"),
            unit_price: fields.amount("unit_price"),
            total: fields.amount("total"),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        Value::object([
            ("sku", (&self.item.sku).into()),
            ("quantity", i64::from(self.item.quantity).into()),
            ("name", self.name.as_str().into()),
            ("image", self.image.as_deref().into()),
            ("unit_price", self.unit_price.into()),
            ("total", self.total.into()),
        ])
    }

    fn adds_up(&self) -> bool {
        self.unit_price.checked_mul(i64::from(self.item.quantity)) == Some(self.total)
    }
}

impl Charge {
    fn read(fields: &mut Fields<'_>) -> Charge {
        Charge { label: fields.string("label"), amount: fields.amount("amount") }
    }

    fn to_json(&self) -> Value {
        Value::object([("label", self.label.as_str().into()), ("amount", self.amount.into())])
    }
}

impl Tax {
    fn read(fields: &mut Fields<'_>) -> Tax {
        Tax { label: fields.string("label"), amount: fields.amount("amount"), included: fields.truth("included") }
    }

    fn to_json(&self) -> Value {
        Value::object([("label", self.label.as_str().into()), ("amount", self.amount.into()), ("included", self.included.into())])
    }
}

//! A price: what a cart or an order costs, line by line. It travels as one JSON text, so that whoever is told it later (an order's screen, a
//! receipt's page, the shop's books) can show that it is the one that was agreed to: by the digest of that text.

use std::ops::Deref;

use crate::item::Item;
use crate::json::{self, Fields, Value};
use crate::{Code, Currency, Digest, Money};

/// A priced line of a cart or an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What and how many.
    pub item: Item,
    /// Its name in the shopper's language.
    pub name: String,
    /// Which of its variants, in the shopper's language, if it has any: "Blue, large".
    pub options: Option<String>,
    /// Address of a picture, if there is one.
    pub image: Option<String>,
    /// Price of one, minor units; negative where an order of the shop's own takes something off.
    pub unit_price: i64,
    /// Price of all of them, minor units.
    pub total: i64,
}

/// A named amount that is taken off. Minor units, never negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What it is for, in the shopper's language.
    pub label: String,
    /// Minor units.
    pub amount: i64,
}

/// How it is delivered, and for how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which of the deliveries that are offered, if there is more than one.
    pub id: Option<String>,
    /// What it is called, in the shopper's language.
    pub label: String,
    /// Minor units, never negative.
    pub amount: i64,
}

/// The tax of one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    /// Which tax, in the shopper's language.
    pub label: String,
    /// Percent, as a decimal number, such as `8.1`.
    pub rate: Option<String>,
    /// Minor units, never negative.
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

/// What a cart or an order costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Of every amount in here.
    pub currency: Currency,
    /// What is bought; none where an order of the shop's own is about an amount alone.
    pub lines: Vec<Line>,
    /// Sum of the lines, minor units.
    pub subtotal: i64,
    /// Taken off.
    pub discounts: Vec<Charge>,
    /// What became of the discount code, if one was named.
    pub discount_code: Option<DiscountCode>,
    /// Where it is delivered or taxed, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The part of that country.
    pub region: Option<String>,
    /// Put on for delivery; absent when nothing is delivered or it is not known yet.
    pub delivery: Option<Delivery>,
    /// Tax by rate, put on or already included.
    pub taxes: Vec<Tax>,
    /// Put on, or taken off where it is negative, so that the total can be collected. Minor units.
    pub rounding: i64,
    /// What is to be paid, minor units.
    pub total: i64,
}

/// A price and the text that is signed. Reads as the [`Price`] in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceText {
    text: String,
    price: Price,
}

impl Price {
    /// The price of lines alone, of a sum within 64 bits.
    pub fn of_lines(currency: Currency, lines: Vec<Line>) -> Price {
        let subtotal = lines.iter().map(|line| line.total).fold(0, i64::saturating_add);
        Price {
            currency,
            lines,
            subtotal,
            discounts: Vec::new(),
            discount_code: None,
            country: None,
            region: None,
            delivery: None,
            taxes: Vec::new(),
            rounding: 0,
            total: subtotal,
        }
    }

    /// What is to be paid.
    pub fn money(&self) -> Money {
        Money { amount: self.total, currency: self.currency }
    }

    /// What the lines, discounts, delivery, taxes and rounding come to; `None` beyond 64 bits.
    pub fn sum(&self) -> Option<i64> {
        let off = self.discounts.iter().map(|discount| discount.amount);
        let taxes = self.taxes.iter().filter(|tax| !tax.included).map(|tax| tax.amount);
        let on = taxes.chain(self.delivery.iter().map(|delivery| delivery.amount)).chain([self.rounding]);
        on.chain(off.map(|amount| -amount)).try_fold(self.subtotal, i64::checked_add)
    }

    /// Whether lines, subtotal and total agree; all in integers, overflow counts as disagreement. Without lines the subtotal stands alone.
    pub fn adds_up(&self) -> bool {
        let subtotal = self.lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.total));
        let is_sum = self.lines.is_empty() || subtotal == Some(self.subtotal);
        is_sum && self.lines.iter().all(Line::adds_up) && self.sum() == Some(self.total)
    }

    /// Writes the object that the text holds.
    pub fn to_json(&self) -> Value {
        let mut members = vec![
            ("currency", self.currency.as_str().into()),
            ("lines", self.lines.iter().map(Line::to_json).collect()),
            ("subtotal", self.subtotal.into()),
            ("discounts", self.discounts.iter().map(Charge::to_json).collect()),
        ];
        members.extend(self.discount_code.as_ref().map(|code| ("discount_code", code.to_json())));
        members.extend(self.country.as_deref().map(|country| ("country", country.into())));
        members.extend(self.region.as_deref().map(|region| ("region", region.into())));
        members.push(("delivery", self.delivery.as_ref().map(Delivery::to_json).into()));
        members.push(("taxes", self.taxes.iter().map(Tax::to_json).collect()));
        members.extend((self.rounding != 0).then(|| ("rounding", self.rounding.into())));
        members.push(("total", self.total.into()));
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn read(fields: &mut Fields<'_>) -> Price {
        Price {
            currency: Currency::read(fields),
            lines: fields.each("lines", Line::read),
            subtotal: fields.int("subtotal"),
            discounts: fields.each("discounts", Charge::read),
            discount_code: fields.maybe("discount_code", DiscountCode::read),
            country: fields.maybe_string("country"),
            region: fields.maybe_string("region"),
            delivery: fields.maybe("delivery", Delivery::read),
            taxes: fields.each("taxes", Tax::read),
            rounding: if fields.has("rounding") { fields.int("rounding") } else { 0 },
            total: fields.amount("total"),
        }
    }
}

impl PriceText {
    /// Writes a price down.
    pub fn of(price: Price) -> PriceText {
        PriceText { text: price.to_json().to_string(), price }
    }

    /// Reads the text of a price and adds it up again. `None` where it is no JSON of that shape, and for sums that do not add up.
    pub fn parse(text: &str) -> Option<PriceText> {
        let price = Fields::read(&json::parse(text.as_bytes()).ok()?, Price::read).ok()?;
        price.adds_up().then(|| PriceText { text: text.to_owned(), price })
    }

    /// Exactly what is signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Names the price: SHA-256 of its text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Reads the member `price`.
    pub(crate) fn read(fields: &mut Fields<'_>) -> PriceText {
        let text = fields.text("price");
        PriceText::parse(text).unwrap_or_else(|| {
            fields.refuse();
            PriceText { text: String::new(), price: Price::of_lines(Currency::NONE, Vec::new()) }
        })
    }
}

impl Deref for PriceText {
    type Target = Price;

    fn deref(&self) -> &Price {
        &self.price
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
    /// Its name, and which of its variants.
    pub fn title(&self) -> String {
        let options = self.options.as_deref().unwrap_or_default();
        [&*self.name, if options.is_empty() { "" } else { " – " }, options].concat()
    }

    /// Reads `{"sku", "quantity", "name", "options", "image", "unit_price", "total"}`.
    ///
    /// # Errors
    /// `body-schema`.
    pub fn from_json(value: &Value) -> Result<Line, Code> {
        Fields::read(value, Line::read)
    }

    pub(crate) fn read(fields: &mut Fields<'_>) -> Line {
        Line {
            item: Item::read(fields),
            name: fields.string("name"),
            options: fields.maybe_string("options"),
            image: fields.maybe_string("image"),
            unit_price: fields.int("unit_price"),
            total: fields.int("total"),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut members =
            vec![("sku", (&self.item.sku).into()), ("quantity", i64::from(self.item.quantity).into()), ("name", self.name.as_str().into())];
        members.extend(self.options.as_deref().map(|options| ("options", options.into())));
        members.extend([("image", self.image.as_deref().into()), ("unit_price", self.unit_price.into()), ("total", self.total.into())]);
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
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

impl Delivery {
    fn read(fields: &mut Fields<'_>) -> Delivery {
        Delivery { id: fields.maybe_string("id"), label: fields.string("label"), amount: fields.amount("amount") }
    }

    fn to_json(&self) -> Value {
        let id = self.id.as_deref().map(|id| ("id", Value::from(id)));
        let rest = [("label", self.label.as_str().into()), ("amount", self.amount.into())];
        Value::Object(id.into_iter().chain(rest).map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Tax {
    fn read(fields: &mut Fields<'_>) -> Tax {
        Tax {
            label: fields.string("label"),
            rate: fields.maybe_string("rate"),
            amount: fields.amount("amount"),
            included: fields.truth("included"),
        }
    }

    fn to_json(&self) -> Value {
        let rate = self.rate.as_deref().map(|rate| ("rate", Value::from(rate)));
        let amount = [("amount", self.amount.into()), ("included", self.included.into())];
        let members = [("label", self.label.as_str().into())].into_iter().chain(rate).chain(amount);
        Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

//! The price of an order of the shop's own, as the shop writes it down: any lines, discounts, delivery and taxes that add up.

use protocol::{Charge, Currency, Delivery, Item, Line, MAX_ITEMS, MAX_QUANTITY, Price, PriceText, Sku, Tax};
use serde::Deserialize;

use super::error::AdminError;
use super::json::MAX_AMOUNT;
use crate::books::unnamed;
use crate::shown::{MAX_NAME, judge_rate, judge_text, picture};

/// The largest price of one thing, minor units: so many as an order can hold stay within [`MAX_AMOUNT`] a thousandfold.
const MAX_UNIT_PRICE: i64 = MAX_AMOUNT / 1_000_000;

/// The members of the order that are about its price.
pub(in super::super) struct NewPrice {
    pub(in super::super) currency: String,
    pub(in super::super) lines: Vec<NewLine>,
    pub(in super::super) discounts: Vec<NewCharge>,
    pub(in super::super) delivery: Option<NewDelivery>,
    pub(in super::super) taxes: Vec<NewTax>,
    pub(in super::super) rounding: i64,
    pub(in super::super) amount: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewLine {
    sku: Option<String>,
    name: String,
    options: Option<String>,
    image: Option<String>,
    /// Minor units.
    unit_price: i64,
    #[serde(default = "one")]
    quantity: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewCharge {
    label: String,
    /// Minor units.
    amount: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewDelivery {
    id: Option<String>,
    label: String,
    /// Minor units.
    amount: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewTax {
    label: String,
    /// Percent.
    rate: Option<String>,
    /// Minor units.
    amount: i64,
    /// Whether the prices hold it already.
    #[serde(default)]
    included: bool,
}

fn one() -> u32 {
    1
}

impl NewPrice {
    /// The price, whose text is kept.
    ///
    /// # Errors
    /// `bad-request`, with the member at fault.
    pub(in super::super) fn read(self, public_url: &str) -> Result<PriceText, AdminError> {
        let currency = Currency::parse(&self.currency).ok_or_else(|| AdminError::bad("currency: not an ISO 4217 code"))?;
        for (name, number) in [("lines", self.lines.len()), ("discounts", self.discounts.len()), ("taxes", self.taxes.len())] {
            if number > MAX_ITEMS {
                return Err(AdminError::bad(format!("{name}: at most {MAX_ITEMS}")));
            }
        }
        let lines = self.lines.into_iter().enumerate().map(|(at, line)| line.read(at, public_url)).collect::<Result<Vec<_>, _>>()?;
        let discounts = self.discounts.into_iter().enumerate().map(|(at, one)| {
            judge_charge(&one.label, one.amount).map_err(|fault| AdminError::bad(format!("discounts[{at}].{fault}")))?;
            Ok(Charge { label: one.label, amount: one.amount })
        });
        let discounts = discounts.collect::<Result<Vec<_>, AdminError>>()?;
        let delivery = self.delivery.map(|one| {
            let id = one.id.as_deref().map_or(Ok(()), |id| judge_text(id, MAX_NAME)).map_err(|fault| format!("id: {fault}"));
            id.and_then(|()| judge_charge(&one.label, one.amount)).map_err(|fault| AdminError::bad(format!("delivery.{fault}")))?;
            Ok::<_, AdminError>(Delivery { id: one.id, label: one.label, amount: one.amount })
        });
        let taxes = self.taxes.into_iter().enumerate().map(|(at, one)| {
            let rate = one.rate.as_deref().map_or(Ok(()), judge_rate);
            rate.and_then(|()| judge_charge(&one.label, one.amount)).map_err(|fault| AdminError::bad(format!("taxes[{at}].{fault}")))?;
            Ok(Tax { label: one.label, rate: one.rate, amount: one.amount, included: one.included })
        });
        let taxes = taxes.collect::<Result<Vec<_>, AdminError>>()?;
        if !(-MAX_AMOUNT..=MAX_AMOUNT).contains(&self.rounding) {
            return Err(AdminError::bad("rounding: minor units"));
        }
        let mut price =
            Price { discounts, delivery: delivery.transpose()?, taxes, rounding: self.rounding, ..Price::of_lines(currency, lines) };
        let sum = price.sum().unwrap_or(i64::MAX);
        let amount = self.amount.unwrap_or(sum);
        if !(1..=MAX_AMOUNT).contains(&amount) {
            return Err(AdminError::bad(format!("amount: 1 to {MAX_AMOUNT} minor units")));
        }
        if price.lines.is_empty() {
            price.subtotal = amount - sum;
        } else if amount != sum {
            return Err(AdminError::bad(format!("amount: does not add up: lines, discounts, delivery, taxes and rounding come to {sum}")));
        }
        price.total = amount;
        Ok(PriceText::of(price))
    }
}

impl NewLine {
    /// One piece of something that has a name and a price and nothing else.
    pub(in super::super) fn named(name: String, unit_price: i64) -> NewLine {
        NewLine { sku: None, name, options: None, image: None, unit_price, quantity: 1 }
    }

    /// The line at that place of the order.
    fn read(self, at: usize, public_url: &str) -> Result<Line, AdminError> {
        let bad = |what: &str| AdminError::bad(format!("lines[{at}].{what}"));
        let sku = self.sku.unwrap_or_else(|| unnamed(at));
        let sku = Sku::parse(&sku).ok_or_else(|| bad("sku: letters, digits and -._~ only"))?;
        judge_text(&self.name, MAX_NAME).map_err(|fault| bad(&format!("name: {fault}")))?;
        self.options
            .as_deref()
            .map_or(Ok(()), |options| judge_text(options, MAX_NAME))
            .map_err(|fault| bad(&format!("options: {fault}")))?;
        let image = self.image.map(|image| picture(&image, public_url)).transpose().map_err(|fault| bad(&format!("image: {fault}")))?;
        if !(1..=MAX_QUANTITY).contains(&self.quantity) {
            return Err(bad("quantity: 1 to 999"));
        }
        if !(-MAX_UNIT_PRICE..=MAX_UNIT_PRICE).contains(&self.unit_price) {
            return Err(bad("unit_price: minor units"));
        }
        let total = self.unit_price * i64::from(self.quantity);
        let item = Item { sku, quantity: self.quantity };
        Ok(Line { item, name: self.name, options: self.options, image, unit_price: self.unit_price, total })
    }
}

/// What is wrong with a named amount.
fn judge_charge(label: &str, amount: i64) -> Result<(), String> {
    judge_text(label, MAX_NAME).map_err(|fault| format!("label: {fault}"))?;
    if (0..=MAX_AMOUNT).contains(&amount) { Ok(()) } else { Err("amount: minor units, not negative".to_owned()) }
}

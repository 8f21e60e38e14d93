//! What a link sells, and for how much.

use protocol::{Currency, Item, Line, Price, PriceText, Sku};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The sku of the one line of an amount that the shopper names.
const AMOUNT: &str = "amount";

/// What a link sells. The text of a price is what is written of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sale {
    /// Things of the catalog, at its price of then.
    Cart {
        /// Sku and quantity of each.
        items: Vec<(String, u32)>,
        /// The discount code with them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// The shop's own lines, at its own price.
    #[serde(serialize_with = "write_price", deserialize_with = "read_price")]
    Price(Box<PriceText>),
    /// An amount that the shopper names.
    Amount(OpenAmount),
}

/// An amount that the shopper names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAmount {
    /// What it is for.
    pub name: String,
    /// In which money.
    #[serde(serialize_with = "write_currency", deserialize_with = "read_currency")]
    pub currency: Currency,
    /// The least, minor units.
    pub least: i64,
    /// The most, minor units.
    pub most: i64,
    /// Amounts to choose from, minor units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<i64>,
}

impl OpenAmount {
    /// The price of that amount, minor units; `None` outside of the limits.
    pub(crate) fn price(&self, amount: i64) -> Option<PriceText> {
        let item = Item { sku: Sku::parse(AMOUNT)?, quantity: 1 };
        let line = Line { item, name: self.name.clone(), options: None, image: None, unit_price: amount, total: amount };
        let price = Price::of_lines(self.currency, vec![line]);
        (self.least..=self.most).contains(&amount).then(|| PriceText::of(Price { total: amount, ..price }))
    }
}

/// The things of a cart.
pub(crate) fn items_of(written: &[(String, u32)]) -> Vec<Item> {
    written.iter().filter_map(|(sku, quantity)| Some(Item { sku: Sku::parse(sku)?, quantity: *quantity })).collect()
}

fn write_price<S: Serializer>(price: &PriceText, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(price.text())
}

fn read_price<'de, D: Deserializer<'de>>(value: D) -> Result<Box<PriceText>, D::Error> {
    let text = String::deserialize(value)?;
    PriceText::parse(&text).map(Box::new).ok_or_else(|| serde::de::Error::custom("no price"))
}

fn write_currency<S: Serializer>(currency: &Currency, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(currency.as_str())
}

fn read_currency<'de, D: Deserializer<'de>>(value: D) -> Result<Currency, D::Error> {
    let word = String::deserialize(value)?;
    Currency::parse(&word).ok_or_else(|| serde::de::Error::custom("no currency"))
}

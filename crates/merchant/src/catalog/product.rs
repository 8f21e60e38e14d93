//! A product as the catalog has it, and what is wrong with it.

use protocol::{MAX_QUANTITY, Sku};
use serde::Deserialize;

use super::tax::TaxRule;
use super::text::Text;
use crate::shown::judge_picture;
use crate::store::{StockItem, Supply};

/// The highest price of one thing, minor units: a full cart of them stays within 64 bits.
const MAX_PRICE: i64 = 999_999_999_999;
/// The heaviest thing, grams, and the most pieces of one.
const MAX_COUNT: i64 = 1_000_000_000;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    pub(super) sku: String,
    pub(super) name: Text,
    pub(super) image: Option<String>,
    /// Minor units.
    pub(super) price: i64,
    /// Its class of tax.
    pub(super) tax: Option<String>,
    /// Grams.
    pub(super) weight: Option<i64>,
    /// Whether nothing of it is delivered.
    #[serde(default)]
    pub(super) digital: bool,
    /// The most pieces of it that one order may have.
    pub(super) max_per_order: Option<i64>,
    /// How many there are; any number if absent.
    stock: Option<i64>,
    /// Names the count of `stock`, such as a date: with another word here, even the same number is counted anew.
    stocked: Option<toml::Value>,
}

impl Product {
    pub(super) fn check(&self, tax: Option<&TaxRule>, is_weighed: bool) -> Result<(), String> {
        Sku::parse(&self.sku).ok_or("sku: 1 to 64 letters, digits and -._~")?;
        if !(1..=MAX_PRICE).contains(&self.price) {
            return Err(format!("price must be a positive number of minor units, at most {MAX_PRICE}"));
        }
        self.name.judge().map_err(|fault| format!("name: {fault}"))?;
        self.image.as_deref().map_or(Ok(()), judge_picture).map_err(|fault| format!("image: {fault}"))?;
        match tax {
            Some(tax) => tax.check_class(self.tax.as_deref())?,
            None if self.tax.is_some() => return Err("has a class of tax, but there is no [tax]".into()),
            None => {}
        }
        for (key, number) in [("weight", self.weight), ("stock", self.stock)] {
            if number.is_some_and(|number| !(0..=MAX_COUNT).contains(&number)) {
                return Err(format!("{key} must be 0 to {MAX_COUNT}"));
            }
        }
        let most = i64::from(MAX_QUANTITY);
        if self.max_per_order.is_some_and(|number| !(1..=most).contains(&number)) {
            return Err(format!("max_per_order must be 1 to {most}"));
        }
        if is_weighed && self.weight.is_none() && !self.digital {
            return Err("needs a weight in grams: shipping goes by it".into());
        }
        if self.stocked.is_some() && self.stock.is_none() {
            return Err("stocked is a word for the count in stock, which is missing".into());
        }
        Ok(())
    }

    /// How many there are, if the file says so.
    pub(super) fn supply(&self) -> Option<Supply> {
        let stocked = self.stocked.as_ref().map(ToString::to_string).unwrap_or_default();
        Some(Supply { of: StockItem::Product(self.sku.clone()), stock: self.stock?, stocked })
    }
}

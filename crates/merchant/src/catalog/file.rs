//! A catalog file: what may stand in it, and what is wrong with it. Not here: what a cart costs.

use std::fmt;
use std::path::Path;

use protocol::{Currency, Sku};
use serde::Deserialize;

use super::Text;

/// The highest price of one thing, minor units: a full cart of them stays within 64 bits.
const MAX_PRICE: i64 = 999_999_999_999;

/// A catalog file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    pub(super) currency: String,
    #[serde(rename = "item", default)]
    pub(super) items: Vec<Product>,
    #[serde(rename = "discount", default)]
    pub(super) discounts: Vec<Discount>,
    pub(super) shipping: Option<Shipping>,
    pub(super) tax: Option<TaxRule>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    pub(super) sku: String,
    pub(super) name: Text,
    pub(super) image: Option<String>,
    /// Minor units.
    pub(super) price: i64,
}

/// Taken off once the subtotal reaches `minimum`: `percent` of it, or a fixed `amount`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Discount {
    pub(super) label: Text,
    pub(super) percent: Option<i64>,
    pub(super) amount: Option<i64>,
    #[serde(default)]
    pub(super) minimum: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shipping {
    pub(super) label: Text,
    pub(super) amount: i64,
    /// From this subtotal on nothing is charged.
    pub(super) free_over: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaxRule {
    pub(super) label: Text,
    pub(super) percent: i64,
    /// Whether the prices hold it already.
    #[serde(default)]
    pub(super) included: bool,
}

/// What is wrong with a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError(String);

impl fmt::Display for CatalogError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for CatalogError {}

impl Catalog {
    /// Reads a file.
    ///
    /// # Errors
    /// One line that names the file and the key or item at fault.
    pub fn load(path: &Path) -> Result<Catalog, CatalogError> {
        let fault = |what: &dyn fmt::Display| CatalogError(format!("{}: {what}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| fault(&error))?;
        Catalog::parse(&text).map_err(|error| fault(&error))
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// One line that names the key or item at fault.
    pub fn parse(text: &str) -> Result<Catalog, CatalogError> {
        let catalog: Catalog = toml::from_str(text).map_err(|error| CatalogError(crate::config::one_line(&error, text)))?;
        catalog.check().map_err(CatalogError)?;
        Ok(catalog)
    }

    /// ISO 4217 code of all prices.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    fn check(&self) -> Result<(), String> {
        Currency::parse(&self.currency).ok_or("currency: not an ISO 4217 code")?;
        for (at, item) in self.items.iter().enumerate() {
            Sku::parse(&item.sku).ok_or(format!("item {}: sku {:?} holds characters that addresses do not take", at + 1, item.sku))?;
            if self.items[..at].iter().any(|earlier| earlier.sku == item.sku) {
                return Err(format!("item {}: sku {:?} stands twice", at + 1, item.sku));
            }
            if !(1..=MAX_PRICE).contains(&item.price) {
                return Err(format!("item {:?}: price must be a positive number of minor units, at most {MAX_PRICE}", item.sku));
            }
        }
        for (at, discount) in self.discounts.iter().enumerate() {
            let percent = discount.percent.is_none_or(|percent| (1..=100).contains(&percent));
            let amount = discount.amount.is_none_or(|amount| amount > 0);
            if discount.percent.is_some() == discount.amount.is_some() || !percent || !amount {
                return Err(format!("discount {}: needs either percent (1 to 100) or a positive amount", at + 1));
            }
        }
        if self.shipping.as_ref().is_some_and(|shipping| shipping.amount < 0) {
            return Err("shipping: amount is negative".into());
        }
        if self.tax.as_ref().is_some_and(|tax| !(0..=100).contains(&tax.percent)) {
            return Err("tax: percent must be 0 to 100".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::pricing::tests::SHOP;
    use super::*;

    #[test]
    fn a_bad_catalog_names_the_item_at_fault() {
        let fault = |from: &str, to: &str| Catalog::parse(&SHOP.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(fault("\"CNY\"", "\"yuan\"").contains("currency"));
        assert!(fault("sku = \"cup\"", "sku = \"tea\"").contains("stands twice"));
        assert!(fault("1250", "0").contains("\"tea\""));
        assert!(fault("1250", "12.50").contains("price"));
        assert!(fault("price = 333", "prize = 333").contains("prize"));
        assert!(fault("percent = 10", "percent = 10\namount = 5").contains("discount 1"));
    }
}

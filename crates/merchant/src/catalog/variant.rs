//! A variant of a product, such as its colour or its size: a thing of its own to sell, which is in all that it does not say as its product.

use serde::Deserialize;

use super::text::Text;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variant {
    pub(super) sku: String,
    /// What tells it from the others, in the words of the shop.
    pub(super) options: Text,
    pub(super) image: Option<String>,
    /// Minor units.
    pub(super) price: Option<i64>,
    /// Grams.
    pub(super) weight: Option<i64>,
    /// The file that it is.
    pub(super) file: Option<String>,
    /// Where a licence key for each piece comes from.
    pub(super) keys: Option<String>,
    /// Where its ticket admits to, when that begins, and where it is.
    pub(super) event: Option<String>,
    pub(super) starts: Option<String>,
    pub(super) place: Option<String>,
    /// The most pieces of it that one order may have.
    pub(super) max_per_order: Option<i64>,
    /// How many there are; any number if absent.
    pub(super) stock: Option<i64>,
    /// Names the count of `stock`.
    pub(super) stocked: Option<toml::Value>,
}

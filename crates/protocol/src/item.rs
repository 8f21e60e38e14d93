//! What a shopper wants: so many of one thing.

use crate::json::{Fields, Value};
use crate::{Code, Sku};

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

//! Things of which there are only so many, and what is wanted and left of them.

use std::fmt;

/// Something of which there are only so many.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StockItem {
    /// Pieces of a product, by sku.
    Product(String),
    /// Uses of a discount code, by the code in capitals.
    Code(String),
    /// Uses of a payment link, by its name.
    Link(String),
}

/// How many there are of it, says the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply {
    /// Of what.
    pub of: StockItem,
    /// So many.
    pub stock: i64,
    /// The catalog's word for this count, such as the day of the delivery; another word begins the count anew.
    pub stocked: String,
}

/// What an order takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Of what.
    pub of: StockItem,
    /// So many, at least 1.
    pub quantity: i64,
}

/// There is less left than was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Of what.
    pub of: StockItem,
    /// So many are left, not negative.
    pub left: i64,
}

/// How something scarce stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Of what.
    pub of: StockItem,
    /// The number that the catalog names, with what was put in or taken out since.
    pub stock: i64,
    /// So many of it are taken, by open orders and by sold ones; late money may have taken more than there are.
    pub taken: i64,
    /// So many of those by orders that may still end without money.
    pub open: i64,
}

impl StockItem {
    /// The thing of that kind, `product` or `code`, and name.
    pub(crate) fn of(kind: &str, name: &str) -> Option<StockItem> {
        match kind {
            "product" => Some(StockItem::Product(name.to_owned())),
            "code" => Some(StockItem::Code(name.to_uppercase())),
            _ => None,
        }
    }

    /// Its kind and name, as rows have them.
    pub(crate) fn columns(&self) -> (&'static str, &str) {
        match self {
            StockItem::Product(sku) => ("product", sku),
            StockItem::Code(code) => ("code", code),
            StockItem::Link(link) => ("link", link),
        }
    }
}

impl fmt::Display for StockItem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = self.columns();
        write!(out, "{kind} {name}")
    }
}

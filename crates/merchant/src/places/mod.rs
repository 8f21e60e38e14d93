//! Places: what a printed code at a table or a shelf opens. Whoever scans it pays what the shop has made for that place, or orders what is
//! offered there. Not here: orders, which keep the place they were made at.

mod id;

pub use id::PlaceId;

use serde::{Deserialize, Serialize};

/// A place as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// What shoppers read, such as "Table 7".
    pub name: String,
    /// The skus that it offers; of none, all that are sold.
    pub items: Vec<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// The id of the key of the admin API by which it was made.
    pub by: String,
    /// When the shop closed it, unix seconds.
    pub closed_at: Option<i64>,
}

/// Where an order was made, as it was called then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtPlace {
    /// The place's id.
    pub id: PlaceId,
    /// What shoppers read there.
    pub name: String,
}

impl Place {
    /// As an order names it.
    pub(crate) fn told(&self) -> AtPlace {
        AtPlace { id: self.id.clone(), name: self.name.clone() }
    }

    /// Whether somebody who scans its code can order that there.
    pub(crate) fn offers(&self, sku: &str) -> bool {
        self.items.is_empty() || self.items.iter().any(|offered| offered == sku)
    }
}

//! What the shop learns from its books: takings by what they came from, as tables. Pure: movements of money come from the store.

mod table;
mod takings;

pub(crate) use table::{Cell, Table};
pub(crate) use takings::{By, Movement, Takings, unnamed};

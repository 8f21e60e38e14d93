//! What the shop learns from its books: takings by what they came from, as tables. Pure: movements come from the books.

mod table;
mod takings;

pub(crate) use table::{Cell, Table};
pub(crate) use takings::{By, PART_OF_DAY, Taken, Takings};

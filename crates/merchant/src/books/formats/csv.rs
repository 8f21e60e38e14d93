//! CSV by RFC 4180.

use crate::books::movement::Booked;
use crate::books::row::{COLUMNS, Cell, cells, decimal};
use crate::csv_field::csv_field;
use crate::shop_time::ShopTime;

/// The line of the names.
pub(crate) fn head() -> String {
    COLUMNS.join(",") + "\r\n"
}

/// The line of a movement.
pub(crate) fn row(booked: &Booked, time: &ShopTime) -> String {
    let fields = cells(booked, time).map(|cell| match cell {
        Cell::Text(text) => csv_field(&text),
        Cell::Amount(amount, currency) => decimal(amount, currency),
    });
    fields.join(",") + "\r\n"
}

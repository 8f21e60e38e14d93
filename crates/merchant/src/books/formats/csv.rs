//! CSV by RFC 4180.

use crate::books::movement::Booked;
use crate::books::row::{COLUMNS, Cell, cells, decimal};
use crate::shop_time::ShopTime;

/// The line of the names.
pub(crate) fn head() -> String {
    COLUMNS.join(",") + "\r\n"
}

/// The line of a movement.
pub(crate) fn row(booked: &Booked, time: &ShopTime) -> String {
    let fields = cells(booked, time).map(|cell| match cell {
        Cell::Text(text) => field(&text),
        Cell::Amount(amount, currency) => decimal(amount, currency),
    });
    fields.join(",") + "\r\n"
}

/// A text. What a spreadsheet would take for a formula gets an apostrophe in front: others chose some of these texts.
fn field(value: &str) -> String {
    let value = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { value.to_owned() };
    if value.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_field_is_quoted_where_it_must_be_and_never_a_formula() {
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
    }
}

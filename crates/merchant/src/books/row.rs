//! A row of the export: which columns there are, and what a movement says in each.

use protocol::{Currency, Money};
use serde_json::{Map, Value, json};

use super::movement::{Booked, SoldLine, TaxShare};
use crate::number::OrderNumber;
use crate::shop_time::ShopTime;

/// The columns, which docs/books.md explains.
pub(super) const COLUMNS: [&str; 22] = [
    "booked_on",
    "at",
    "belongs_to",
    "kind",
    "amount",
    "currency",
    "number",
    "order",
    "reference",
    "payment",
    "refund",
    "transaction",
    "method",
    "provider",
    "discount_code",
    "country",
    "tax",
    "taxes",
    "lines",
    "client_reference",
    "metadata",
    "test",
];

/// What stands in a cell.
pub(super) enum Cell {
    Text(String),
    /// Minor units of a currency.
    Amount(i64, Option<Currency>),
}

impl Cell {
    fn maybe(text: Option<&str>) -> Cell {
        Cell::Text(text.unwrap_or_default().to_owned())
    }
}

/// An amount as a plain decimal; of a currency that is none, minor units.
pub(super) fn decimal(amount: i64, currency: Option<Currency>) -> String {
    currency.map_or_else(|| amount.to_string(), |currency| Money { amount, currency }.to_decimal())
}

/// The cells of a row, in the order of [`COLUMNS`].
pub(super) fn cells(booked: &Booked, time: &ShopTime) -> [Cell; COLUMNS.len()] {
    let (moved, references) = (&booked.movement, &booked.references);
    let currency = Currency::parse(&moved.currency);
    let each = |texts: Vec<String>| Cell::Text(texts.join("; "));
    [
        Cell::Text(time.date(booked.booked_at).to_string()),
        Cell::Text(time.write(moved.at)),
        Cell::maybe(booked.belongs_to.as_deref()),
        Cell::maybe(Some(moved.kind.as_str())),
        Cell::Amount(moved.amount, currency),
        Cell::maybe(Some(&moved.currency)),
        Cell::Text(number(booked).unwrap_or_default()),
        Cell::maybe(moved.order.as_ref().map(|order| order.as_str())),
        Cell::maybe(references.reference.as_deref()),
        Cell::maybe(moved.payment.as_deref()),
        Cell::maybe(moved.refund.as_deref()),
        Cell::maybe(moved.transaction.as_deref()),
        Cell::maybe(moved.method.as_deref()),
        Cell::maybe(Some(&moved.provider)),
        Cell::maybe(moved.discount_code.as_deref()),
        Cell::maybe(moved.country.as_deref()),
        Cell::Amount(tax(&moved.taxes), currency),
        each(moved.taxes.iter().map(|tax| format!("{}: {}", rate(tax), decimal(tax.amount, currency))).collect()),
        each(moved.lines.iter().map(|line| format!("{} x {}", line.quantity, what(line))).collect()),
        Cell::maybe(references.client_reference.as_deref()),
        Cell::Text(references.metadata_text().unwrap_or_default()),
        Cell::maybe(moved.is_test.then_some("true")),
    ]
}

/// The same as members: amounts in minor units, what is many as a list.
pub(super) fn members(booked: &Booked, time: &ShopTime) -> Value {
    let (moved, references) = (&booked.movement, &booked.references);
    let mut members = Map::new();
    for (name, cell) in COLUMNS.into_iter().zip(cells(booked, time)) {
        let value = match cell {
            Cell::Amount(amount, _) => json!(amount),
            Cell::Text(text) if text.is_empty() => Value::Null,
            Cell::Text(text) => json!(text),
        };
        members.insert(name.to_owned(), value);
    }
    members.insert("taxes".to_owned(), json!(moved.taxes));
    members.insert("lines".to_owned(), json!(moved.lines));
    members.insert("metadata".to_owned(), json!(references.metadata));
    if moved.is_test {
        members.insert("test".to_owned(), json!(true));
    }
    Value::Object(members)
}

fn number(booked: &Booked) -> Option<String> {
    booked.movement.order.as_ref().map(|order| OrderNumber::of(order).to_string())
}

/// All tax in it, minor units.
fn tax(taxes: &[TaxShare]) -> i64 {
    taxes.iter().map(|tax| tax.amount).sum()
}

/// What was sold: its sku, or the name of a line that has none.
fn what(line: &SoldLine) -> &str {
    if line.has_sku() { &line.sku } else { &line.name }
}

/// The rate as people read it; a tax without one has its name.
fn rate(tax: &TaxShare) -> String {
    tax.rate.as_deref().map_or_else(|| tax.label.clone(), |rate| format!("{rate}%"))
}

//! A table of figures, as JSON for programs and as CSV (RFC 4180) for spreadsheets.

use protocol::{Currency, Money};
use serde_json::{Map, Value, json};

use crate::csv_field::csv_field;

/// What stands in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A word of ours or of others.
    Text(String),
    /// How many, or seconds.
    Number(i64),
    /// Minor units of a currency.
    Money(i64, Currency),
    /// There is none.
    None,
}

/// Columns by their names, and rows that have as many cells.
pub(crate) struct Table {
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A list of objects; amounts in minor units.
    pub(crate) fn json(&self) -> Value {
        let row = |cells: &Vec<Cell>| -> Map<String, Value> {
            let values = cells.iter().map(|cell| match cell {
                Cell::Text(text) => json!(text),
                Cell::Number(number) | Cell::Money(number, _) => json!(number),
                Cell::None => Value::Null,
            });
            self.columns.iter().map(|name| (*name).to_owned()).zip(values).collect()
        };
        self.rows.iter().map(|cells| Value::Object(row(cells))).collect()
    }

    /// A line of names, and a line for each row; amounts in the currency's own units.
    pub(crate) fn csv(&self) -> String {
        let line = |cells: Vec<String>| cells.join(",") + "\r\n";
        let names = self.columns.iter().map(|name| (*name).to_owned()).collect();
        let rows = self.rows.iter().map(|cells| line(cells.iter().map(written).collect()));
        line(names) + &rows.collect::<String>()
    }
}

/// A number stays one.
fn written(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Money(amount, currency) => Money { amount: *amount, currency: *currency }.to_decimal(),
        Cell::None => String::new(),
        Cell::Text(text) => csv_field(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_numbers_and_no_text_is_a_formula() {
        let eur = Currency::parse("EUR").unwrap();
        let rows = vec![
            vec![Cell::Text("tea".to_owned()), Cell::Money(-1_200, eur), Cell::Number(2)],
            vec![Cell::Text("=1,\"2\"".to_owned()), Cell::None, Cell::Number(-1)],
        ];
        let table = Table { columns: vec!["product", "net", "orders"], rows };
        assert_eq!(table.csv(), "product,net,orders\r\ntea,-12.00,2\r\n\"'=1,\"\"2\"\"\",,-1\r\n");
        assert_eq!(table.json()[0], json!({ "product": "tea", "net": -1_200, "orders": 2 }));
    }
}

//! `orders insights`: figures of the shop, as tables.

use std::fmt::Write as _;

use clap::Args;
use serde_json::Value;

use super::admin::Admin;
use super::table::{each, money, text};

/// What is asked for.
#[derive(Args)]
pub(super) struct Insights {
    /// A time: 2026-11-27, 2026-11, today, yesterday, 2026-11-27T14:30, in the shop's time zone; 30 days before the end, if absent
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// The same; a day or a month counts as a whole; until now, if absent
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Takings by day, method, product, country or code; what became of codes by surface; or shoppers who came again
    #[arg(long)]
    by: Option<String>,
    /// As CSV, of --by
    #[arg(long, requires = "by", conflicts_with = "json")]
    pub(super) csv: bool,
}

impl Insights {
    pub(super) async fn ask(&self, admin: &Admin) -> Result<String, String> {
        let asked = [("from", &self.from), ("to", &self.to), ("by", &self.by)];
        let mut query: Vec<(&str, String)> = asked.into_iter().filter_map(|(name, said)| Some((name, said.clone()?))).collect();
        query.extend(self.csv.then(|| ("format", "csv".to_owned())));
        admin.get(&["insights"], &query).await
    }
}

/// An answer for people.
pub(super) fn table(answer: &Value) -> String {
    if answer["by"].is_null() { overview(answer) } else { aligned(answer) }
}

/// The columns in the backend's order. Figures stand at the right, below their names.
fn aligned(answer: &Value) -> String {
    let columns: Vec<&str> = each(&answer["columns"]).map(text).collect();
    let cell = |row: &Value, name: &str| match (name, &row[name]) {
        ("sales" | "refunds" | "net", amount) => money(amount, text(&row["currency"])),
        (_, Value::String(word)) => word.clone(),
        (_, Value::Null) => "-".to_owned(),
        (_, number) => number.to_string(),
    };
    let names = columns.iter().map(|name| name.replace('_', " ")).collect();
    let rows: Vec<Vec<String>> = each(&answer["rows"]).map(|row| columns.iter().map(|name| cell(row, name)).collect()).collect();
    let lines: Vec<Vec<String>> = std::iter::once(names).chain(rows).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let is_word = |column: usize| each(&answer["rows"]).all(|row| row[columns[column]].is_string() || row[columns[column]].is_null());
    let mut told = String::new();
    for line in &lines {
        let mut written = String::new();
        for (column, cell) in line.iter().enumerate() {
            let width = width(column);
            let _ = if is_word(column) { write!(written, "{cell:width$}  ") } else { write!(written, "{cell:>width$}  ") };
        }
        let _ = writeln!(told, "{}", written.trim_end());
    }
    told
}

fn overview(answer: &Value) -> String {
    let count = |value: &Value| value.to_string();
    let mut told = format!("{:14}  {:7}  {:>7}  {:>7}  {:>9}  median seconds\n", "method", "surface", "shown", "paid", "abandoned");
    for one in each(&answer["channels"]) {
        let (method, surface) = (text(&one["method"]), text(&one["surface"]));
        let _ = writeln!(
            told,
            "{method:14}  {surface:7}  {:>7}  {:>7}  {:>9}  {}",
            count(&one["shown"]),
            count(&one["paid"]),
            count(&one["abandoned"]),
            one["median_seconds_to_paid"].as_i64().map_or_else(|| "-".to_owned(), |seconds| seconds.to_string())
        );
    }
    let _ = writeln!(told, "linked shoppers: {}", answer["linked_shoppers"]);
    told
}

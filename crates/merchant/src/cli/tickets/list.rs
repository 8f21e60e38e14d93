//! Tickets as the backend lists them.

use merchant::receipts::utc;
use serde_json::Value;

use super::super::orders::admin::{Admin, read};

/// All tickets that changed since then, page after page, and what the first page says beside.
pub(super) async fn load(admin: &Admin, event: Option<&str>, since: i64) -> Result<(Vec<Value>, Value), String> {
    let (mut tickets, mut first, mut next) = (Vec::new(), None, None::<String>);
    loop {
        let mut query = vec![("since", since.to_string())];
        query.extend(event.map(|event| ("event", event.to_owned())));
        query.extend(next.map(|next| ("next", next)));
        let mut page = read(&admin.get(&["tickets"], &query).await?)?;
        if let Value::Array(some) = page["tickets"].take() {
            tickets.extend(some);
        }
        next = page["next"].as_str().map(str::to_owned);
        first.get_or_insert(page);
        if next.is_none() {
            return Ok((tickets, first.unwrap_or_default()));
        }
    }
}

/// A ticket in a line.
pub(super) fn line(ticket: &Value) -> String {
    let word = |name: &str| plain(ticket[name].as_str().unwrap_or("-"));
    let more = match ticket["admitted_at"].as_i64() {
        Some(at) => format!("  {} {}", utc(at), word("door")),
        None => String::new(),
    };
    format!("{}  {:<8}  {}{more}\n", word("number"), word("state"), word("event"))
}

/// Somebody who was let in by a ticket of somebody else.
pub(super) fn double(double: &Value) -> String {
    let (number, door) = (plain(double["ticket"]["number"].as_str().unwrap_or("-")), plain(double["door"].as_str().unwrap_or("-")));
    let at = double["at"].as_i64().map_or_else(|| "-".to_owned(), utc);
    format!("{number}  DOUBLE    let in once more  {at} {door}\n")
}

/// A terminal must not act on it.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|symbol| !symbol.is_control()).collect()
}

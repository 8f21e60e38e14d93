//! Looking at what is sealed, which is written down before anything is told.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use merchant::store::{Looking, SeenDetail};
use merchant::{OrderNumber, Store, receipts};
use protocol::OrderId;
use serde_json::{Value, json};

use super::super::shared::{find, said};
use super::asking::Asked;

fn looking(what: &str, now: i64) -> Looking<'_> {
    Looking { who: "command", what, now }
}

pub(super) async fn show(store: &Store, order: &str, now: i64) -> Result<(), String> {
    let order = find(store, order).await?;
    let seen = store.look_at_details(&order, looking("show", now)).await.map_err(said)?;
    if seen.is_empty() {
        eprintln!("nothing is sealed of {}", OrderNumber::of(&order));
    }
    for SeenDetail { kind, name, sealed_at, text } in &seen {
        let text = text.as_deref().unwrap_or("(does not open; the log says why)");
        println!("{}  {:14}  {name:27}  {}", receipts::utc(*sealed_at), kind.as_str(), text.escape_debug());
    }
    Ok(())
}

/// The orders of somebody, whatever is known of them.
async fn found(store: &Store, by: Asked, wanted: &str, what: &str, now: i64) -> Result<Vec<OrderId>, String> {
    if let Some(term) = by.term(wanted)? {
        return store.find_by_term(&term, looking(what, now)).await.map_err(said);
    }
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let (some, next) = store.find_by_name(wanted, &after, looking(what, now)).await.map_err(said)?;
        all.extend(some);
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    all.dedup();
    Ok(all)
}

pub(super) async fn find_all(store: &Store, by: Asked, wanted: &str, now: i64) -> Result<(), String> {
    for order in found(store, by, wanted, "find", now).await? {
        println!("{}  {order}", OrderNumber::of(&order));
    }
    Ok(())
}

pub(super) async fn export(store: &Store, out: &Path, (order, by, wanted): (Option<&str>, Asked, &str), now: i64) -> Result<(), String> {
    let orders = match order {
        Some(order) => vec![find(store, order).await?],
        None => found(store, by, wanted, "export", now).await?,
    };
    let told = |error: std::io::Error| format!("{}: {error}", out.display());
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(out).map_err(told)?;
    let mut all = Vec::new();
    for order in &orders {
        let seen = store.look_at_details(order, looking("export", now)).await.map_err(said)?;
        let details: Vec<Value> = seen.iter().map(detail).collect();
        all.push(json!({ "number": OrderNumber::of(order).to_string(), "order": order.as_str(), "details": details }));
    }
    let text = serde_json::to_string_pretty(&all).map_err(said)?;
    writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(told)?;
    println!("{} holds what is sealed of {} orders; whoever reads it reads personal data", out.display(), orders.len());
    Ok(())
}

fn detail(seen: &SeenDetail) -> Value {
    json!({ "kind": seen.kind.as_str(), "name": seen.name, "sealed_at": seen.sealed_at, "text": seen.text })
}

//! Looking at what is sealed, which is written down before anything is told.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use merchant::sealed::SealedKind;
use merchant::shop_time::ShopTime;
use merchant::store::{Looking, SeenDetail};
use merchant::{OrderNumber, Store};
use protocol::{AnswersText, OrderId};
use serde_json::{Value, json};

use super::super::shared::{find, print, said};
use super::asking::Asked;

fn looking(what: &str, now: i64) -> Looking<'_> {
    Looking { who: "command", what, now }
}

/// Times are those of the shop.
pub(super) async fn show(store: &Store, order: &str, time: &ShopTime, now: i64) -> Result<(), String> {
    let order = find(store, order).await?;
    let seen = store.look_at_details(&order, looking("show", now)).await.map_err(said)?;
    if seen.is_empty() {
        eprintln!("nothing is sealed of {}", OrderNumber::of(&order));
    }
    print(&seen.iter().map(|detail| shown(detail, time)).collect::<String>())
}

/// A line, and one for each answer.
fn shown(SeenDetail { kind, name, sealed_at, text }: &SeenDetail, time: &ShopTime) -> String {
    let text = text.as_deref().unwrap_or("(does not open; the log says why)");
    let begin = format!("{}  {:14}  {name:27}", time.write(*sealed_at), kind.as_str());
    match (kind, AnswersText::parse(text)) {
        (SealedKind::Answers, Some(answers)) => format!("{}\n{}", begin.trim_end(), answered(&answers)),
        _ => format!("{begin}  {}\n", on_one_line(text)),
    }
}

/// What somebody answered, as people read it; the salt tells nobody anything.
fn answered(answers: &AnswersText) -> String {
    let answers = answers.answers();
    let places = [("country", &answers.country), ("region", &answers.region), ("delivery", &answers.delivery)];
    let places = places.into_iter().filter_map(|(name, answer)| Some((name, answer.as_deref()?)));
    let given = answers.given.iter().map(|(name, answer)| (name.as_str(), answer.as_str()));
    places.chain(given).map(|(name, answer)| format!("  {}: {}\n", on_one_line(name), on_one_line(answer))).collect()
}

/// A text without what would begin a line, or lead a terminal astray.
fn on_one_line(text: &str) -> String {
    let is_plain =
        |letter: char| !letter.is_control() && !('\u{202a}'..='\u{202e}').contains(&letter) && !('\u{2066}'..='\u{2069}').contains(&letter);
    let mut line = String::new();
    for letter in text.replace("\r\n", "\n").replace('\n', " / ").chars() {
        match is_plain(letter) {
            true => line.push(letter),
            false => line.extend(letter.escape_default()),
        }
    }
    line
}

/// The orders of somebody, whatever is known of them.
async fn found(store: &Store, by: Asked, wanted: &str, what: &str, now: i64) -> Result<Vec<OrderId>, String> {
    let term = by.term(wanted)?;
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = match &term {
            Some(term) => store.find_by_term(term, &after, looking(what, now)).await,
            None => store.find_by_name(wanted, &after, looking(what, now)).await,
        };
        let (some, next) = page.map_err(said)?;
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
    let found = found(store, by, wanted, "find", now).await?;
    print(&found.iter().map(|order| format!("{}  {order}\n", OrderNumber::of(order))).collect::<String>())
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
    let (mut all, mut unopened) = (Vec::new(), 0);
    for order in &orders {
        let seen = store.look_at_details(order, looking("export", now)).await.map_err(said)?;
        unopened += seen.iter().filter(|detail| detail.text.is_none()).count();
        let details: Vec<Value> = seen.iter().map(detail).collect();
        all.push(json!({ "number": OrderNumber::of(order).to_string(), "order": order.as_str(), "details": details }));
    }
    let text = serde_json::to_string_pretty(&all).map_err(said)?;
    writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(told)?;
    println!("{} holds what is sealed of {} orders; whoever reads it reads personal data", out.display(), orders.len());
    match unopened {
        0 => Ok(()),
        _ => Err(format!("{unopened} records do not open and stand there as null; the log says why")),
    }
}

fn detail(seen: &SeenDetail) -> Value {
    json!({ "kind": seen.kind.as_str(), "name": seen.name, "sealed_at": seen.sealed_at, "text": seen.text })
}

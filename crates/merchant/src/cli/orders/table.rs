//! Answers as lines for people: aligned, one thing each, amounts with their currency.

use std::fmt::Write as _;

use merchant::shop_time::ShopTime;
use protocol::{Currency, Money};
use serde_json::Value;

pub(in super::super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

pub(in super::super) fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// An amount in the currency's own units.
pub(in super::super) fn money(amount: &Value, currency: &str) -> String {
    match (amount.as_i64(), Currency::parse(currency)) {
        (Some(amount), Some(known)) => format!("{} {currency}", Money { amount, currency: known }.to_decimal()),
        _ => "-".to_owned(),
    }
}

/// In which zone an answer's times are told; one that this program does not know yet is told in UTC.
fn zone(answer: &Value) -> ShopTime {
    answer["time_zone"].as_str().and_then(|name| ShopTime::named(name).ok()).unwrap_or_default()
}

/// A moment, unix seconds, on the shop's clock.
fn time(at: &Value, zone: &ShopTime) -> String {
    at.as_i64().map_or_else(|| "-".to_owned(), |at| zone.write(at))
}

fn order_line(order: &Value, reference: &Value, created_at: &str) -> String {
    let amount = money(&order["amount"], text(&order["currency"]));
    format!("{}  {}  {:15}  {amount:>16}  {}\n", text(&order["number"]), created_at, text(&order["status"]), marked(order, text(reference)))
}

/// A text behind a mark, where the order is a test.
fn marked(order: &Value, text: &str) -> String {
    if order["test"] == true { format!("TEST  {text}") } else { text.to_owned() }
}

pub(super) fn list(page: &Value) -> String {
    let (mut told, zone) = (String::new(), zone(page));
    for one in each(&page["orders"]) {
        told += &order_line(&one["order"], &one["reference"], &time(&one["created_at"], &zone));
        for why in each(&one["attention"]) {
            let _ = writeln!(told, "  {}  {}", time(&why["since"], &zone), text(&why["reason"]));
        }
    }
    if let Some(next) = page["next"].as_str() {
        let _ = writeln!(told, "more: --after {next}");
    }
    told
}

/// How an amount comes about, a line each. Of an order, which `account` is, its lines have their places, and what went back is said.
pub(in super::super) fn price(price: &Value, currency: &str, account: &Value) -> String {
    let mut told = String::new();
    for (at, line) in each(&price["lines"]).enumerate() {
        let place = if account.is_null() { String::new() } else { format!("{at}: ") };
        let options = line["options"].as_str().map(|options| format!(" – {options}")).unwrap_or_default();
        let refunded = account["lines"][at]["refunded"].as_u64().filter(|refunded| *refunded > 0);
        let refunded = refunded.map(|refunded| format!("  {refunded} refunded")).unwrap_or_default();
        let total = money(&line["total"], currency);
        let _ = writeln!(told, "  {place}{} × {}{options}  {total}{refunded}", line["quantity"], text(&line["name"]));
    }
    for discount in each(&price["discounts"]) {
        let _ = writeln!(told, "  {}  −{}", text(&discount["label"]), money(&discount["amount"], currency));
    }
    if !price["delivery"].is_null() {
        let refunded = if account["delivery"]["refunded"] == true { "  refunded" } else { "" };
        let amount = money(&price["delivery"]["amount"], currency);
        let _ = writeln!(told, "  {}  {amount}{refunded}", text(&price["delivery"]["label"]));
    }
    for tax in each(&price["taxes"]) {
        let how = if tax["included"] == true { "  included" } else { "" };
        // Many labels say it themselves.
        let is_said = |rate: &&str| [format!("{rate}%"), format!("{rate} %")].iter().any(|said| text(&tax["label"]).contains(said));
        let rate = tax["rate"].as_str().filter(|rate| !is_said(rate)).map(|rate| format!(" {rate} %")).unwrap_or_default();
        let _ = writeln!(told, "  {}{rate}  {}{how}", text(&tax["label"]), money(&tax["amount"], currency));
    }
    if !price["rounding"].is_null() {
        let _ = writeln!(told, "  rounding  {}", money(&price["rounding"], currency));
    }
    told
}

pub(super) fn account(account: &Value) -> String {
    let order = &account["order"];
    let currency = text(&order["currency"]);
    let amount = money(&order["amount"], currency);
    let mut told = format!("{}  {}  {amount}  {}\n", text(&order["number"]), text(&order["status"]), text(&order["id"]));
    if order["test"] == true {
        told += "  TEST: no money moves\n";
    }
    for (name, member) in [("reference", "reference"), ("client reference", "client_reference")] {
        if let Some(said) = account[member].as_str() {
            let _ = writeln!(told, "  {name} {said}");
        }
    }
    if let Some(place) = account["place"]["name"].as_str() {
        let _ = writeln!(told, "  at {place}  {}", text(&account["place"]["id"]));
    }
    told += &price(&order["price"], currency, account);
    if !order["answers_digest"].is_null() {
        told += "  answered\n";
    } else if !order["asks"].is_null() || !order["deliveries"].is_null() {
        told += "  not answered yet\n";
    }
    told += &fulfilled(order, &zone(account));
    for parcel in each(&account["shipments"]) {
        let said = ["carrier", "tracking", "link"].into_iter().filter_map(|name| parcel[name].as_str());
        let (at, shipment) = (time(&parcel["at"], &zone(account)), text(&parcel["shipment"]));
        let _ = writeln!(told, "  parcel  {at}  {shipment}  {}", said.collect::<Vec<_>>().join("  "));
    }
    for payment in each(&account["payments"]) {
        let amount = money(&payment["amount"], currency);
        let (id, method, status) = (text(&payment["id"]), text(&payment["method"]), text(&payment["status"]));
        let _ = writeln!(told, "  payment {id}  {method}  {status}  {amount}  {}", text(&payment["transaction"]));
    }
    for refund in each(&account["refunds"]) {
        let _ = writeln!(told, "  refund {}  {}  {}", text(&refund["id"]), text(&refund["status"]), money(&refund["amount"], currency));
    }
    let zone = zone(account);
    for note in each(&account["notes"]) {
        let _ = writeln!(told, "  note  {}  {}", time(&note["at"], &zone), text(&note["text"]));
    }
    for odd in each(&account["odd_money"]) {
        let (transaction, reason, state) = (text(&odd["transaction"]), text(&odd["reason"]), text(&odd["state"]));
        let _ = writeln!(told, "  odd money {transaction}  {reason}  {}  {state}", money(&odd["amount"], text(&odd["currency"])));
    }
    told += &waiting(account, None);
    if !account["refunds"][0].is_null() {
        let _ = writeln!(told, "  left to refund  {}", money(&account["refundable"], currency));
    }
    for entry in each(&account["ledger"]) {
        let by = entry["key"]["id"].as_str().map(|id| format!("  by {id} {}", text(&entry["key"]["name"]))).unwrap_or_default();
        let _ = writeln!(told, "  {}  {}{by}", time(&entry["at"], &zone), text(&entry["kind"]));
    }
    told
}

/// The answer to what became of things.
pub(super) fn fulfilment(answer: &Value) -> String {
    let order = &answer["order"];
    format!("{}  {}\n{}", text(&order["number"]), text(&order["status"]), fulfilled(order, &zone(answer)))
}

/// What became of the things of an order, a line each time.
fn fulfilled(order: &Value, zone: &ShopTime) -> String {
    let mut told = String::new();
    for fulfilled in each(&order["fulfilment"]) {
        let pieces = each(&fulfilled["lines"]).map(|part| {
            let line = part["line"].as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or(usize::MAX);
            format!("{} × {}", part["quantity"], text(&order["price"]["lines"][line]["name"]))
        });
        let (kind, pieces) = (text(&fulfilled["kind"]).replace('_', " "), pieces.collect::<Vec<_>>().join(", "));
        let _ = writeln!(told, "  {kind}  {}  {pieces}", time(&fulfilled["at"], zone));
    }
    told
}

/// Why an order needs a person; for that reason alone, if one is named.
pub(super) fn waiting(account: &Value, reason: Option<&str>) -> String {
    let (mut told, zone) = (String::new(), zone(account));
    for why in each(&account["attention"]).filter(|why| reason.is_none_or(|reason| why["reason"] == reason)) {
        let (since, reason, entry) = (time(&why["since"], &zone), text(&why["reason"]), &why["entry"]);
        let _ = writeln!(told, "  needs a person  {since}  {reason}  entry {entry}");
    }
    told
}

pub(super) fn refunded(answer: &Value) -> String {
    let (refund, order) = (&answer["refund"], &answer["order"]);
    let amount = money(&refund["amount"], text(&order["currency"]));
    let (id, status, number) = (text(&refund["id"]), text(&refund["status"]), text(&order["number"]));
    let told = format!("{id}  {status}  {amount}\n{number}  {}\n", text(&order["status"]));
    if status == "stuck" {
        return told + &format!("return the money by other means, then say so: qr-checkout-server orders returned {number} {id}\n");
    }
    told
}

//! The end of a run: what the merchant has, what the provider took and what the shop's server was told must fit, order by order.

use std::collections::{BTreeMap, BTreeSet};

use merchant::audit::Auditor;
use merchant::order_record::{Entry, Fact, OrderRecord, RefundStatus};
use merchant::store::Kept;
use protocol::{FulfilmentKind, OrderStatus};
use sandbox::{DeliveryState, Taken};
use sqlx::Row as _;

use crate::shopper::{BANK, BY_HAND};
use crate::stranger;
use crate::world::World;

/// Everything that is wrong, a line each.
pub async fn judge(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut auditor = Auditor::new(&world.store, &world.keys);
    while let Some((_, findings)) = auditor.go_on().await.unwrap() {
        wrong.extend(findings.iter().map(|finding| format!("check: {finding}")));
    }
    let all = world.kept().await;
    wrong.extend(crate::stock::judge(world, &all).await);
    wrong.extend(crate::goods::judge(world, &all).await);
    let ids: BTreeSet<&str> = all.iter().map(|kept| kept.id.as_str()).collect();
    for orders in world.done.iter().map(|shopper| &shopper.orders) {
        if orders.len() != 1 {
            wrong.push(format!("one wish made these orders: {orders:?}"));
        }
        wrong.extend(orders.iter().filter(|id| !ids.contains(id.as_str())).map(|id| format!("{id}: lost")));
    }
    if all.len() != world.done.len() {
        wrong.push(format!("{} wishes made {} orders", world.done.len(), all.len()));
    }
    let mut taken: BTreeMap<String, Taken> =
        world.street.sandbox.taken().into_iter().map(|taken| (taken.payment_id.clone(), taken)).collect();
    let events = world.receiver.events();
    let mut booked: BTreeMap<&str, &str> = BTreeMap::new();
    for Kept { id, record: account, entries, .. } in &all {
        let (Ok(account), Ok(entries)) = (account, entries) else { continue };
        let history: Vec<String> = entries.iter().skip(1).map(|entry| format!("{} {:?}", entry.at % 1_000_000, entry.fact)).collect();
        let of_order = |what| format!("{id}: {what}\n    {}", history.join("\n    "));
        // Why money went back is sealed, and tells what somebody did by hand.
        let whole = world.store.record(&account.order.id).await.unwrap();
        wrong.extend(money(&whole, &mut taken).into_iter().map(of_order));
        wrong.extend(by_bank(account, world, &mut booked).into_iter().map(of_order));
        wrong.extend(told(id, entries, &events).into_iter().map(of_order));
    }
    taken.retain(|number, _| !number.starts_with(stranger::NUMBERS));
    wrong.extend(taken.values().map(|taken| format!("the provider has money that nobody knows of: {taken:?}")));
    wrong.extend(acknowledged(world).await);
    wrong.extend(crate::telling::judge(world, &all).await);
    wrong.extend(crate::fulfilling::judge(world, &all).await);
    wrong.extend(world.receiver.changed().iter().map(|id| format!("webhook {id} came with two bodies")));
    wrong
}

/// Notifications that were answered with "I have it", and are not in the records.
async fn acknowledged(world: &World) -> Vec<String> {
    let mut records = world.records().await;
    let rows = sqlx::query("SELECT provider, id FROM notifications").fetch_all(&mut records).await.unwrap();
    let kept: BTreeSet<(String, String)> = rows.iter().map(|row| (row.get("provider"), row.get("id"))).collect();
    let notifications = world.street.sandbox.notifications();
    let accepted = notifications.into_iter().filter(|view| view.state == DeliveryState::Accepted);
    let lost = accepted.filter(|view| !kept.contains(&(view.provider.to_owned(), view.id.clone())));
    lost.map(|view| format!("acknowledged, and not kept: {view:?}")).collect()
}

/// The money of one order at the merchant's and at the provider's.
fn money(account: &OrderRecord, taken: &mut BTreeMap<String, Taken>) -> Vec<String> {
    let mut wrong = Vec::new();
    if account.order.status == OrderStatus::Pending {
        wrong.push("still pending".to_owned());
    }
    for attempted in account.payments.iter().filter(|attempted| attempted.payment.method.as_str() != BANK) {
        let id = &attempted.payment.id;
        let refunds = || account.refunds.iter().filter(|refund| refund.payment == *id && refund.reason != BY_HAND);
        let done: i64 = refunds().filter(|refund| refund.status == RefundStatus::Done).map(|refund| refund.amount).sum();
        let needs_a_person = refunds().any(|refund| matches!(refund.status, RefundStatus::Failed | RefundStatus::Stuck));
        match (&attempted.transaction, taken.remove(id.as_str()).or_else(|| taken.remove(&number_at_alipay(id.as_str())))) {
            (None, None) => {}
            (Some(_), None) => wrong.push(format!("{id} is paid, and the provider has no money")),
            (None, Some(money)) => wrong.push(format!("the provider has money that did not count: {money:?}")),
            (Some(_), Some(money)) => {
                if (money.amount, money.returned) != (attempted.money.amount, done) {
                    wrong.push(format!("{id}: {done} went back of {}, says the provider: {money:?}", attempted.money.amount));
                }
                if account.paying() != Some(id) && done != money.amount && !needs_a_person {
                    wrong.push(format!("{id} is a second payment, and did not go back: {money:?}"));
                }
            }
        }
    }
    wrong
}

/// What the bank's feed told of one order: what was acknowledged is there, nothing is there that was not told, and no money pays twice.
fn by_bank<'a>(account: &'a OrderRecord, world: &World, booked: &mut BTreeMap<&'a str, &'a str>) -> Vec<String> {
    let mut wrong = Vec::new();
    for attempted in account.payments.iter().filter(|attempted| attempted.payment.method.as_str() == BANK) {
        let id = attempted.payment.id.as_str();
        let of_payment = |booking: &&(String, String, bool)| booking.0 == id;
        let mut told = world.done.iter().flat_map(|shopper| &shopper.bookings).filter(of_payment);
        match attempted.transaction.as_deref() {
            None => wrong.extend(
                told.find(|(.., acknowledged)| *acknowledged)
                    .map(|(_, transaction, _)| format!("{transaction} was acknowledged, and is lost")),
            ),
            Some(transaction) => {
                if !told.any(|(_, known, _)| known == transaction) {
                    wrong.push(format!("{id} is paid by {transaction}, of which the bank told nothing"));
                }
                wrong.extend(booked.insert(transaction, id).map(|other| format!("{transaction} paid {id}, and {other} before")));
            }
        }
    }
    wrong
}

/// The number under which Alipay, which takes no dashes, knows a payment.
fn number_at_alipay(id: &str) -> String {
    id.replace('_', "__").replace('-', "_d")
}

/// What the shop's server heard of an order against what happened to it.
fn told<'a>(id: &str, entries: &[Entry], events: &'a BTreeMap<(String, String), usize>) -> Vec<String> {
    let mut expected: BTreeMap<&'a str, usize> = BTreeMap::new();
    for entry in entries {
        let kind = match &entry.fact {
            Fact::Paid { .. } => "order.paid",
            Fact::Expired {} => "order.expired",
            Fact::Canceled {} => "order.canceled",
            Fact::PartlyRefunded { .. } => "order.partly_refunded",
            Fact::Refunded { .. } => "order.refunded",
            Fact::RefundStatus { status: RefundStatus::Done, .. } => "refund.done",
            Fact::RefundStatus { .. } => "refund.failed",
            Fact::PaidTwice(_) | Fact::WrongAmount(_) | Fact::TransactionUsed(_) => "payment.needs_attention",
            Fact::SecondPayment { .. } | Fact::Oversold { .. } | Fact::KeysShort { .. } | Fact::RefundAmount { .. } => {
                "payment.needs_attention"
            }
            Fact::Fulfilled { what: FulfilmentKind::ReadyForPickup, .. } => "order.ready_for_pickup",
            Fact::Fulfilled { what: FulfilmentKind::Shipped, .. } => "order.shipped",
            Fact::Fulfilled { what: FulfilmentKind::HandedOver, .. } => "order.handed_over",
            Fact::Fulfilled { what: FulfilmentKind::Returned, .. } => "order.returned",
            _ => continue,
        };
        *expected.entry(kind).or_default() += 1;
    }
    for (_, kind) in events.keys().filter(|(order, _)| order == id) {
        expected.entry(kind).or_default();
    }
    let heard = |kind: &str| events.get(&(id.to_owned(), kind.to_owned())).copied().unwrap_or_default();
    let wrong = expected.into_iter().filter(|(kind, number)| heard(kind) != *number);
    wrong.map(|(kind, number)| format!("{kind} happened {number} times, and was told {} times", heard(kind))).collect()
}

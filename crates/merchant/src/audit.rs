//! Judging the records: whether every order is what its ledger makes of it, and whether its money adds up. Only reads; what is wrong
//! is told and never mended, for nobody but a person knows which of the two is right.

use std::fmt;

use protocol::{OrderId, OrderStatus, PaymentStatus, Pins};
use serde_json::Value;

use crate::keys::Keys;
use crate::order_record::{Broken, Entry, Fact, OrderRecord, PaymentRecord, RefundStatus};
use crate::receipts::{self, Verdict};
use crate::store::{Kept, Store, StoreError};

/// How many orders are read at once.
const PAGE: i64 = 500;

/// Something wrong with an order; one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The order's id, or the name of what is scarce.
    pub order: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.order, self.what)
    }
}

/// Judges records, with the keys that receipts may be signed by.
#[derive(Debug)]
pub struct Auditor<'a> {
    store: &'a Store,
    pins: Vec<Pins>,
    after: String,
}

impl Auditor<'_> {
    /// An auditor who has seen nothing yet.
    pub fn new<'a>(store: &'a Store, keys: &Keys) -> Auditor<'a> {
        let pins = keys.all().filter_map(|pin| Pins::parse_any(&pin.token()).ok()).collect();
        Auditor { store, pins, after: String::new() }
    }

    /// Judges the next orders: how many, and what is wrong. `None` behind the last.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn go_on(&mut self) -> Result<Option<(usize, Vec<Finding>)>, StoreError> {
        let page = self.store.kept_after(&self.after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after.clone_from(&last.id);
        Ok(Some((page.len(), page.iter().flat_map(|kept| self.judge(kept)).collect())))
    }

    /// Judges one order.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn look_at(&self, order: &OrderId) -> Result<Vec<Finding>, StoreError> {
        Ok(self.judge(&self.store.kept(order).await?))
    }

    /// Judges the counts of what is scarce.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count(&self) -> Result<Vec<Finding>, StoreError> {
        Ok(self.store.miscounted().await?.into_iter().map(|(order, what)| Finding { order, what }).collect())
    }

    fn judge(&self, kept: &Kept) -> Vec<Finding> {
        let mut wrong = Vec::new();
        match (&kept.record, &kept.entries) {
            (Ok(record), Ok(entries)) => {
                let order = &record.order;
                if kept.columns != (order.status.as_str().to_owned(), order.seq, order.expires_at) {
                    wrong.push(format!("its columns say {:?}, its body does not", kept.columns));
                }
                compare(record, entries, &mut wrong);
                record.payments.iter().for_each(|attempted| money(record, attempted, entries, &mut wrong));
                returned(record, &mut wrong);
                wrong.extend(self.receipt(record));
            }
            (record, entries) => {
                wrong.extend(record.as_ref().err().map(|error| format!("its rows cannot be read: {error}")));
                wrong.extend(entries.as_ref().err().map(|error| format!("its ledger cannot be read: {error}")));
            }
        }
        wrong.into_iter().map(|what| Finding { order: kept.id.clone(), what }).collect()
    }

    fn receipt(&self, record: &OrderRecord) -> Option<String> {
        let order = &record.order;
        let Some(receipt) = &order.receipt else { return order.status.has_money().then(|| "it is paid without a receipt".to_owned()) };
        if !order.status.has_money() {
            return Some(format!("it is {} and has a receipt", order.status.as_str()));
        }
        let Verdict::Valid(receipt) = receipts::judge(receipt, &self.pins, &[]) else {
            return Some("its receipt is signed by none of the keys".to_owned());
        };
        let paying = record.paying().and_then(|id| record.payments.iter().find(|attempted| attempted.payment.id == *id));
        let fits = paying.is_some_and(|paid| paid.transaction.as_ref() == Some(&receipt.transaction));
        let fits = fits && receipt.order == order.id && receipt.merchant == order.merchant && receipt.money == order.money();
        (!fits).then(|| "its receipt is of another payment".to_owned())
    }
}

/// The rows against what the ledger makes of the order.
fn compare(record: &OrderRecord, entries: &[Entry], wrong: &mut Vec<String>) {
    match OrderRecord::replay(entries) {
        Ok(rebuilt) => {
            let json = |record: &OrderRecord| serde_json::to_value(record).expect("records are made of texts and numbers");
            differences("", &json(record), &json(&rebuilt), wrong);
        }
        Err(Broken::NoBeginning) => wrong.push("its ledger has no beginning".to_owned()),
        Err(Broken::Step(position)) => wrong.push(format!("entry {position} of its ledger does not follow the one before")),
    }
}

/// Every place where the two differ.
fn differences(place: &str, stored: &Value, rebuilt: &Value, wrong: &mut Vec<String>) {
    let absent = &Value::Null;
    match (stored, rebuilt) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            names.for_each(|name| {
                let (one, other) = (one.get(name).unwrap_or(absent), other.get(name).unwrap_or(absent));
                differences(&format!("{place}/{name}"), one, other, wrong);
            });
        }
        (Value::Array(one), Value::Array(other)) => (0..one.len().max(other.len())).for_each(|at| {
            let (one, other) = (one.get(at).unwrap_or(absent), other.get(at).unwrap_or(absent));
            differences(&format!("{place}/{at}"), one, other, wrong);
        }),
        _ if stored != rebuilt => wrong.push(format!("{place}: stored is {stored}, by the ledger it is {rebuilt}")),
        _ => {}
    }
}

/// The money of one payment: known to the ledger, as much as was asked for, and what went back is not more.
fn money(record: &OrderRecord, attempted: &PaymentRecord, entries: &[Entry], wrong: &mut Vec<String>) {
    let (id, asked) = (&attempted.payment.id, attempted.money);
    let came = match entries.first().map(|entry| &entry.fact) {
        Some(Fact::Opened(beginning)) => beginning.payments.iter().any(|known| known.payment.id == *id && known.transaction.is_some()),
        _ => false,
    };
    let told = entries.iter().any(|entry| match &entry.fact {
        Fact::Money { payment, amount, currency, .. } => payment == id && *amount == asked.amount && *currency == asked.currency,
        _ => false,
    });
    let is_paid = attempted.payment.status == PaymentStatus::Paid || attempted.transaction.is_some();
    if is_paid && !(came || told) {
        wrong.push(format!("{id} is paid, and its ledger knows of no such money"));
    }
    let too_much = record.gone_too_much(id);
    if too_much > 0 {
        wrong.push(format!("{id}: more goes back than came, by {too_much}"));
    }
    let failed = record.refunds.iter().any(|refund| refund.payment == *id && refund.status == RefundStatus::Failed);
    if is_paid && record.paying() != Some(id) && record.left(id) != 0 && !failed {
        wrong.push(format!("{id} is paid beside the payment that counts, and {} of it does not go back", record.left(id)));
    }
}

/// What went back of the order's money against its status.
fn returned(record: &OrderRecord, wrong: &mut Vec<String>) {
    let Some(paying) = record.paying() else { return };
    let done = record
        .refunds
        .iter()
        .filter(|refund| refund.payment == *paying && refund.parts.transaction.is_none() && refund.status == RefundStatus::Done);
    let returned: i64 = done.map(|refund| refund.amount).sum();
    let status = match returned {
        0 => OrderStatus::Paid,
        _ if returned < record.order.amount => OrderStatus::PartlyRefunded,
        _ => OrderStatus::Refunded,
    };
    if record.order.status != status {
        wrong.push(format!("it is {}, and {returned} went back", record.order.status.as_str()));
    }
}

//! A day compared with the provider's bill of it: what notifications and questions have missed comes to light here, and money that only
//! the bill knows is asked for and booked.

use std::collections::BTreeSet;

use gateway::{BillEntry, BillKind, ProviderStatus, beijing};
use protocol::{OrderId, Payment};

use super::Desk;
use crate::account::{Account, RefundStatus, Source};
use crate::failure::Failure;
use crate::observing::Alarm;
use crate::providers::Provider;

/// A bill is ready after ten in the morning; half an hour later nobody is in a hurry. Seconds from the beginning of the day after.
const READY: i64 = 10 * 3600 + 1800;
const DAY: i64 = 86_400;
/// For how long one node may be comparing, seconds.
const LEASE: i64 = 600;

/// Something that bill and records tell differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// What kind: `not-booked`, `amount`, `transaction`, `not-in-bill`, `refund`, `unknown-payment`.
    pub(crate) kind: &'static str,
    /// The payment.
    pub(crate) payment: String,
    /// What the two say.
    pub(crate) detail: String,
}

/// A day as both tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// `YYYY-MM-DD` in Beijing.
    pub(crate) date: String,
    /// Lines of the bill.
    pub(crate) entries: usize,
    pub(crate) differences: Vec<Difference>,
}

impl Desk {
    /// Compares yesterday, once among all nodes, when its bill is ready.
    pub(crate) async fn compare_yesterday(&self) -> Result<(), Failure> {
        let now = self.now();
        let Some(today) = beijing::parse_date(&beijing::date(now)).filter(|today| now - today >= READY) else { return Ok(()) };
        for provider in self.providers.all() {
            let duty = format!("bill {} {}", provider.method(), beijing::date(today - DAY));
            if self.store.token(&duty, now).await?.is_some() || !self.store.lease_token(&duty, now, now + LEASE).await? {
                continue;
            }
            if let Some(comparison) = self.compare(provider, today - DAY).await? {
                tracing::info!(method = %provider.method(), date = comparison.date, entries = comparison.entries, "a bill was compared");
            }
            self.store.keep_token(&duty, "done", i64::MAX).await?;
        }
        Ok(())
    }

    /// Compares the day of Beijing in which `day` (unix seconds) lies; `None` where there are no bills.
    pub(crate) async fn compare(&self, provider: &Provider, day: i64) -> Result<Option<Comparison>, Failure> {
        let Some(bill) = provider.bill(day).await? else { return Ok(None) };
        let mut differences = Vec::new();
        let mut billed = BTreeSet::new();
        for entry in &bill.entries {
            if matches!(entry.kind, BillKind::Paid { .. }) {
                billed.insert(entry.payment_id.as_str());
            }
            differences.extend(self.compare_entry(entry).await?);
        }
        let begin = beijing::parse_date(&beijing::date(day)).unwrap_or(day);
        for (payment, transaction) in self.store.paid_between(provider.method().as_str(), begin, begin + DAY).await? {
            if !billed.contains(payment.as_str()) {
                differences.push(Difference { kind: "not-in-bill", payment, detail: format!("booked as {transaction}") });
            }
        }
        for Difference { kind, payment, detail } in &differences {
            tracing::error!(kind, payment, detail, "ALARM: the provider's bill says otherwise");
            self.metrics.alarmed(Alarm::BillDifference);
        }
        Ok(Some(Comparison { date: beijing::date(day), entries: bill.entries.len(), differences }))
    }

    async fn compare_entry(&self, entry: &BillEntry) -> Result<Option<Difference>, Failure> {
        let difference = |kind, detail| Some(Difference { kind, payment: entry.payment_id.clone(), detail });
        let Some((order, id)) = self.store.find_payment(&entry.payment_id).await? else {
            return Ok(difference("unknown-payment", format!("the bill has it as {}", entry.transaction_id)));
        };
        let account = self.store.account(&order).await?;
        let Some(attempted) = account.payments.iter().find(|attempted| attempted.payment.id == id) else { return Ok(None) };
        match &entry.kind {
            BillKind::Refunded { refund_id, amount, status } => {
                let known = |account: &Account| account.refunds.iter().any(|refund| refund.id == *refund_id && refund.amount == *amount);
                let is_done = account.refunds.iter().any(|refund| refund.id == *refund_id && refund.status == RefundStatus::Done);
                if known(&account) && (is_done || status != "SUCCESS") {
                    return Ok(None);
                }
                Ok(difference("refund", format!("the bill has {refund_id} of {amount} as {status}")))
            }
            BillKind::Paid { amount } if *amount != attempted.money.amount => {
                Ok(difference("amount", format!("the bill has {amount}, asked were {}", attempted.money.amount)))
            }
            BillKind::Paid { .. } => match &attempted.transaction {
                Some(transaction) if *transaction == entry.transaction_id => Ok(None),
                booked => {
                    self.book(&order, &attempted.payment, entry).await?;
                    Ok(match booked {
                        Some(booked) => difference("transaction", format!("the bill has {}, booked is {booked}", entry.transaction_id)),
                        None => difference("not-booked", format!("the bill has it as {}; the provider was asked", entry.transaction_id)),
                    })
                }
            },
        }
    }

    /// Money that only the bill knows: the provider's signed answer about it books it.
    async fn book(&self, order: &OrderId, payment: &Payment, entry: &BillEntry) -> Result<(), Failure> {
        let now = self.now();
        match self.provider(&payment.method)?.query_transaction(&entry.transaction_id).await? {
            ProviderStatus::Paid(fact) if fact.payment_id == payment.id.as_str() => {
                self.change(order, |account| account.money_came(&fact, Source::Bill, &self.keys.signer, now)).await?;
            }
            other => tracing::warn!(%order, payment = %payment.id, ?other, "the provider does not say what its bill says"),
        }
        Ok(())
    }
}

//! A day compared with the provider's bill of it: what notifications and questions have missed comes to light here, and money that only
//! the bill knows is asked for and booked.

use std::collections::BTreeSet;
use std::time::Duration;

use gateway::{Bill, BillDays, BillEntry, BillKind, Family, ProviderStatus, SetAside};
use protocol::{Currency, Money, OrderId, Payment, PaymentId};

use super::comparison::{Comparison, Difference, DifferenceKind};
use super::service::{OrderService, SharedOrderService};
use crate::observing::Alarm;
use crate::order_record::{OrderRecord, RefundStatus, Source};
use crate::providers::Provider;
use crate::service_error::ServiceError;
use crate::store::{BilledLine, StoreError};

const DAY: i64 = 86_400;
/// For how long one node may be comparing, seconds.
const LEASE: i64 = 600;
/// How often it is looked whether a bill is ready.
const PAUSE: Duration = Duration::from_secs(900);
/// How long after it should be there a bill may be missing before a person has to know, seconds.
const PATIENCE: i64 = 6 * 3600;
/// For how long it is told that a day can be compared no more, seconds.
const TOLD_FOR: i64 = 31 * DAY;

/// What comes of asking for a comparison.
pub(crate) enum Compared {
    Yes(Comparison),
    /// The provider has no bills.
    NoBills,
    /// The bill is not made yet; it will be at that time, unix seconds.
    NotYet(i64),
    /// The provider does not keep it any more.
    Gone,
}

/// Compares what is due, again and again, until it is dropped.
pub(crate) async fn run(service: &SharedOrderService) {
    loop {
        if let Err(error) = service.compare_bills().await {
            tracing::warn!(%error, "bills could not be compared; it will be tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl OrderService {
    /// Compares every day whose bill is there and that was not compared, once among all nodes: since the first payment by that method,
    /// and for as long as the provider keeps bills.
    ///
    /// # Errors
    /// Those of the store. What is wrong with a bill is logged, and its day stays due.
    pub(crate) async fn compare_bills(&self) -> Result<(), StoreError> {
        for provider in self.providers.all() {
            let Some(days) = provider.bill_days() else { continue };
            self.begin_to_compare(provider, &days).await?;
            for day in self.days_due(provider, &days).await? {
                if !self.compare_due(provider, &days, day).await? {
                    // Another day would meet the same.
                    break;
                }
            }
        }
        Ok(())
    }

    /// Writes down, once, which day of a provider is the first that could be compared: what its bills told before there was a program
    /// that compares them is nothing that was missed.
    async fn begin_to_compare(&self, provider: &Provider, days: &BillDays) -> Result<(), StoreError> {
        let name = begun(provider);
        if self.store.token(&name, self.now()).await?.is_some() {
            return Ok(());
        }
        let tried = self.store.first_token_of(&duty(provider, "")).await?;
        let oldest_kept = days.zone.date(days.begin(self.now() - days.kept_for));
        let first = tried.into_iter().chain([oldest_kept]).min().unwrap_or_default();
        self.store.keep_token(&name, &first, i64::MAX).await
    }

    /// When the first payment by one of its methods was made, unix seconds.
    pub(crate) async fn first_payment_at(&self, provider: &Provider) -> Result<Option<i64>, StoreError> {
        let mut first = None;
        for method in provider.methods() {
            first = first.into_iter().chain(self.store.first_payment_at(method.as_str()).await?).min();
        }
        Ok(first)
    }

    /// The first seconds of the days that are due, the oldest first.
    async fn days_due(&self, provider: &Provider, days: &BillDays) -> Result<Vec<i64>, StoreError> {
        let now = self.now();
        let so_far = self.uncompared(provider, days, now - days.kept_for, now).await?;
        Ok(so_far.into_iter().filter(|day| now >= day + DAY + days.made_after).collect())
    }

    /// The first seconds of the days from the one in which `from` lies to before `to`, unix seconds, that were not compared, the oldest
    /// first; since the first payment.
    async fn uncompared(&self, provider: &Provider, days: &BillDays, from: i64, to: i64) -> Result<Vec<i64>, StoreError> {
        let Some(first) = self.first_payment_at(provider).await? else { return Ok(Vec::new()) };
        let compared = self.store.tokens_of(&duty(provider, ""), DONE).await?;
        let all = (days.begin(first.max(from))..to).step_by(usize::try_from(DAY).unwrap_or(usize::MAX));
        Ok(all.filter(|day| !compared.contains(&days.zone.date(*day))).collect())
    }

    /// Days that were never compared and whose bill the provider keeps no more, in words as [`OrderService::late_bills`]: those of which it
    /// was dropped not long ago, since there is a program that compares them.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn lost_bills(&self) -> Result<Vec<String>, StoreError> {
        let mut lost = Vec::new();
        for provider in self.providers.all() {
            let Some(days) = provider.bill_days() else { continue };
            let Some(first) = self.store.token(&begun(provider), self.now()).await? else { continue };
            let oldest_kept = days.begin(self.now() - days.kept_for);
            let gone = self.uncompared(provider, &days, oldest_kept - TOLD_FOR, oldest_kept).await?;
            lost.extend(gone.into_iter().filter(|day| days.zone.date(*day) >= first).map(|day| day_of(provider, &days, day)));
        }
        Ok(lost)
    }

    /// Days whose bill should be there for long and that were not compared, in words, the oldest first: the provider and its day.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn late_bills(&self) -> Result<Vec<String>, StoreError> {
        let mut late = Vec::new();
        for provider in self.providers.all() {
            let Some(days) = provider.bill_days() else { continue };
            let is_late = |day: &i64| self.now() >= day + DAY + days.made_after + PATIENCE;
            let due = self.days_due(provider, &days).await?;
            late.extend(due.into_iter().filter(is_late).map(|day| day_of(provider, &days, day)));
        }
        Ok(late)
    }

    /// Compares a day that is due, unless another node does. Answers whether the next one is worth a try.
    async fn compare_due(&self, provider: &Provider, days: &BillDays, day: i64) -> Result<bool, StoreError> {
        let (now, date) = (self.now(), days.zone.date(day));
        let duty = duty(provider, &date);
        if !self.store.lease_token(&duty, now, now + LEASE).await? {
            return Ok(true);
        }
        let failure = match self.compare(provider, day).await {
            Ok(Compared::Yes(Comparison { entries, others, .. })) => {
                tracing::info!(provider = provider.name(), date, entries, others, "a bill was compared");
                return Ok(true);
            }
            Ok(Compared::NoBills | Compared::Gone) => return Ok(true),
            Ok(Compared::NotYet(_)) => None,
            Err(ServiceError::Store(error)) => return Err(error),
            Err(failure) => Some(failure),
        };
        self.store.give_lease_back(&duty, now + LEASE).await?;
        let is_of_the_bill =
            matches!(&failure, Some(ServiceError::Gateway(error)) if !matches!(error.family(), Family::Transient | Family::Account));
        let is_late = now >= day + DAY + days.made_after + PATIENCE;
        let why = failure.as_ref().map_or_else(|| "the provider is still making it".to_owned(), ToString::to_string);
        // Whoever runs the shop is told once of each day.
        if (is_of_the_bill || is_late) && self.store.lease_token(&format!("{duty} late"), now, i64::MAX).await? {
            tracing::error!(
                provider = provider.name(),
                date,
                why,
                "ALARM: a day could not be compared with the provider's bill; it will be tried again"
            );
            self.metrics.alarmed(Alarm::BillUncompared);
        } else {
            tracing::warn!(
                provider = provider.name(),
                date,
                why,
                "a day could not be compared with the provider's bill; it will be tried again"
            );
        }
        Ok(is_of_the_bill || failure.is_none())
    }

    /// Compares the provider's day in which `day` (unix seconds) lies.
    pub(crate) async fn compare(&self, provider: &Provider, day: i64) -> Result<Compared, ServiceError> {
        let Some(days) = provider.bill_days() else { return Ok(Compared::NoBills) };
        let begin = days.begin(day);
        let (now, end) = (self.now(), begin + DAY);
        if now > end + days.kept_for {
            return Ok(Compared::Gone);
        }
        let not_yet = Compared::NotYet((end + days.made_after).max(now));
        if now < end {
            return Ok(not_yet);
        }
        let Some(bill) = provider.bill(day).await? else { return Ok(not_yet) };
        let (ours, others, differences) = self.compare_with(provider, (begin, end), &bill).await?;
        let date = days.zone.date(begin);
        let lines: Vec<_> = ours.iter().filter_map(|entry| billed(entry)).collect();
        self.store.keep_bill(provider.name(), &date, &lines, now).await?;
        let comparison = Comparison { date, entries: ours.len(), others, differences };
        for difference in &comparison.differences {
            self.report(&comparison.date, difference).await?;
        }
        // Whoever has asked for it, the day is compared.
        self.store.keep_token(&duty(provider, &comparison.date), DONE, i64::MAX).await?;
        Ok(Compared::Yes(comparison))
    }

    /// Alarms, and writes what is open down where a person finds it.
    async fn report(&self, date: &str, difference: &Difference) -> Result<(), StoreError> {
        let Difference { kind, payment, order, detail, about, is_settled } = difference;
        let id = order.as_ref().map(tracing::field::display);
        let kind = kind.as_str();
        tracing::error!(date, kind, order = id, payment, detail, "ALARM: the provider's bill differs from the records");
        match (order, PaymentId::parse(payment)) {
            // Counted as what is written down.
            (Some(order), Some(payment)) if !is_settled => {
                self.change(order, |record| record.bill_differs(&payment, date, (kind, about.as_deref()), detail)).await.map(drop)
            }
            _ => {
                self.metrics.alarmed(Alarm::BillDifference);
                Ok(())
            }
        }
    }

    /// Answers the lines that are about us, how many are about others, and what is different.
    async fn compare_with<'a>(
        &self,
        provider: &Provider,
        (begin, end): (i64, i64),
        bill: &'a Bill,
    ) -> Result<(Vec<&'a BillEntry>, usize, Vec<Difference>), ServiceError> {
        let (mut differences, mut billed) = (Vec::new(), BTreeSet::new());
        let (mut ours, mut others) = (Vec::new(), bill.others);
        for entry in &bill.entries {
            match self.compare_entry(entry).await? {
                Line::Others => {
                    others += 1;
                    continue;
                }
                Line::Ours(difference) => differences.extend(difference),
            }
            ours.push(entry);
            if matches!(entry.kind, BillKind::Paid { .. } | BillKind::Other { .. }) {
                billed.insert(entry.payment_id.as_str());
            }
        }
        for SetAside { line, why } in &bill.set_aside {
            differences.push(Difference::of_nothing_known(DifferenceKind::UnreadableLine, "", format!("line {line}: {why}")));
        }
        let mut paid = Vec::new();
        for method in provider.methods() {
            paid.extend(self.store.paid_between(method.as_str(), begin, end).await?);
        }
        for (payment, transaction) in paid {
            if !billed.contains(payment.as_str()) {
                let order = self.order_of(&payment).await?;
                let detail = format!("booked as {transaction}");
                differences.push(Difference { order, ..Difference::of_nothing_known(DifferenceKind::NotInBill, &payment, detail) });
            }
        }
        Ok((ours, others, differences))
    }

    async fn compare_entry(&self, entry: &BillEntry) -> Result<Line, ServiceError> {
        let Some(order) = self.order_of(&entry.payment_id).await? else {
            let detail = format!("the bill has it as {}", entry.transaction_id);
            let lost = || Line::Ours(Some(Difference::of_nothing_known(DifferenceKind::UnknownPayment, &entry.payment_id, detail)));
            return Ok(if may_be_ours(&entry.payment_id) { lost() } else { Line::Others });
        };
        let difference = |kind, detail| {
            let about = match (&entry.kind, kind) {
                (BillKind::Refunded { refund_id, .. }, _) => Some(refund_id.clone()),
                (_, DifferenceKind::NotBooked | DifferenceKind::Transaction) => Some(entry.transaction_id.clone()),
                _ => None,
            };
            let order = Some(order.clone());
            Line::Ours(Some(Difference { order, about, ..Difference::of_nothing_known(kind, &entry.payment_id, detail) }))
        };
        let record = self.store.record(&order).await?;
        let Some(attempted) = record.payments.iter().find(|attempted| attempted.payment.id.as_str() == entry.payment_id) else {
            return Ok(Line::Others);
        };
        match &entry.kind {
            BillKind::Other { state } => Ok(difference(DifferenceKind::State, format!("the bill has it as {state}"))),
            BillKind::Refunded { refund_id, amount, is_done: has_left, state, .. } => {
                let known = |record: &OrderRecord| record.refunds.iter().any(|refund| refund.id == *refund_id && refund.amount == *amount);
                let is_done = record.refunds.iter().any(|refund| refund.id == *refund_id && refund.status == RefundStatus::Done);
                let is_currency = entry.currency == attempted.money.currency.as_str();
                if known(&record) && is_currency && (is_done || !has_left) {
                    return Ok(Line::Ours(None));
                }
                Ok(difference(
                    DifferenceKind::Refund,
                    format!("the bill has {refund_id} of {} as {state}", written(*amount, &entry.currency)),
                ))
            }
            BillKind::Paid { amount } if (*amount, &*entry.currency) != (attempted.money.amount, attempted.money.currency.as_str()) => {
                let asked = written(attempted.money.amount, attempted.money.currency.as_str());
                let detail = format!("the bill has {} where {asked} were asked for", written(*amount, &entry.currency));
                Ok(difference(DifferenceKind::Amount, detail))
            }
            BillKind::Paid { .. } => match &attempted.transaction {
                Some(transaction) if *transaction == entry.transaction_id => Ok(Line::Ours(None)),
                booked => {
                    let is_settled = self.book(&order, &attempted.payment, entry).await?;
                    if let Some(booked) = booked {
                        return Ok(difference(
                            DifferenceKind::Transaction,
                            format!("the bill has {}, booked is {booked}", entry.transaction_id),
                        ));
                    }
                    let detail = format!("the bill has it as {}; the provider was asked", entry.transaction_id);
                    let Line::Ours(Some(missed)) = difference(DifferenceKind::NotBooked, detail) else { return Ok(Line::Others) };
                    Ok(Line::Ours(Some(Difference { is_settled, ..missed })))
                }
            },
        }
    }

    /// Money that only the bill knows: the provider's signed answer about it books it. Answers whether it is booked now.
    async fn book(&self, order: &OrderId, payment: &Payment, entry: &BillEntry) -> Result<bool, ServiceError> {
        let now = self.now();
        match self.collector(payment).await?.0.query_transaction(&entry.transaction_id).await? {
            ProviderStatus::Paid(fact) if fact.payment_id == payment.id.as_str() => {
                self.change(order, |record| record.money_came(&fact, Source::Bill, &self.keys.signer, now)).await?;
            }
            other => tracing::warn!(%order, payment = %payment.id, ?other, "the provider's answer does not confirm its bill"),
        }
        let record = self.store.record(order).await?;
        let is_it = |transaction: &String| *transaction == entry.transaction_id;
        Ok(record.payments.iter().any(|known| known.payment.id == payment.id && known.transaction.as_ref().is_some_and(is_it)))
    }
}

/// An amount in its currency's own units; in minor units where that is none.
fn written(amount: i64, currency: &str) -> String {
    match Currency::parse(currency) {
        Some(known) => format!("{} {currency}", Money { amount, currency: known }.to_decimal()),
        None => format!("{amount} {currency:?} in minor units"),
    }
}

/// Whom a line of a bill is about.
enum Line {
    /// A payment of ours, and what is different about it.
    Ours(Option<Difference>),
    /// Another program's, another counter's.
    Others,
}

/// What is kept of a day that was compared, under the name of that duty.
const DONE: &str = "done";

/// A day in words.
fn day_of(provider: &Provider, days: &BillDays, day: i64) -> String {
    format!("{} of {}", days.zone.date(day), provider.name())
}

/// Under what it is kept which day is the first that could be compared.
fn begun(provider: &Provider) -> String {
    format!("bills of {}", provider.name())
}

fn duty(provider: &Provider, date: &str) -> String {
    format!("bill {} {date}", provider.name())
}

/// What the books keep of a line: money that has moved.
fn billed(entry: &BillEntry) -> Option<BilledLine> {
    let (refund, amount) = match &entry.kind {
        BillKind::Paid { amount } => (String::new(), *amount),
        // One that is under way stands in the bill of that day alone, and is not told again once it is done.
        BillKind::Refunded { refund_id, amount, is_failed: false, .. } => (refund_id.clone(), -amount),
        BillKind::Refunded { .. } | BillKind::Other { .. } => return None,
    };
    let BillEntry { at, payment_id, transaction_id, currency, fee, .. } = entry;
    let (payment, transaction, currency) = (payment_id.clone(), transaction_id.clone(), currency.clone());
    Some(BilledLine { at: *at, payment, transaction, refund, currency, amount, fee: *fee })
}

/// Whether an id is of the form that this backend gives to payments: one that is not in the records was lost from them.
fn may_be_ours(id: &str) -> bool {
    id.strip_prefix("pay_").is_some_and(|random| random.len() == 22)
}

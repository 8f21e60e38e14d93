//! `POST /admin/v1/orders/{order}/refunds`: returns money, whole, by line or by amount, once per idempotency key.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::base64::{Alphabet, encode};
use protocol::{Currency, Digest, Money, OrderId, PaymentId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, read};
use super::naming::order_id;
use super::pieces::{WantedLine, pieces};
use crate::api_keys::Scope;
use crate::order_record::{OrderRecord, Parts, Refund, RefundRefusal, RefundStatus, storable};
use crate::shown::judge_characters;
use crate::store::{IdempotencyRecord, StoreError, Waits};
use crate::views;

/// The longest reason that is kept; each provider cuts it to its own measure.
const MAX_REASON: usize = 80;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct CreateRefund {
    /// Minor units; all that is left if this and what goes back are absent.
    amount: Option<i64>,
    /// Which pieces go back, in place of an amount.
    #[serde(default)]
    lines: Vec<WantedLine>,
    /// Whether the delivery is paid back, too.
    #[serde(default)]
    delivery: bool,
    /// Whether what goes back, all where no lines are named, is put into stock again.
    #[serde(default)]
    restock: bool,
    /// What the shopper reads.
    #[serde(default)]
    reason: String,
    /// Which payment; the one that paid the order if absent.
    payment: Option<String>,
    /// The merchant has returned it by other means: it is only written down.
    #[serde(default)]
    by_hand: bool,
}

pub(super) async fn create(State(app): State<App>, caller: Caller, Path(order): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    caller.must(Scope::Refunds)?;
    let order = order_id(&app, &order).await?;
    let wish: CreateRefund = read(&body)?;
    if wish.reason.chars().count() > MAX_REASON {
        return Err(AdminError::bad(format!("reason: at most {MAX_REASON} characters")));
    }
    judge_characters(&wish.reason).map_err(|fault| AdminError::bad(format!("reason: {fault}")))?;
    let id =
        give_back(&app, &caller, &order, wish, |said| idempotency(&headers, &format!("/admin/v1/orders/{order}/refunds"), said)).await?;
    told(&app, &order, &id, StatusCode::CREATED).await
}

/// Returns money of an order, once per idempotency key, which `key` makes of what is wished. Answers the id of the refund.
pub(in super::super) async fn give_back(
    app: &App,
    caller: &Caller,
    order: &OrderId,
    wish: CreateRefund,
    key: impl FnOnce(&[u8]) -> Result<IdempotencyRecord, AdminError>,
) -> Result<String, AdminError> {
    // Without the reason: a digest of few words lets everybody try out which these were, and it is kept when they are erased. The reason
    // itself is compared, as long as it is there.
    let reason = wish.reason.clone();
    let mut said = json!({ "amount": wish.amount, "payment": wish.payment, "by_hand": wish.by_hand });
    if wish.is_of_parts() || wish.restock {
        said["parts"] = json!([wish.lines, wish.delivery, wish.restock]);
    }
    let key = key(said.to_string().as_bytes())?;
    let record = app.service.store.record(order).await?;
    // Behind the record: a refund that is in it was written with its key.
    app.service.store.order_made_with(&key).await?;
    // The id follows from the key, so that a repeated call is the same refund even if the first one's answer was lost.
    let id = refund_id(&format!("{order} {}", key.key));
    if !record.refunds.iter().any(|refund| refund.id == id) {
        let payment = wish.payment(&record)?;
        if !wish.by_hand {
            in_time(app, &record, &payment)?;
        }
        let now = app.service.now();
        let write = |record: &mut OrderRecord, waits: &Waits| {
            let refund = wish.refund(record, payment, id.clone(), now)?;
            caller.may_return((refund.amount, currency(record, &refund).as_str()), record, waits)?;
            record.by(caller.id()).refund(refund).map_err(|refusal| refused(record, refusal))
        };
        app.service.change_what_waits(order, Some(&key), write).await??;
        // What cannot be sent now is sent by the reconciler.
        if let Err(failure) = app.service.go_on_with_refund(order, &id).await {
            tracing::warn!(%order, refund = id, %failure, "a refund will be sent later");
        }
    }
    if says_otherwise(caller, &app.service.store.record(order).await?, &id, &reason) {
        return Err(StoreError::KeyUsed.into());
    }
    Ok(id)
}

/// Whether a refund has another reason. One without any may have had one that was erased. Who neither has written it nor may read it learns
/// nothing of it by trying out reasons.
fn says_otherwise(caller: &Caller, record: &OrderRecord, id: &str, reason: &str) -> bool {
    let may_know = |refund: &Refund| caller.0.may(Scope::Contact) || refund.by.as_deref() == Some(caller.id());
    let is_other = |refund: &&Refund| !refund.reason.is_empty() && refund.reason != storable(reason);
    record.refunds.iter().filter(|refund| refund.id == id).find(is_other).is_some_and(may_know)
}

/// A refund that the provider could not deliver was returned by other means.
pub(super) async fn done(State(app): State<App>, caller: Caller, Path((order, refund)): Path<(String, String)>) -> Answer {
    caller.must(Scope::Refunds)?;
    let order = order_id(&app, &order).await?;
    let record = app.service.store.record(&order).await?;
    match record.refunds.iter().find(|known| known.id == refund).map(|known| known.status) {
        None => return Err(AdminError::unknown("refund")),
        Some(RefundStatus::Pending | RefundStatus::Failed) => {
            return Err(AdminError::conflict("refund-not-stuck", "only a refund that is stuck can be ended by hand"));
        }
        Some(RefundStatus::Stuck | RefundStatus::Done) => {}
    }
    app.service.change(&order, |record| record.by(caller.id()).refund_stands(&refund, RefundStatus::Done)).await?;
    told(&app, &order, &refund, StatusCode::OK).await
}

async fn told(app: &App, order: &protocol::OrderId, id: &str, status: StatusCode) -> Answer {
    let record = app.service.store.record(order).await?;
    let refund = record.refunds.iter().find(|refund| refund.id == id).map(views::refund);
    answer(status, &json!({ "refund": refund.unwrap_or(Value::Null), "order": views::order(&record.order) }))
}

impl CreateRefund {
    /// So much of what was paid, minor units.
    pub(in super::super) fn of_amount(amount: i64) -> CreateRefund {
        CreateRefund { amount: Some(amount), ..CreateRefund::default() }
    }

    fn is_of_parts(&self) -> bool {
        !self.lines.is_empty() || self.delivery
    }

    fn payment(&self, record: &OrderRecord) -> Result<PaymentId, AdminError> {
        let paying = || record.paying().cloned().ok_or_else(|| refused(record, RefundRefusal::NotPaid));
        match &self.payment {
            Some(text) => PaymentId::parse(text).ok_or_else(|| AdminError::unknown("payment")),
            None => paying(),
        }
    }

    fn refund(self, record: &OrderRecord, payment: PaymentId, id: String, now: i64) -> Result<Refund, AdminError> {
        let is_paying = record.paying() == Some(&payment);
        if self.amount.is_some() && (self.is_of_parts() || self.restock) {
            return Err(AdminError::bad("amount: what goes back has its price; give an amount, or lines, delivery and restock"));
        }
        if !is_paying && (self.is_of_parts() || self.restock) {
            return Err(AdminError::bad("payment: lines, delivery and stock go with the payment that paid the order"));
        }
        let parts = match self.amount {
            None if self.is_of_parts() => self.parts(record)?,
            None if is_paying => Parts { restock: self.restock, ..record.open_parts() },
            _ => Parts::default(),
        };
        let amount = match self.amount {
            Some(amount) if amount < 1 => return Err(AdminError::bad("amount: at least 1")),
            Some(amount) => amount,
            None if self.is_of_parts() => record.worth(&parts).map_err(|refusal| refused(record, refusal))?,
            None => record.left(&payment),
        };
        if amount < 1 {
            let left = record.left(&payment);
            let is_free = left > 0;
            return Err(if is_free {
                AdminError::bad("lines: were free, so that there is nothing to return")
            } else {
                refused(record, RefundRefusal::TooMuch { left })
            });
        }
        let (status, next_check_at) = if self.by_hand { (RefundStatus::Done, None) } else { (RefundStatus::Pending, Some(now)) };
        let reason = self.reason;
        Ok(Refund { id, payment, amount, reason, parts, status, created_at: now, next_check_at, checks: 0, by: None })
    }

    /// The pieces that are named; all that did not go back yet of a line whose number of pieces is not.
    fn parts(&self, record: &OrderRecord) -> Result<Parts, AdminError> {
        let open = record.open_parts();
        let all = |line| open.lines.iter().find(|pieces| pieces.line == line).map_or(0, |pieces| pieces.quantity);
        Ok(Parts { lines: pieces(record, &self.lines, all)?, delivery: self.delivery, restock: self.restock, transaction: None })
    }
}

/// In what a refund returns money.
fn currency(record: &OrderRecord, refund: &Refund) -> Currency {
    let paid = record.payments.iter().find(|attempted| attempted.payment.id == refund.payment);
    paid.map_or(record.order.currency, |paid| paid.money.currency)
}

/// Refuses what the provider would refuse for being late.
pub(super) fn in_time(app: &App, record: &OrderRecord, payment: &PaymentId) -> Result<(), AdminError> {
    let paid = record.payments.iter().find(|attempted| attempted.payment.id == *payment);
    let Some(paid) = paid else { return Ok(()) };
    let window = app.service.collector_of(paid)?.refund_window();
    match (window, paid.paid_at) {
        (Some(window), Some(paid_at)) if app.service.now() > paid_at + window => {
            let (method, days) = (&paid.payment.method, window / 86_400);
            let detail = format!("{method} takes refunds for {days} days; return the money by other means, then call again with `by_hand`");
            Err(AdminError::conflict("refund-too-late", detail))
        }
        _ => Ok(()),
    }
}

pub(super) fn refused(record: &OrderRecord, refusal: RefundRefusal) -> AdminError {
    match refusal {
        RefundRefusal::NotPaid => AdminError::conflict("not-paid", "no money came by it"),
        RefundRefusal::TooMuch { left } => {
            let money = Money { amount: left, currency: record.order.currency };
            let detail = format!("{} {} are left to return, in minor units {left}", money.to_decimal(), money.currency.as_str());
            AdminError::conflict("refund-too-much", detail)
        }
        RefundRefusal::Returned => AdminError::conflict("refund-too-much", still_open(record)),
    }
}

/// What of an order did not go back yet.
fn still_open(record: &OrderRecord) -> String {
    let open = record.open_parts();
    let lines = record.order.price.lines.iter().enumerate().map(|(at, line)| {
        let left = open.lines.iter().find(|pieces| pieces.line == at).map_or(0, |pieces| pieces.quantity);
        format!("line {at} ({}): {left} of {}", line.item.sku.as_str(), line.item.quantity)
    });
    let delivery = format!("delivery: {}", if open.delivery { "1 of 1" } else { "none" });
    format!("left to return are {}", lines.chain([delivery]).collect::<Vec<_>>().join(", "))
}

/// 26 characters that every provider takes.
pub(super) fn refund_id(of: &str) -> String {
    short_id("rfd", of)
}

/// An id of that kind that follows from a text.
pub(super) fn short_id(kind: &str, of: &str) -> String {
    format!("{kind}_{}", encode(Alphabet::Url, &Digest::of(of.as_bytes()).as_bytes()[..16]))
}

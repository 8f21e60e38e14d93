//! `POST /admin/v1/orders/{order}/refunds`: returns money, whole or in part, once per idempotency key.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::base64::{Alphabet, encode};
use protocol::{Digest, Money, PaymentId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, read};
use super::naming::order_id;
use crate::api_keys::Scope;
use crate::order_record::{OrderRecord, Refund, RefundRefusal, RefundStatus};
use crate::shown::judge_characters;
use crate::views;

/// The longest reason that is kept; each provider cuts it to its own measure.
const MAX_REASON: usize = 80;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateRefund {
    /// Minor units; all that is left if absent.
    amount: Option<i64>,
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
    // Without the reason: a digest of few words lets everybody try out which these were, and it is kept when they are erased.
    let said = json!({ "amount": wish.amount, "payment": wish.payment, "by_hand": wish.by_hand });
    let key = idempotency(&headers, &format!("/admin/v1/orders/{order}/refunds"), said.to_string().as_bytes())?;
    let record = app.service.store.record(&order).await?;
    // Behind the record: a refund that is in it was written with its key.
    app.service.store.order_made_with(&key).await?;
    // The id follows from the key, so that a repeated call is the same refund even if the first one's answer was lost.
    let id = refund_id(&format!("{order} {}", key.key));
    if !record.refunds.iter().any(|refund| refund.id == id) {
        let refund = wish.refund(&record, id.clone(), app.service.now())?;
        in_time(&app, &record, &refund)?;
        let write = |record: &mut OrderRecord| {
            caller.may_return(money(record, &refund), record)?;
            record.by(caller.id()).refund(refund).map_err(refused)
        };
        app.service.try_once(&order, &key, write).await??;
        // What cannot be sent now is sent by the reconciler.
        if let Err(failure) = app.service.go_on_with_refund(&order, &id).await {
            tracing::warn!(%order, refund = id, %failure, "a refund will be sent later");
        }
    }
    told(&app, &order, &id, StatusCode::CREATED).await
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
    fn refund(self, record: &OrderRecord, id: String, now: i64) -> Result<Refund, AdminError> {
        let payment = match self.payment {
            Some(text) => PaymentId::parse(&text).ok_or_else(|| AdminError::unknown("payment"))?,
            None => record.paying().cloned().ok_or_else(|| refused(RefundRefusal::NotPaid))?,
        };
        let amount = self.amount.unwrap_or_else(|| record.left(&payment));
        if amount < 1 {
            return Err(if self.amount.is_some() {
                AdminError::bad("amount: at least 1")
            } else {
                refused(RefundRefusal::TooMuch { left: 0 })
            });
        }
        let (status, next_check_at) = if self.by_hand { (RefundStatus::Done, None) } else { (RefundStatus::Pending, Some(now)) };
        Ok(Refund { id, payment, amount, reason: self.reason, status, created_at: now, next_check_at, checks: 0, by: None })
    }
}

/// What a refund returns.
fn money(record: &OrderRecord, refund: &Refund) -> Money {
    let paid = record.payments.iter().find(|attempted| attempted.payment.id == refund.payment);
    Money { amount: refund.amount, currency: paid.map_or(record.order.currency, |paid| paid.money.currency) }
}

/// Refuses what the provider would refuse for being late; what a person has returned is written down all the same.
fn in_time(app: &App, record: &OrderRecord, refund: &Refund) -> Result<(), AdminError> {
    let paid = record.payments.iter().find(|attempted| attempted.payment.id == refund.payment);
    let (Some(paid), RefundStatus::Pending) = (paid, refund.status) else { return Ok(()) };
    let window = app.service.collector_of(paid)?.refund_window();
    match (window, paid.paid_at) {
        (Some(window), Some(paid_at)) if app.service.now() > paid_at + window => {
            let (method, days) = (&paid.payment.method, window / 86_400);
            let detail = format!("{method} takes refunds for {days} days; return the money by other means and say by_hand");
            Err(AdminError::conflict("refund-too-late", detail))
        }
        _ => Ok(()),
    }
}

fn refused(refusal: RefundRefusal) -> AdminError {
    match refusal {
        RefundRefusal::NotPaid => AdminError::conflict("not-paid", "no money came by it"),
        RefundRefusal::TooMuch { left } => AdminError::conflict("refund-too-much", format!("{left} minor units are left to return")),
    }
}

/// 26 characters that every provider takes.
fn refund_id(of: &str) -> String {
    format!("rfd_{}", encode(Alphabet::Url, &Digest::of(of.as_bytes()).as_bytes()[..16]))
}

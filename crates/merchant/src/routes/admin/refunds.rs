//! `POST /admin/v1/orders/{order}/refunds`: returns money, whole or in part, once per idempotency key.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::base64::{Alphabet, encode};
use protocol::{Digest, PaymentId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::{Answer, Caller, Complaint, answer, attempt, order_id, read, unused_or_same};
use crate::account::{Account, Refund, RefundRefusal, RefundStatus};
use crate::api_keys::Scope;
use crate::shown::judge_characters;
use crate::views;

/// The longest reason that is kept; each provider cuts it to its own measure.
const MAX_REASON: usize = 80;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
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
    let wish: Wish = read(&body)?;
    if wish.reason.chars().count() > MAX_REASON {
        return Err(Complaint::bad(format!("reason: at most {MAX_REASON} characters")));
    }
    judge_characters(&wish.reason).map_err(|fault| Complaint::bad(format!("reason: {fault}")))?;
    let attempt = attempt(&headers, &format!("/admin/v1/orders/{order}/refunds"), &body)?;
    let account = app.desk.store.account(&order).await?;
    // Behind the account: a refund that is in it was written with its key.
    unused_or_same(&app, &attempt).await?;
    // The id follows from the key, so that a repeated call is the same refund even if the first one's answer was lost.
    let id = refund_id(&format!("{order} {}", attempt.key));
    if !account.refunds.iter().any(|refund| refund.id == id) {
        let refund = wish.refund(&account, id.clone(), app.desk.now())?;
        in_time(&app, &account, &refund)?;
        app.desk.try_once(&order, &attempt, |account| account.refund(refund)).await?.map_err(refused)?;
        // What cannot be sent now is sent by the reconciler.
        if let Err(failure) = app.desk.go_on_with_refund(&order, &id).await {
            tracing::warn!(%order, refund = id, %failure, "a refund will be sent later");
        }
    }
    told(&app, &order, &id, StatusCode::CREATED).await
}

/// A refund that the provider could not deliver was returned by other means.
pub(super) async fn done(State(app): State<App>, caller: Caller, Path((order, refund)): Path<(String, String)>) -> Answer {
    caller.must(Scope::Refunds)?;
    let order = order_id(&app, &order).await?;
    let account = app.desk.store.account(&order).await?;
    match account.refunds.iter().find(|known| known.id == refund).map(|known| known.status) {
        None => return Err(Complaint::unknown("refund")),
        Some(RefundStatus::Pending | RefundStatus::Failed) => {
            return Err(Complaint::conflict("refund-not-stuck", "only a refund that is stuck can be ended by hand"));
        }
        Some(RefundStatus::Stuck | RefundStatus::Done) => {}
    }
    app.desk.change(&order, |account| account.refund_stands(&refund, RefundStatus::Done)).await?;
    told(&app, &order, &refund, StatusCode::OK).await
}

async fn told(app: &App, order: &protocol::OrderId, id: &str, status: StatusCode) -> Answer {
    let account = app.desk.store.account(order).await?;
    let refund = account.refunds.iter().find(|refund| refund.id == id).map(views::refund);
    answer(status, &json!({ "refund": refund.unwrap_or(Value::Null), "order": views::order(&account.order) }))
}

impl Wish {
    fn refund(self, account: &Account, id: String, now: i64) -> Result<Refund, Complaint> {
        let payment = match self.payment {
            Some(text) => PaymentId::parse(&text).ok_or_else(|| Complaint::unknown("payment"))?,
            None => account.paying().cloned().ok_or_else(|| refused(RefundRefusal::NotPaid))?,
        };
        let amount = self.amount.unwrap_or_else(|| account.left(&payment));
        if amount < 1 {
            return Err(if self.amount.is_some() {
                Complaint::bad("amount: at least 1")
            } else {
                refused(RefundRefusal::TooMuch { left: 0 })
            });
        }
        let (status, next_check_at) = if self.by_hand { (RefundStatus::Done, None) } else { (RefundStatus::Pending, Some(now)) };
        Ok(Refund { id, payment, amount, reason: self.reason, status, created_at: now, next_check_at, checks: 0 })
    }
}

/// Refuses what the provider would refuse for being late; what a person has returned is written down all the same.
fn in_time(app: &App, account: &Account, refund: &Refund) -> Result<(), Complaint> {
    let paid = account.payments.iter().find(|attempted| attempted.payment.id == refund.payment);
    let (Some(paid), RefundStatus::Pending) = (paid, refund.status) else { return Ok(()) };
    let window = app.desk.collector_of(paid)?.refund_window();
    match (window, paid.paid_at) {
        (Some(window), Some(paid_at)) if app.desk.now() > paid_at + window => {
            let (method, days) = (&paid.payment.method, window / 86_400);
            let detail = format!("{method} takes refunds for {days} days; return the money by other means and say by_hand");
            Err(Complaint::conflict("refund-too-late", detail))
        }
        _ => Ok(()),
    }
}

fn refused(refusal: RefundRefusal) -> Complaint {
    match refusal {
        RefundRefusal::NotPaid => Complaint::conflict("not-paid", "no money came by it"),
        RefundRefusal::TooMuch { left } => Complaint::conflict("refund-too-much", format!("{left} minor units are left to return")),
    }
}

/// 26 characters that every provider takes.
fn refund_id(of: &str) -> String {
    format!("rfd_{}", encode(Alphabet::Url, &Digest::of(of.as_bytes()).as_bytes()[..16]))
}

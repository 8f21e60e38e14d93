//! `POST /admin/v1/orders/{order}/odd-money/{transaction}/resolve` and `…/attention/{reason}/settle`: a person says what becomes of money that
//! pays nothing, and that what needed a person was looked at. Each counts once by itself: who comes second is told how it stands.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::OrderId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, read};
use super::naming::order_id;
use super::refunds::{in_time, refund_id, refused};
use crate::api_keys::Scope;
use crate::order_record::{OddMoney, OddState, OrderRecord, RefundStatus};
use crate::store::{Attention, Waits};
use crate::views;

/// What needs a person, in the words of [`crate::store::Attention`].
const REASONS: [&str; 11] = [
    "wrong-amount",
    "paid-twice",
    "oversold",
    "payment-unclear",
    "refund-refused",
    "refund-amount",
    "transaction-used",
    "bill-difference",
    "keys-short",
    "refund-stuck",
    "refund-failed",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resolution {
    how: How,
    /// It was returned by other means: that is only written down.
    #[serde(default)]
    by_hand: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum How {
    Keep,
    Return,
}

pub(super) async fn resolve(
    State(app): State<App>,
    caller: Caller,
    Path((order, transaction)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    caller.must(Scope::Refunds)?;
    let order = order_id(&app, &order).await?;
    let Resolution { how, by_hand } = read(&body)?;
    if by_hand && how == How::Keep {
        return Err(AdminError::bad("by_hand: goes with \"how\": \"return\""));
    }
    let record = app.service.store.record(&order).await?;
    let (signer, now) = (&app.service.keys.signer, app.service.now());
    let mut sent = None;
    let resolve = |record: &mut OrderRecord, waits: &Waits| {
        let odd = find(record, waits, &transaction)?;
        let record = record.by(caller.id());
        match how {
            How::Keep => record.keep_odd(&odd.money, signer),
            How::Return if by_hand => {
                may_return(&caller, record, waits, odd)?;
                record.odd_was_returned(&odd.money);
            }
            How::Return => {
                may_return(&caller, record, waits, odd)?;
                if !record.can_return(odd, &waits.odd) {
                    return Err(by_hand_alone(odd));
                }
                let id = refund_id(&format!("{} odd {transaction} {}", record.order.id, record.refunds.len()));
                sent = Some(id.clone());
                record.return_odd(odd, id, now).map_err(|refusal| refused(record, refusal))?;
            }
        }
        Ok(())
    };
    if how == How::Return && !by_hand {
        let waits = app.service.store.waits(&order).await?;
        can_be_sent(&app, &record, find(&record, &waits, &transaction)?)?;
    }
    match app.service.change_what_waits(&order, None, resolve).await {
        Err(error) if error.is_double() => {
            return Err(AdminError::conflict("transaction-used", "this money has paid another payment; nothing is changed"));
        }
        resolved => resolved??,
    };
    // What cannot be sent now is sent by the reconciler.
    if let Some(id) = sent
        && let Err(failure) = app.service.go_on_with_refund(&order, &id).await
    {
        tracing::warn!(%order, refund = id, %failure, "a refund will be sent later");
    }
    told(&app, &order).await
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settling {
    /// The highest `entry` of that reason that the person has seen.
    seen: Option<i64>,
}

/// A person has looked at what needed one, and nothing is left to do.
pub(super) async fn settle(State(app): State<App>, caller: Caller, Path((order, reason)): Path<(String, String)>, body: Bytes) -> Answer {
    caller.must(Scope::Orders)?;
    if !REASONS.contains(&reason.as_str()) {
        return Err(AdminError::bad(format!("reason: one of {}", REASONS.join(", "))));
    }
    let Settling { seen } = if body.is_empty() { Settling::default() } else { read(&body)? };
    let order = order_id(&app, &order).await?;
    let settle = |record: &mut OrderRecord, waits: &Waits| {
        let entries = waits.attention.iter().filter(|why| why.reason == reason).map(|why| why.entry);
        let Some(newest) = entries.max() else {
            return Err(AdminError::conflict("already-resolved", still_waiting(&reason, waits)));
        };
        if seen.is_some_and(|seen| seen < newest) {
            return Err(AdminError::conflict("newer-waits", newer(&reason, waits)));
        }
        // A refund of odd money that failed leaves that money where it was.
        let failed = |money: &str| {
            record.refunds.iter().any(|refund| refund.status == RefundStatus::Failed && refund.parts.transaction.as_deref() == Some(money))
        };
        let is_about = |odd: &OddMoney| odd.why.as_str() == reason || (reason == "refund-failed" && failed(&odd.money.transaction));
        if let Some(odd) = waits.odd.iter().find(|odd| is_about(odd) && odd.state == OddState::Open) {
            let detail = format!("say first what becomes of the money {}: orders resolve, to keep or to return it", odd.money.transaction);
            return Err(AdminError::conflict("resolve-first", detail));
        }
        record.by(caller.id()).is_settled(&reason);
        Ok(())
    };
    app.service.change_what_waits(&order, None, settle).await??;
    told(&app, &order).await
}

/// The odd money of that transaction, of which nobody has said anything yet.
fn find<'a>(record: &OrderRecord, waits: &'a Waits, transaction: &str) -> Result<&'a OddMoney, AdminError> {
    let mut named = waits.odd.iter().filter(|odd| odd.money.transaction == transaction);
    let first = named.next().ok_or_else(|| AdminError::unknown("odd money"))?;
    let odd = std::iter::once(first).chain(named).find(|odd| odd.state == OddState::Open);
    odd.ok_or_else(|| {
        let (state, status) = (first.state.as_str(), record.order.status.as_str());
        AdminError::conflict("already-resolved", format!("this money is {state} already, and the order is {status}; nothing is changed"))
    })
}

fn may_return(caller: &Caller, record: &OrderRecord, waits: &Waits, odd: &OddMoney) -> Result<(), AdminError> {
    caller.may_return((odd.money.amount, &odd.money.currency), record, waits)
}

fn by_hand_alone(odd: &OddMoney) -> AdminError {
    let detail = format!(
        "the provider cannot be asked to return {}; return it by other means, then call again with `by_hand`",
        odd.money.transaction
    );
    AdminError::conflict("return-by-hand", detail)
}

/// Whether whoever collects the payment returns money at all, and still.
fn can_be_sent(app: &App, record: &OrderRecord, odd: &OddMoney) -> Result<(), AdminError> {
    let paid = record.payments.iter().find(|attempted| attempted.payment.id == odd.money.payment);
    let Some(paid) = paid else { return Err(by_hand_alone(odd)) };
    if app.service.collector_of(paid)?.is_confirmed_by_hand() {
        return Err(by_hand_alone(odd));
    }
    in_time(app, record, &paid.payment.id)
}

fn still_waiting(reason: &str, waits: &Waits) -> String {
    let mut open: Vec<&str> = waits.attention.iter().map(|why| why.reason.as_str()).collect();
    open.sort_unstable();
    open.dedup();
    if open.is_empty() {
        return format!("{reason}: nothing of this order waits for a person any more, and there is nothing to do");
    }
    format!("{reason}: nothing of that waits for a person any more; what does is {}: settle that", open.join(", "))
}

/// What waits of that reason by now.
fn newer(reason: &str, waits: &Waits) -> String {
    let entries: Vec<String> = waits.attention.iter().filter(|why| why.reason == reason).map(|why| why.entry.to_string()).collect();
    format!("{reason}: more waits than you have seen, told by the entries {} of the ledger; nothing is changed", entries.join(", "))
}

async fn told(app: &App, order: &OrderId) -> Answer {
    let (record, waits) = (app.service.store.record(order).await?, app.service.store.waits(order).await?);
    let mut told = with_what_waits(views::record(&record, &[]), &waits);
    told["time_zone"] = json!(app.service.time.name());
    answer(StatusCode::OK, &told)
}

/// An order's view with what of it waits for a person.
pub(super) fn with_what_waits(mut view: Value, waits: &Waits) -> Value {
    view["attention"] = waits.attention.iter().map(reason).collect();
    view["odd_money"] = waits.odd.iter().map(odd).collect();
    view
}

/// Why a person has to look at an order.
pub(super) fn reason(Attention { reason, since, entry }: &Attention) -> Value {
    json!({ "reason": reason, "since": since, "entry": entry })
}

fn odd(OddMoney { money, why, state }: &OddMoney) -> Value {
    json!({
        "transaction": money.transaction,
        "payment": money.payment.as_str(),
        "amount": money.amount,
        "currency": money.currency,
        "paid_at": money.paid_at,
        "reason": why.as_str(),
        "state": state.as_str(),
    })
}

//! `POST /admin/v1/payments/{payment}/confirm`: the merchant's bank feed tells that money came by a bank code. `{payment}` is the payment's
//! id, or its reference as the bank statement has it.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use gateway::ProviderPayment;
use protocol::{Currency, OrderId, PaymentId};
use serde::Deserialize;

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, MAX_AMOUNT, answer, idempotency, read};
use super::naming::ambiguous;
use crate::api_keys::Scope;
use crate::number::OrderNumber;
use crate::order_record::{OddState, Source, StrayMoney, UsedMoney};
use crate::shown::judge_text;
use crate::store::{IdempotencyRecord, KnownMoney};
use crate::views;

/// The longest id of money at a bank, characters.
const MAX_TRANSACTION: usize = 64;
/// How far ahead of ours a bank's clock may be, seconds: some write the next day of business.
const AHEAD: i64 = 7 * 86_400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Booking {
    /// Minor units.
    amount: i64,
    /// ISO 4217 code.
    currency: String,
    /// The bank's id of the money, up to 64 characters: the same one confirms once.
    transaction: String,
    /// Unix seconds; now if absent.
    #[serde(default, deserialize_with = "super::json::seconds")]
    paid_at: Option<i64>,
}

impl Booking {
    /// What can be money, as it is written down.
    fn read(body: &[u8], payment: &PaymentId, now: i64) -> Result<ProviderPayment, AdminError> {
        let Booking { amount, currency, transaction, paid_at } = read(body)?;
        if !(1..=MAX_AMOUNT).contains(&amount) {
            return Err(AdminError::bad(format!("amount: 1 to {MAX_AMOUNT} minor units")));
        }
        if Currency::parse(&currency).is_none() {
            return Err(AdminError::bad("currency: not an ISO 4217 code"));
        }
        let transaction = transaction.trim();
        judge_text(transaction, MAX_TRANSACTION).map_err(|fault| AdminError::bad(format!("transaction: {fault}")))?;
        if paid_at.is_some_and(|paid_at| paid_at > now + AHEAD) {
            return Err(AdminError::bad("paid_at: lies in the future; unix seconds of when the money came"));
        }
        let (payment_id, transaction_id) = (payment.as_str().to_owned(), transaction.to_owned());
        Ok(ProviderPayment { payment_id, transaction_id, amount, currency, paid_at: paid_at.unwrap_or(now), payer: None, returned: false })
    }
}

pub(super) async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Path(payment): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    caller.must(Scope::Confirm)?;
    let (order, payment) = named(&app, payment.trim()).await?;
    let mut fact = Booking::read(&body, &payment, app.service.now())?;
    let key = idempotency(&headers, &format!("/admin/v1/payments/{payment}/confirm"), &body)?;
    let method = app.service.store.record(&order).await?.payments.into_iter().find(|attempted| attempted.payment.id == payment);
    let method = method.ok_or_else(|| AdminError::unknown("payment"))?.payment.method;
    if !app.service.provider(&method)?.is_confirmed_by_hand() {
        return Err(AdminError::conflict("confirmed-by-provider", format!("{method} itself tells what is paid, and nobody else")));
    }
    app.service.store.order_made_with(&key).await?;
    // The same money is looked at by one call at a time, whichever payments it is told of.
    let _one_at_a_time = app.service.locks.hold(&format!("money {method} {}", fact.transaction_id.to_lowercase())).await;
    let mut known = app.service.store.known_money(&fact.transaction_id).await?;
    known.retain(|money| money.method == method.as_str());
    if let Some(other) = known.iter().find(|money| money.payment != payment) {
        return Err(used(&app, &caller, (&order, &fact), &key, other).await?);
    }
    if let Some(same) = known.into_iter().next() {
        fact.transaction_id = same.transaction;
    }
    let (signer, now) = (&app.service.keys.signer, app.service.now());
    match app.service.change_once(&order, &key, |record| record.by(caller.id()).money_came(&fact, Source::Merchant, signer, now)).await {
        Err(error) if error.is_double() => {
            return Err(AdminError::conflict("transaction-used", "this money has just paid another payment; ask again to learn which"));
        }
        changed => changed?,
    };
    let record = app.service.store.record(&order).await?;
    let attempted = record.payments.iter().find(|attempted| attempted.payment.id == payment);
    let is_asked = attempted.is_some_and(|paid| (paid.money.amount, paid.money.currency.as_str()) == (fact.amount, &fact.currency));
    let has_paid = attempted.and_then(|paid| paid.transaction.as_deref());
    if has_paid == Some(&fact.transaction_id) {
        let otherwise = "this money has paid the payment already, and it was another amount; nothing is changed";
        let otherwise = || AdminError::conflict("already-confirmed", otherwise);
        return if is_asked { answer(StatusCode::OK, &views::record(&record, &[])) } else { Err(otherwise()) };
    }
    let odd = app.service.store.waits(&order).await?.odd;
    let mut decided = odd.iter().filter(|odd| odd.state != OddState::Open);
    if let Some(odd) = decided.find(|odd| odd.money.payment == payment && odd.money.transaction == fact.transaction_id) {
        let detail = format!("somebody has decided of this money: it is {}; nothing is changed", odd.state.as_str());
        return Err(AdminError::conflict("already-resolved", detail));
    }
    match has_paid {
        Some(_) => Err(AdminError::conflict("already-paid", "this payment was paid by other money before; both are recorded")),
        None => Err(AdminError::conflict("wrong-amount", "the amount is not the one asked for; it is recorded, and nothing is paid")),
    }
}

/// The payment that the caller means.
async fn named(app: &App, name: &str) -> Result<(OrderId, PaymentId), AdminError> {
    let mut found = app.service.store.payments_named(name).await?;
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(AdminError::unknown("payment")),
        (Some(one), true) => Ok(one),
        (Some(last), false) => {
            let each = found.iter().chain([&last]);
            Err(ambiguous("payments", each.map(|(order, payment)| format!("{payment} of order {}", OrderNumber::of(order)))))
        }
    }
}

/// The money is another payment's: that is written down where it was told of now, too, for a person to look at.
async fn used(
    app: &App,
    caller: &Caller,
    (order, fact): (&OrderId, &ProviderPayment),
    key: &IdempotencyRecord,
    other: &KnownMoney,
) -> Result<AdminError, AdminError> {
    let number = OrderNumber::of(&other.order).to_string();
    let payment = PaymentId::parse(&fact.payment_id).ok_or_else(|| AdminError::unknown("payment"))?;
    let (transaction, currency) = (fact.transaction_id.clone(), fact.currency.clone());
    let (amount, paid_at) = (fact.amount, fact.paid_at);
    let money = StrayMoney { payment, transaction, amount, currency, paid_at, source: Source::Merchant };
    let used = UsedMoney { money, order: number.clone() };
    app.service.change_once(order, key, |record| record.by(caller.id()).money_is_used(used)).await?;
    let detail = format!(
        "this money was told of payment {} of order {number} before; one of the two is a mistake. Both orders stand among those that a \
         person has to look at, or show what became of it",
        other.payment
    );
    Ok(AdminError::conflict("transaction-used", detail))
}

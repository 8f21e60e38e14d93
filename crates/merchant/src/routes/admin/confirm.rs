//! `POST /admin/v1/payments/{payment}/confirm`: the merchant's bank feed tells that money came by a bank code. `{payment}` is the payment's
//! id, or its reference as the bank statement has it.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gateway::ProviderPayment;
use serde::Deserialize;

use super::super::App;
use super::{Answer, Caller, Complaint, answer, read};
use crate::account::Source;
use crate::api_keys::Scope;
use crate::observing::Alarm;
use crate::shown::judge_characters;
use crate::views;

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
    #[serde(default, deserialize_with = "super::seconds")]
    paid_at: Option<i64>,
}

pub(super) async fn confirm(State(app): State<App>, caller: Caller, Path(payment): Path<String>, body: Bytes) -> Answer {
    caller.must(Scope::Confirm)?;
    let booking: Booking = read(&body)?;
    if !(1..=64).contains(&booking.transaction.chars().count()) {
        return Err(Complaint::bad("transaction: 1 to 64 characters"));
    }
    judge_characters(&booking.transaction).map_err(|fault| Complaint::bad(format!("transaction: {fault}")))?;
    let Some((order, payment)) = app.desk.store.find_payment(&payment).await? else { return Err(Complaint::unknown("payment")) };
    let method = app.desk.store.account(&order).await?.payments.into_iter().find(|attempted| attempted.payment.id == payment);
    let method = method.ok_or_else(|| Complaint::unknown("payment"))?.payment.method;
    if !app.desk.provider(&method)?.is_confirmed_by_hand() {
        return Err(Complaint::conflict("confirmed-by-provider", format!("{method} itself tells what is paid, and nobody else")));
    }
    let fact = ProviderPayment {
        payment_id: payment.as_str().to_owned(),
        transaction_id: booking.transaction.clone(),
        amount: booking.amount,
        currency: booking.currency,
        paid_at: booking.paid_at.unwrap_or_else(|| app.desk.now()),
        payer: None,
        returned: false,
    };
    match app.desk.change(&order, |account| account.money_came(&fact, Source::Merchant, &app.desk.keys.signer, app.desk.now())).await {
        Err(error) if error.is_double() => {
            tracing::error!(%order, %payment, transaction = booking.transaction, "ALARM: the bank feed tells the same money of two payments");
            app.desk.metrics.alarmed(Alarm::TransactionUsed);
            return Err(Complaint::conflict("transaction-used", "this money has paid another payment; one of the two is a mistake"));
        }
        changed => changed?,
    };
    let account = app.desk.store.account(&order).await?;
    let attempted = account.payments.iter().find(|attempted| attempted.payment.id == payment);
    let is_asked = attempted.is_some_and(|paid| (paid.money.amount, paid.money.currency.as_str()) == (fact.amount, &fact.currency));
    match attempted.and_then(|paid| paid.transaction.as_deref()) {
        Some(transaction) if transaction == booking.transaction && is_asked => answer(StatusCode::OK, &views::account(&account, &[])),
        Some(transaction) if transaction == booking.transaction => Err(Complaint::conflict(
            "wrong-amount",
            "this money has paid the payment already, and it was another amount; nothing is changed",
        )),
        Some(_) => Err(Complaint::conflict("already-paid", "other money came by this payment before; both are written down")),
        None => Err(Complaint::conflict("wrong-amount", "it is not what was asked for; that is written down, and nothing is paid")),
    }
}

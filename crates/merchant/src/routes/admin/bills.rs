//! `GET /admin/v1/reconciliation?method=&date=YYYY-MM-DD`: a provider's day compared with its bill of it.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, queried};
use crate::api_keys::Scope;
use crate::number::OrderNumber;
use crate::order_service::{Compared, Comparison};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    method: String,
    date: String,
}

pub(super) async fn reconciliation(State(app): State<App>, caller: Caller, asked: Result<Query<Params>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let asked = queried(asked)?;
    let provider = app.service.providers.of_method(&asked.method).ok_or_else(|| AdminError::unknown("payment method"))?;
    let no_bills = || AdminError::conflict("no-bills", format!("{} hands out no bills", asked.method));
    let zone = provider.bill_days().ok_or_else(no_bills)?.zone;
    let day = zone.parse_date(&asked.date).ok_or_else(|| AdminError::bad("date: YYYY-MM-DD"))?;
    match app.service.compare(provider, day).await? {
        Compared::Yes(comparison) => answer(StatusCode::OK, &view(&comparison, zone.name)),
        Compared::NoBills => Err(no_bills()),
        Compared::NotYet(at) => {
            let detail = format!("the bill of {} is not made yet; ask after {} in {}", asked.date, zone.format_plain(at), zone.name);
            Err(AdminError::conflict("bill-not-made", detail))
        }
        Compared::Gone => {
            Err(AdminError::conflict("bill-gone", format!("{} does not keep the bill of {} any more", asked.method, asked.date)))
        }
    }
}

/// `zone`: whose days these are.
fn view(comparison: &Comparison, zone: &str) -> Value {
    let differences = comparison.differences.iter();
    let differences = differences.map(|it| {
        let order = it.order.as_ref().map(|order| OrderNumber::of(order).to_string());
        json!({ "kind": it.kind.as_str(), "order": order, "payment": it.payment, "detail": it.detail })
    });
    let differences: Vec<_> = differences.collect();
    let Comparison { date, entries, others, .. } = comparison;
    json!({ "date": date, "days_of": zone, "entries": entries, "others": others, "differences": differences })
}

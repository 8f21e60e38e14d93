//! The closing of a day: what this counter took by each method and gave back, and what the bills of the providers say to it, once they are there.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use protocol::{Currency, Method};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::door::said;
use super::super::duty::{AtCounter, Session};
use super::super::host::Staff;
use super::super::refusal::Refusal;
use crate::i18n;
use crate::insights::{By, Takings};
use crate::number::OrderNumber;
use crate::order_service::Compared;
use crate::store::StoreError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    /// `2026-11-29`, `today` or `yesterday`; today if absent.
    date: Option<String>,
    /// The language of the page.
    #[serde(default)]
    locale: String,
}

pub(super) async fn tell(
    State(staff): State<Staff>,
    AtCounter(session): AtCounter,
    Query(day): Query<Day>,
) -> Result<Response<Body>, Refusal> {
    let (time, now) = (&staff.app.service.time, staff.app.service.now());
    let bad = |fault: String| Refusal::bad(format!("date: {fault}")).with("field", json!("date"));
    let text = day.date.as_deref().unwrap_or("today");
    let (from, to) = (time.from(text, now).map_err(bad)?, time.to(text, now).map_err(bad)?);
    let date = time.date(from);
    // Bills are of days: a month, an hour and what no calendar here has are none.
    let is_day = (from, to) == (time.begin(date), time.end(date)) && (text.len() != 10 || text == date.to_string());
    if !is_day {
        return Err(bad("one day, such as 2026-11-29".to_owned()));
    }
    let mut takings = Takings::new(By::Method, time.clone());
    let taken = staff.app.service.store.taken_by(session.key_id(), from, to).await?;
    if !taken.iter().all(|taken| takings.add(taken)) {
        return Err(StoreError::Unreadable("movements").into());
    }
    let methods: BTreeSet<&str> = taken.iter().filter_map(|taken| taken.of.as_deref()).collect();
    let words = &i18n::spoken(&day.locale).pages;
    let name = |method: &&str| Some(((*method).to_owned(), json!(words.method(&Method::parse(method)?))));
    let names: Map<String, Value> = methods.iter().filter_map(name).collect();
    let mut bills = Map::new();
    for method in methods {
        bills.insert(method.to_owned(), bill(&staff, &session, method, &date.to_string()).await?);
    }
    let currencies = taken.iter().filter_map(|taken| Currency::parse(&taken.currency));
    let exponents: Map<String, Value> = currencies.map(|currency| (currency.as_str().to_owned(), json!(currency.exponent()))).collect();
    Ok(said(&json!({ "date": date.to_string(), "rows": takings.table().json(), "names": names, "exponents": exponents, "bills": bills })))
}

/// What the bill of that day says of this counter's orders: nothing yet, the same, or something else.
async fn bill(staff: &Staff, session: &Session, method: &str, date: &str) -> Result<Value, Refusal> {
    let service = &staff.app.service;
    let Some(provider) = service.providers.of_method(method) else { return Ok(json!({ "state": "none" })) };
    let Some(day) = provider.bill_days().and_then(|days| days.zone.parse_date(date)) else { return Ok(json!({ "state": "none" })) };
    let compared = match service.compare(provider, day).await {
        Ok(compared) => compared,
        Err(failure) => {
            failure.log();
            return Ok(json!({ "state": "later" }));
        }
    };
    let Compared::Yes(comparison) = compared else {
        return Ok(json!({ "state": if matches!(compared, Compared::NotYet(_)) { "later" } else { "none" } }));
    };
    let mut differences = Vec::new();
    for difference in &comparison.differences {
        let Some(order) = &difference.order else { continue };
        if service.store.has_made(session.key_id(), order).await? {
            differences.push(json!({ "order": OrderNumber::of(order).to_string(), "kind": difference.kind.as_str() }));
        }
    }
    Ok(json!({ "state": if differences.is_empty() { "same" } else { "differs" }, "differences": differences }))
}

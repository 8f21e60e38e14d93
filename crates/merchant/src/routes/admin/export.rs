//! `GET /admin/v1/export?from=&to=`: orders as CSV (RFC 4180) for bookkeeping, the newest first, page by page as it is read.

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{Response, header};
use axum::response::IntoResponse as _;
use futures_util::stream::{self, StreamExt as _};
use serde::Deserialize;

use super::super::App;
use super::caller::Caller;
use super::json::{Answer, queried, span};
use crate::api_keys::Scope;
use crate::number::OrderNumber;
use crate::order_record::{Refund, RefundStatus};
use crate::receipts::utc;
use crate::store::{Filter, Listed, Store, StoreError};

/// How many orders are read at a time.
const PAGE: i64 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    /// A time as people write it.
    from: Option<String>,
    /// The same; a day or a month counts as a whole.
    to: Option<String>,
}

pub(super) async fn export(State(app): State<App>, caller: Caller, asked: Result<Query<Params>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let Params { from, to } = queried(asked)?;
    let (from, to) = span(&app, from.as_deref(), to.as_deref())?;
    let filter = Filter { from, to, limit: PAGE, ..Filter::default() };
    let head = stream::once(async { Ok(Bytes::from_static(COLUMNS.as_bytes())) });
    let store = app.service.store.clone();
    let pages = stream::unfold(Some(filter), move |filter| page(store.clone(), filter));
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"orders.csv\"")];
    let response: Response<Body> = (headers, Body::from_stream(head.chain(pages))).into_response();
    Ok(response)
}

const COLUMNS: &str =
    "created_at,number,order,reference,status,amount,currency,method,transaction,paid_at,refunded,client_reference,metadata\r\n";

/// The next page, and where the one after it begins.
async fn page(store: Store, filter: Option<Filter>) -> Option<(Result<Bytes, StoreError>, Option<Filter>)> {
    let filter = filter?;
    match rows(&store, &filter).await {
        Err(error) => {
            tracing::error!(%error, "an export ended early");
            Some((Err(error), None))
        }
        Ok((text, after)) if !text.is_empty() => Some((Ok(text.into()), after.map(|after| Filter { after: Some(after), ..filter }))),
        Ok(_) => None,
    }
}

async fn rows(store: &Store, filter: &Filter) -> Result<(String, Option<(i64, String)>), StoreError> {
    let listed = store.list(filter).await?;
    let mut text = String::new();
    for listed in &listed {
        text.push_str(&row(store, listed).await?);
    }
    Ok((text, listed.last().map(|last| (last.created_at, last.order.id.as_str().to_owned()))))
}

async fn row(store: &Store, listed: &Listed) -> Result<String, StoreError> {
    let account = store.record(&listed.order.id).await?;
    let order = &account.order;
    let paid = account.paying().and_then(|id| account.payments.iter().find(|attempted| attempted.payment.id == *id));
    // What came beside the order's money and went back was never part of it.
    let of_order = |refund: &&Refund| refund.status == RefundStatus::Done && account.paying() == Some(&refund.payment);
    let returned: i64 = account.refunds.iter().filter(of_order).map(|refund| refund.amount).sum();
    let decimal = |amount| protocol::Money { amount, ..order.money() }.to_decimal();
    let values = [
        utc(listed.created_at),
        OrderNumber::of(&order.id).to_string(),
        order.id.as_str().to_owned(),
        listed.references.reference.clone().unwrap_or_default(),
        order.status.as_str().to_owned(),
        decimal(order.amount),
        order.currency.as_str().to_owned(),
        paid.map(|paid| paid.payment.method.as_str().to_owned()).unwrap_or_default(),
        paid.and_then(|paid| paid.transaction.clone()).unwrap_or_default(),
        paid.and_then(|paid| paid.paid_at).map(utc).unwrap_or_default(),
        decimal(returned),
        listed.references.client_reference.clone().unwrap_or_default(),
        listed.references.metadata_text().unwrap_or_default(),
    ];
    Ok(values.map(|value| field(&value)).join(",") + "\r\n")
}

/// A field. What a spreadsheet would take for a formula gets an apostrophe in front: others chose some of these texts.
fn field(value: &str) -> String {
    let value = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { value.to_owned() };
    if value.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_field_is_quoted_where_it_must_be_and_never_a_formula() {
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
    }
}

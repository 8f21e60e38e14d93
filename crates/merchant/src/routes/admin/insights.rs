//! `GET /admin/v1/insights?from=&to=&by=&format=`: what the shop learns from its checkouts and its books.

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, queried, span};
use crate::api_keys::Scope;
use crate::insights::{By, Cell, Table, Takings};
use crate::store::{MethodStats, StoreError};

/// The time looked at if none is asked for, seconds.
const LAST_30_DAYS: i64 = 30 * 86_400;
/// Of how long a time movements are read at once, seconds.
const AT_ONCE: i64 = 31 * 86_400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    /// A time as people write it.
    from: Option<String>,
    /// The same; a day or a month counts as a whole.
    to: Option<String>,
    /// What rows are told apart by; without it, all channels in the shape of before.
    by: Option<String>,
    /// `json`, or `csv` of rows.
    #[serde(default)]
    format: Format,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Csv,
}

pub(super) async fn insights(State(app): State<App>, caller: Caller, asked: Result<Query<Params>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let asked = queried(asked)?;
    let (from, to) = span(&app, asked.from.as_deref(), asked.to.as_deref())?;
    let to = to.unwrap_or_else(|| app.service.now() + 1);
    let from = from.unwrap_or(to - LAST_30_DAYS);
    let table = match asked.by.as_deref() {
        None if asked.format == Format::Csv => return Err(AdminError::bad("by: a table is of something; name day, method or another")),
        None => return overview(&app, from, to).await,
        Some("surface") => channels(&app.service.store.channels(from, to).await?),
        Some("shoppers") => shoppers(&app, from, to).await?,
        Some(word) => takings(&app, By::parse(word).ok_or_else(|| AdminError::bad(format!("by: {WORDS}")))?, from, to).await?,
    };
    if asked.format == Format::Csv {
        return Ok(csv(&table));
    }
    let body = json!({ "from": from, "to": to, "time_zone": app.service.time.name(), "by": asked.by, "columns": table.columns, "rows": table.json() });
    answer(StatusCode::OK, &body)
}

const WORDS: &str = "day, method, product, country, code, surface or shoppers";

fn csv(table: &Table) -> Response<Body> {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"insights.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, table.csv()).into_response()
}

async fn overview(app: &App, from: i64, to: i64) -> Answer {
    let channels = app.service.store.channels(from, to).await?;
    let linked = app.service.store.followers(from, to).await?;
    let channels: Vec<Value> = channels.iter().map(view).collect();
    answer(StatusCode::OK, &json!({ "from": from, "to": to, "channels": channels, "linked_shoppers": linked }))
}

async fn takings(app: &App, by: By, from: i64, to: i64) -> Result<Table, AdminError> {
    let mut takings = Takings::new(by, app.service.time.clone());
    if let Some((first, last)) = app.service.store.booked_span().await? {
        let (mut from, to) = (from.max(first), to.min(last.saturating_add(1)));
        while from < to {
            let until = to.min(from.saturating_add(AT_ONCE));
            for taken in app.service.store.taken(by, from, until).await? {
                if !takings.add(&taken) {
                    return Err(StoreError::Unreadable("movements").into());
                }
            }
            from = until;
        }
    }
    Ok(takings.table())
}

async fn shoppers(app: &App, from: i64, to: i64) -> Result<Table, AdminError> {
    let told = app.service.store.people(from, to).await?;
    let row = [told.people, told.again, told.orders].map(Cell::Number).to_vec();
    Ok(Table { columns: vec!["people", "people_again", "orders"], rows: vec![row] })
}

fn channels(channels: &[MethodStats]) -> Table {
    let columns = vec![
        "method",
        "surface",
        "shown",
        "paid",
        "abandoned",
        "ran_out",
        "ran_out_after_scan",
        "canceled",
        "declined",
        "replaced",
        "median_seconds_to_paid",
        "ninetieth_seconds_to_paid",
    ];
    let row = |of: &MethodStats| {
        let mut row = vec![Cell::Text(of.method.clone()), Cell::Text(of.surface.clone())];
        let why = [of.ran_out(), of.ran_out_after_scan, of.canceled, of.declined, of.replaced];
        row.extend([of.shown, of.paid, of.abandoned].into_iter().chain(why).map(Cell::Number));
        row.extend([of.median_seconds, of.ninetieth_seconds].map(|seconds| seconds.map_or(Cell::None, Cell::Number)));
        row
    };
    Table { columns, rows: channels.iter().map(row).collect() }
}

fn view(channel: &MethodStats) -> Value {
    json!({
        "method": channel.method,
        "surface": channel.surface,
        "shown": channel.shown,
        "paid": channel.paid,
        "abandoned": channel.abandoned,
        "abandoned_after_scan": channel.abandoned_after_scan,
        "median_seconds_to_paid": channel.median_seconds,
    })
}

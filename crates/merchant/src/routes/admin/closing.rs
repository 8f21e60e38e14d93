//! `POST /admin/v1/export/close`: nothing comes into a month any more. What is told of it later counts in the first day that is open.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, read};
use crate::api_keys::Scope;
use crate::books::ClosedMonth;
use crate::shop_time::ShopTime;
use crate::store::Closing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// `YYYY-MM`.
    month: String,
}

pub(super) async fn close(State(app): State<App>, caller: Caller, body: Bytes) -> Answer {
    caller.must(Scope::Books)?;
    let Wish { month } = read(&body)?;
    let (time, now) = (&app.service.time, app.service.now());
    let (first, next) = ShopTime::month(&month).ok_or_else(|| AdminError::bad("month: YYYY-MM"))?;
    let zone = time.name().to_owned();
    let month = ClosedMonth { month, from_at: time.begin(first), until_at: time.begin(next), zone, closed_at: now };
    if now < month.until_at {
        let detail = format!("{} is over at {}; what comes until then is of it", month.month, time.write(month.until_at));
        return Err(AdminError::conflict("month-open", detail));
    }
    match app.service.store.close_month(&month, time, &caller.0.id).await? {
        Closing::Closed(month) => answer(StatusCode::OK, &view(&month)),
        Closing::EarlierOpen(earlier) => {
            Err(AdminError::conflict("earlier-month-open", format!("{earlier} has movements; close it first")))
        }
    }
}

fn view(month: &ClosedMonth) -> Value {
    json!({
        "month": month.month,
        "from": month.from_at,
        "to": month.until_at,
        "time_zone": month.zone,
        "closed_at": month.closed_at,
    })
}

//! `/admin/v1/stock`: what is left of what is scarce, and goods that arrive or are lost.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, read};
use crate::api_keys::Scope;
use crate::order_record::storable;
use crate::store::{Counted, StockItem, StoreError};

/// The most that one call changes.
const MOST: i64 = 999_999_999;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    /// So many more; fewer where it is negative.
    change: i64,
}

pub(super) async fn list(State(app): State<App>, caller: Caller) -> Answer {
    caller.must(Scope::Read)?;
    let counted = app.service.store.counted().await?;
    answer(StatusCode::OK, &json!({ "stock": counted.iter().map(view).collect::<Vec<_>>() }))
}

pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path((kind, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    caller.must(Scope::Orders)?;
    let of = StockItem::of(&kind, &storable(&name)).ok_or_else(|| AdminError::bad("kind: product or code"))?;
    let Change { change } = read(&body)?;
    if change == 0 || change.unsigned_abs() > MOST.unsigned_abs() {
        return Err(AdminError::bad(format!("change: 1 to {MOST}, or as many less")));
    }
    let key = idempotency(&headers, &format!("/admin/v1/stock/{kind}/{name}"), &body)?;
    match app.service.store.change_stock(&of, change, &key.key).await {
        Ok(true) => tracing::info!(key = caller.id(), %of, change, "stock was changed"),
        Ok(false) => return Err(AdminError::unknown("stock: the catalog names no number of it")),
        Err(StoreError::Short(short)) => {
            return Err(AdminError::conflict("stock-too-low", format!("{} are left, and no more can be taken out", short.left)));
        }
        Err(error) => return Err(error.into()),
    }
    let counted = app.service.store.counted().await?;
    let told = counted.iter().find(|counted| counted.of == of).map_or(Value::Null, view);
    answer(StatusCode::OK, &told)
}

fn view(Counted { of, stock, taken, open }: &Counted) -> Value {
    let (kind, name) = of.columns();
    json!({ "kind": kind, "name": name, "stock": stock, "left": stock - taken, "open": open })
}

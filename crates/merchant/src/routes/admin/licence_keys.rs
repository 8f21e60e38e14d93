//! `/admin/v1/licence-keys`: how many there are, and more of them. What a key is is never told here.

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
use crate::store::{KeyPool, KeysAdded};

/// The most keys of one call.
const MOST: usize = 1000;
/// The longest key, bytes.
const LONGEST: usize = 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    /// The product whose keys they are.
    sku: String,
    /// The keys; blanks around one do not count.
    keys: Vec<String>,
}

pub(super) async fn list(State(app): State<App>, caller: Caller) -> Answer {
    caller.must(Scope::Read)?;
    let pools = app.service.store.key_pools().await?;
    answer(StatusCode::OK, &json!({ "pools": pools.iter().map(view).collect::<Vec<_>>() }))
}

pub(super) async fn add(State(app): State<App>, caller: Caller, body: Bytes) -> Answer {
    caller.must(Scope::Orders)?;
    let More { sku, keys } = read(&body)?;
    if keys.is_empty() || keys.len() > MOST {
        return Err(AdminError::bad(format!("keys: 1 to {MOST}")));
    }
    let keys: Vec<&str> = keys.iter().map(|key| key.trim()).collect();
    let is_key = |key: &&str| (1..=LONGEST).contains(&key.len()) && !key.contains(char::is_control);
    if let Some(at) = keys.iter().position(|key| !is_key(key)) {
        return Err(AdminError::bad(format!("keys: number {} is empty, over {LONGEST} bytes, or holds control characters", at + 1)));
    }
    let pool = app.service.catalog.key_pool(&sku).ok_or_else(|| AdminError::unknown("product with keys in the catalog"))?;
    let KeysAdded { added, known, given, free, orders } = app.service.store.add_licence_keys(&pool, &keys, app.service.now()).await?;
    app.service.waiters.wake_each(&orders);
    tracing::info!(key = caller.id(), pool, added, known, given, free, "licence keys were added");
    answer(StatusCode::OK, &json!({ "pool": pool, "added": added, "known": known, "given": given, "free": free }))
}

fn view(KeyPool { name, added, free, owed }: &KeyPool) -> Value {
    json!({ "pool": name, "added": added, "free": free, "owed": owed })
}

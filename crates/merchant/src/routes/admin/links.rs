//! `/admin/v1/links`: payment links, and what came of them.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, Paging, answer, idempotency, page, queried, read};
use super::new_link::NewLink;
use crate::api_keys::Scope;
use crate::payment_links::{LinkId, OpenAmount, PaymentLink, Sale, Terms};
use crate::random;
use crate::store::LinkTakings;

pub(super) async fn create(State(app): State<App>, caller: Caller, headers: HeaderMap, body: Bytes) -> Answer {
    caller.must(Scope::Orders)?;
    let wanted: NewLink = read(&body)?;
    let key = idempotency(&headers, "/admin/v1/links", &body)?;
    let terms = wanted.read(&app).await?;
    let id = LinkId::from_random(random::bytes());
    let id = app.service.store.make_link(&id, &terms, caller.id(), &key, app.service.now()).await?;
    answer(StatusCode::CREATED, &view(&app, &find(&app, id.as_str()).await?))
}

pub(super) async fn list(State(app): State<App>, caller: Caller, asked: Result<Query<Paging>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let (after, limit) = queried(asked)?.read(LinkId::parse)?;
    let links = app.service.store.payment_links(after.as_ref().map(|(at, id)| (*at, id.as_str())), limit).await?;
    page("links", &links, limit, |last| (last.created_at, last.id.as_str()), |link| view(&app, link))
}

pub(super) async fn show(State(app): State<App>, caller: Caller, Path(link): Path<String>) -> Answer {
    caller.must(Scope::Read)?;
    answer(StatusCode::OK, &view(&app, &find(&app, &link).await?))
}

pub(super) async fn close(State(app): State<App>, caller: Caller, Path(link): Path<String>) -> Answer {
    caller.must(Scope::Orders)?;
    let link = find(&app, &link).await?;
    app.service.store.close_link(&link.id, app.service.now()).await?;
    tracing::info!(key = caller.id(), link = %link.id, "a payment link was closed");
    answer(StatusCode::OK, &view(&app, &find(&app, link.id.as_str()).await?))
}

pub(super) async fn stats(State(app): State<App>, caller: Caller, Path(link): Path<String>) -> Answer {
    caller.must(Scope::Read)?;
    let link = find(&app, &link).await?;
    let takings = app.service.store.link_takings(&link.id).await?;
    let told = |LinkTakings { currency, orders, paid, amount }: &LinkTakings| json!({ "currency": currency, "orders": orders, "paid": paid, "amount": amount });
    answer(StatusCode::OK, &json!({ "link": view(&app, &link), "takings": takings.iter().map(told).collect::<Vec<_>>() }))
}

/// The link that a caller names.
pub(super) async fn find(app: &App, name: &str) -> Result<PaymentLink, AdminError> {
    let unknown = || AdminError::unknown("payment link");
    let id = LinkId::parse(name.trim()).ok_or_else(unknown)?;
    app.service.store.payment_link(&id).await?.ok_or_else(unknown)
}

fn view(app: &App, link: &PaymentLink) -> Value {
    let Terms { sale, references, uses, ends_at, .. } = &link.terms;
    let sells = match sale {
        Sale::Cart { items, code } => {
            let items: Vec<Value> = items.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
            json!({ "cart": { "items": items, "code": code } })
        }
        Sale::Price(price) => json!({ "price": price.to_json() }),
        Sale::Amount(OpenAmount { name, currency, least, most, suggestions }) => json!({ "open_amount": {
            "name": name, "currency": currency.as_str(), "least": least, "most": most, "suggestions": suggestions
        } }),
    };
    json!({
        "id": link.id.as_str(),
        "url": app.service.link_url(&link.id),
        "state": link.state(app.service.now()).as_str(),
        "sells": sells,
        "uses": uses,
        "taken": link.taken,
        "open": link.open,
        "ends_at": ends_at,
        "created_at": link.created_at,
        "by": link.by,
        "closed_at": link.closed_at,
        "reference": references.reference,
        "metadata": references.metadata,
    })
}

//! The calls of API v3, one function each. Every call is authorized over the raw request target and
//! the raw body before anything of it is read; wrong paths and methods have empty answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, Uri, header};
use axum::routing::{get, post};
use gateway::wechat_pay::server::{NativeOrder, Refusal, Request, TransactionView, authorize, check_close, check_number, check_query};
use serde_json::json;

use super::answer::{Outcome, respond};
use super::orders::Order;
use crate::faults::CallFault;
use crate::random::word;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/v3/pay/transactions/native", post(prepay))
        .route("/v3/pay/transactions/out-trade-no/{number}", get(query))
        .route("/v3/pay/transactions/out-trade-no/{number}/close", post(close))
        .route("/v3/pay/transactions/id/{transaction}", get(query_transaction))
}

type Shared = State<Arc<World>>;

async fn prepay(State(world): Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    call(&world, &Raw { method, uri, headers, body: &body }, |now| {
        let request = NativeOrder::parse(&body, &world.keys.merchant)?;
        let code_url = world.orders().prepare(request, now, word::<9>(&world.random))?;
        Ok(Some(json!({ "code_url": code_url }).to_string().into_bytes()))
    })
    .await
}

async fn query(
    State(world): Shared,
    Path(number): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let parameters = uri.query().map(str::to_owned);
    call(&world, &Raw { method, uri, headers, body: &body }, |now| {
        check_number(&number)?;
        check_query(parameters.as_deref(), &world.keys.merchant)?;
        Ok(Some(transaction(&world, world.orders().find(&number, now)?)))
    })
    .await
}

async fn query_transaction(
    State(world): Shared,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let parameters = uri.query().map(str::to_owned);
    call(&world, &Raw { method, uri, headers, body: &body }, |_| {
        check_query(parameters.as_deref(), &world.keys.merchant)?;
        Ok(Some(transaction(&world, world.orders().find_transaction(&id)?)))
    })
    .await
}

async fn close(
    State(world): Shared,
    Path(number): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    call(&world, &Raw { method, uri, headers, body: &body }, |now| {
        check_number(&number)?;
        check_close(&body, &world.keys.merchant)?;
        world.orders().close(&number, now).map(|()| None)
    })
    .await
}

/// A request as it came over the wire.
struct Raw<'a> {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: &'a [u8],
}

/// Authorizes a call, carries it out, and lets the faults of the moment have their way.
async fn call(world: &World, raw: &Raw<'_>, effect: impl FnOnce(i64) -> Outcome) -> Response<Body> {
    let fault = world.next_call_fault();
    let outcome = match fault {
        CallFault::ServerError => Err(Refusal::system_error()),
        CallFault::None
        | CallFault::ServerErrorAfterEffect
        | CallFault::BrokenAnswer
        | CallFault::UnsignedError
        | CallFault::WrongSignature => authorized(world, raw).and_then(|()| effect(world.clock.now())),
    };
    let outcome = match fault {
        CallFault::ServerErrorAfterEffect | CallFault::UnsignedError => outcome.and(Err(Refusal::system_error())),
        CallFault::None | CallFault::ServerError | CallFault::BrokenAnswer | CallFault::WrongSignature => outcome,
    };
    let code = outcome.as_ref().map_or_else(|refusal| refusal.code, |_| "OK");
    tracing::info!(method = %raw.method, path = raw.uri.path(), code, "call");
    let slow = world.faults().slow_milliseconds;
    if slow > 0 {
        tokio::time::sleep(Duration::from_millis(slow)).await;
    }
    respond(world, outcome, fault)
}

fn authorized(world: &World, raw: &Raw<'_>) -> Result<(), Refusal> {
    let request = Request {
        method: raw.method.as_str(),
        target: raw.uri.path_and_query().map_or("/", |target| target.as_str()),
        body: raw.body,
        authorization: raw.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()),
    };
    authorize(&request, &world.keys.merchant, world.clock.now())
}

fn transaction(world: &World, order: &Order) -> Vec<u8> {
    view(world, order).to_json().to_string().into_bytes()
}

/// The transaction object of a payment, as queries and notifications show it.
pub(super) fn view<'a>(world: &'a World, order: &'a Order) -> TransactionView<'a> {
    TransactionView {
        appid: &world.keys.merchant.appid,
        mchid: &world.keys.merchant.mchid,
        out_trade_no: &order.request.out_trade_no,
        total: order.request.total,
        attach: &order.request.attach,
        state: &order.state,
    }
}

//! The calls of API v3, one function each. Every call is authorized over the raw request target and
//! the raw body before anything of it is read; wrong paths and methods have empty answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, Uri, header};
use axum::routing::{get, post};
use gateway::wechat_pay::server::{
    HandedOut, NativeOrder, RefundOrder, Refusal, Request, Surface, TransactionView, authorize, certificates_body, check_bill_query,
    check_close, check_number, check_query, check_refund_number,
};
use serde_json::json;

use super::answer::{Outcome, respond};
use super::bills;
use super::orders::{Order, payload};
use super::refunds;
use crate::certificate::{EFFECTIVE_AT, EXPIRES_AT};
use crate::faults::{CallFault, Signing};
use crate::random::{alphanumeric, word};
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/v3/pay/transactions/native", post(prepay_native))
        .route("/v3/pay/transactions/h5", post(prepay_h5))
        .route("/v3/pay/transactions/jsapi", post(prepay_jsapi))
        .route("/v3/certificates", get(certificates))
        .route("/v3/bill/tradebill", get(trade_bill))
        .route("/v3/billdownload/file", get(download_bill))
        .route("/v3/refund/domestic/refunds", post(refund))
        .route("/v3/refund/domestic/refunds/{number}", get(query_refund))
        .route("/v3/pay/transactions/out-trade-no/{number}", get(query))
        .route("/v3/pay/transactions/out-trade-no/{number}/close", post(close))
        .route("/v3/pay/transactions/id/{transaction}", get(query_transaction))
}

type Shared = State<Arc<World>>;

async fn prepay_native(State(world): Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let raw = Raw { method, uri, headers, body: &body };
    call(&world, &raw, |now| prepay(&world, Surface::Native, &body, now)).await
}

async fn prepay_h5(State(world): Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let raw = Raw { method, uri, headers, body: &body };
    call(&world, &raw, |now| prepay(&world, Surface::H5, &body, now)).await
}

async fn prepay_jsapi(State(world): Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let raw = Raw { method, uri, headers, body: &body };
    call(&world, &raw, |now| prepay(&world, Surface::Jsapi, &body, now)).await
}

fn prepay(world: &World, surface: Surface, body: &[u8], now: i64) -> Outcome {
    let request = NativeOrder::parse_as(surface, body, &world.keys.merchant)?;
    let id = match surface {
        Surface::Native => word::<9>(&world.random),
        Surface::H5 | Surface::Jsapi => format!("wx{}", word::<34>(&world.random)),
    };
    world.orders().prepare(request, now, id.clone())?;
    let answer = match surface {
        Surface::Native => json!({ "code_url": payload(surface, &id) }),
        Surface::H5 => json!({ "h5_url": payload(surface, &id) }),
        Surface::Jsapi => json!({ "prepay_id": id }),
    };
    Ok(Some(answer.to_string().into_bytes()))
}

async fn refund(State(world): Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let raw = Raw { method, uri, headers, body: &body };
    call(&world, &raw, |_| {
        polite(&raw.headers)?;
        refunds::refund(&world, &RefundOrder::parse(&body)?).map(Some)
    })
    .await
}

async fn query_refund(
    State(world): Shared,
    Path(number): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let raw = Raw { method, uri, headers, body: &body };
    call(&world, &raw, |_| {
        polite(&raw.headers)?;
        check_refund_number(&number)?;
        refunds::query(&world, &number).map(Some)
    })
    .await
}

async fn certificates(State(world): Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let raw = Raw { method, uri, headers, body: &body };
    call(&world, &raw, |_| {
        polite(&raw.headers)?;
        let handed_out = HandedOut {
            serial: &world.keys.certificate.id,
            pem: &world.keys.certificate_pem,
            effective_at: EFFECTIVE_AT,
            expires_at: EXPIRES_AT,
        };
        let any = (world.faults().signing != Signing::PublicKey).then_some(handed_out);
        Ok(Some(certificates_body(any, &world.keys.apiv3, alphanumeric::<12>(&world.random))))
    })
    .await
}

async fn trade_bill(State(world): Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let parameters = uri.query().map(str::to_owned);
    let raw = Raw { method, uri, headers, body: &body };
    call(&world, &raw, |now| bills::offer(&world, check_bill_query(parameters.as_deref(), now)?, now).map(Some)).await
}

/// The one call whose success is not signed.
async fn download_bill(State(world): Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let parameters = uri.query().map(str::to_owned);
    let raw = Raw { method, uri, headers, body: &body };
    let file = authorized(&world, &raw).and_then(|()| bills::download(&world, parameters.as_deref(), world.clock.now()));
    match file {
        Ok(file) => bills::unsigned(file),
        Err(refusal) => respond(&world, Err(refusal), CallFault::None, None),
    }
}

/// Two headers that some calls insist on and others do not look at.
fn polite(headers: &HeaderMap) -> Result<(), Refusal> {
    let there = |name| headers.get(name).is_some_and(|value| !value.is_empty());
    match there(header::ACCEPT) && there(header::USER_AGENT) {
        true => Ok(()),
        false => Err(Refusal::new(400, "INVALID_REQUEST", "Http头缺少Accept或User-Agent")),
    }
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
    respond(world, outcome, fault, raw.headers.get("wechatpay-serial").and_then(|value| value.to_str().ok()))
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
    view(world, order).to_json_as(order.request.surface, !order.refunds.is_empty()).to_string().into_bytes()
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

//! The calls of API v3, one function each; wrong paths and methods have empty answers. How a call is authorized and
//! answered stands in `call.rs`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, header};
use axum::routing::{MethodRouter, get, post};
use gateway::wechat_pay::server::{
    AbnormalRefund, Echo, HandedOut, NativeOrder, RefundOrder, Refusal, Surface, TransactionView, bill_file, certificates_body,
    check_bill_query, check_certificates_query, check_close, check_fund_flow_query, check_no_query, check_number, check_query,
    check_refund_number, fund_flow_file, older_bill_file,
};
use serde_json::json;

use super::answer::{Outcome, respond};
use super::bills;
use super::call::{Raw, authorized, call};
use super::orders::{Order, payload};
use super::{refunds, security, sensitive};
use crate::certificate::{EFFECTIVE_AT, EXPIRES_AT};
use crate::faults::{CallFault, Signing};
use crate::random::{alphanumeric, word};
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/v3/pay/transactions/native", prepaid(Surface::Native))
        .route("/v3/pay/transactions/h5", prepaid(Surface::H5))
        .route("/v3/pay/transactions/jsapi", prepaid(Surface::Jsapi))
        .route("/v3/certificates", get(certificates))
        .route("/v3/bill/tradebill", get(trade_bill))
        .route("/v3/bill/fundflowbill", get(fund_flow_bill))
        .route("/v3/billdownload/file", get(download_bill))
        .route("/v3/refund/domestic/refunds", post(refund))
        .route("/v3/refund/domestic/refunds/{number}", get(query_refund))
        .route("/v3/refund/domestic/refunds/{refund}/apply-abnormal-refund", post(return_anyway))
        .route("/v3/security/echo", post(echo))
        .route("/v3/pay/transactions/out-trade-no/{number}", get(query))
        .route("/v3/pay/transactions/out-trade-no/{number}/close", post(close))
        .route("/v3/pay/transactions/id/{transaction}", get(query_transaction))
}

type Shared = State<Arc<World>>;

/// Each surface has a route of its own, and nothing else does.
fn prepaid(surface: Surface) -> MethodRouter<Arc<World>> {
    post(move |State(world): Shared, raw: Raw| async move { call(&world, &raw, |now| prepay(&world, surface, &raw, now)).await })
}

fn prepay(world: &World, surface: Surface, raw: &Raw, now: i64) -> Outcome {
    check_no_query(raw.uri.query())?;
    let request = NativeOrder::parse_as(surface, &raw.body, &world.keys.merchant)?;
    world.faults().grants(surface)?;
    // There is one person who has an openid of this appid: who holds the phone.
    if surface == Surface::Jsapi && request.openid != world.account.openid() {
        return Err(Refusal::new(500, "OPENID_MISMATCH", "openid与appid不匹配"));
    }
    let id = match surface {
        Surface::Native => word::<9>(&world.random),
        Surface::H5 | Surface::Jsapi => format!("wx{}", word::<34>(&world.random)),
    };
    let pages = world.faults().pages;
    let number = request.out_trade_no.clone();
    let is_new = world.orders().find(&number, now).is_err();
    world.orders().prepare(request, now, id.clone(), pages)?;
    if is_new && world.next_opened_by_another() {
        world.orders().of_others.insert(number);
    }
    let answer = match surface {
        Surface::Native => json!({ "code_url": payload(surface, &id, pages) }),
        Surface::H5 => json!({ "h5_url": format!("{}{}", world.base_url, payload(surface, &id, pages)) }),
        Surface::Jsapi => json!({ "prepay_id": id }),
    };
    Ok(Some(answer.to_string().into_bytes()))
}

async fn refund(State(world): Shared, raw: Raw) -> Response<Body> {
    call(&world, &raw, |_| {
        polite(&raw.headers)?;
        check_no_query(raw.uri.query())?;
        refunds::refund(&world, &RefundOrder::parse(&raw.body)?).map(Some)
    })
    .await
}

async fn query_refund(State(world): Shared, Path(number): Path<String>, raw: Raw) -> Response<Body> {
    call(&world, &raw, |_| {
        polite(&raw.headers)?;
        check_no_query(raw.uri.query())?;
        check_refund_number(&number)?;
        refunds::query(&world, &number).map(Some)
    })
    .await
}

async fn return_anyway(State(world): Shared, Path(refund): Path<String>, raw: Raw) -> Response<Body> {
    call(&world, &raw, |_| {
        polite(&raw.headers)?;
        check_no_query(raw.uri.query())?;
        let asked = AbnormalRefund::parse(&raw.body)?;
        sensitive::open(&world, &raw.headers, &asked.encrypted)?;
        refunds::return_anyway(&world, &refund, &asked).map(Some)
    })
    .await
}

async fn echo(State(world): Shared, raw: Raw) -> Response<Body> {
    call(&world, &raw, |now| {
        check_no_query(raw.uri.query())?;
        security::echo(&world, &raw.headers, Echo::parse(&raw.body)?, now).map(Some)
    })
    .await
}

async fn certificates(State(world): Shared, raw: Raw) -> Response<Body> {
    call(&world, &raw, |_| {
        polite(&raw.headers)?;
        let any = check_certificates_query(raw.uri.query())?;
        let handed_out = [&world.keys.certificate, &world.keys.next_certificate].map(|certificate| HandedOut {
            serial: &certificate.key.id,
            pem: &certificate.pem,
            effective_at: EFFECTIVE_AT,
            expires_at: EXPIRES_AT,
        });
        let count = match world.faults().signing {
            Signing::PublicKey => 0,
            Signing::Certificate | Signing::Migrating => usize::from(any),
            Signing::Rotating => 2 * usize::from(any),
        };
        Ok(Some(certificates_body(&handed_out[..count], &world.keys.apiv3, || alphanumeric::<12>(&world.random))))
    })
    .await
}

async fn trade_bill(State(world): Shared, raw: Raw) -> Response<Body> {
    let write = if world.faults().older_bill { older_bill_file } else { bill_file };
    call(&world, &raw, |now| bills::offer(&world, check_bill_query(raw.uri.query(), now)?, write, now).map(Some)).await
}

async fn fund_flow_bill(State(world): Shared, raw: Raw) -> Response<Body> {
    call(&world, &raw, |now| bills::offer(&world, check_fund_flow_query(raw.uri.query(), now)?, fund_flow_file, now).map(Some)).await
}

/// The one call whose success is not signed.
async fn download_bill(State(world): Shared, raw: Raw) -> Response<Body> {
    let file = authorized(&world, &raw).and_then(|()| bills::download(&world, raw.uri.query(), world.clock.now()));
    match file {
        Ok(file) => bills::unsigned(file),
        Err(refusal) => respond(&world, Err(refusal.told_in(raw.language())), CallFault::None, None),
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

async fn query(State(world): Shared, Path(number): Path<String>, raw: Raw) -> Response<Body> {
    call(&world, &raw, |now| {
        check_number(&number)?;
        check_query(raw.uri.query(), &world.keys.merchant)?;
        Ok(Some(transaction(&world, world.orders().find(&number, now)?)))
    })
    .await
}

async fn query_transaction(State(world): Shared, Path(id): Path<String>, raw: Raw) -> Response<Body> {
    call(&world, &raw, |_| {
        check_query(raw.uri.query(), &world.keys.merchant)?;
        Ok(Some(transaction(&world, world.orders().find_transaction(&id)?)))
    })
    .await
}

async fn close(State(world): Shared, Path(number): Path<String>, raw: Raw) -> Response<Body> {
    call(&world, &raw, |now| {
        check_number(&number)?;
        check_no_query(raw.uri.query())?;
        check_close(&raw.body, &world.keys.merchant)?;
        world.orders().close(&number, now, world.faults().pages).map(|()| None)
    })
    .await
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

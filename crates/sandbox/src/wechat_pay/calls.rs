//! The calls of API v3, one function each; wrong paths and methods have empty answers. How a call is authorized and
//! answered stands in `call.rs`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, header};
use axum::routing::{MethodRouter, get, post};
use gateway::wechat_pay::server::{
    AbnormalRefund, Echo, ErrorReply, HandedOut, NativeOrder, RefundOrder, Surface, bill_file, certificates_body, check_bill_query,
    check_certificates_query, check_close, check_fund_flow_query, check_no_query, check_number, check_query, check_refund_number,
    fund_flow_file, older_bill_file,
};
use serde_json::json;

use super::answer::{Outcome, respond};
use super::bills;
use super::call::{Raw, authorized, call};
use super::certificate::{EFFECTIVE_AT, EXPIRES_AT};
use super::order::{Order, payload};
use super::server::WechatPay;
use super::{refunds, security, sensitive};
use crate::faults::{CallFault, Faults, Signing};
use crate::random::{alphanumeric, word};

pub(crate) fn routes() -> Router<Arc<WechatPay>> {
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

type Shared = State<Arc<WechatPay>>;

/// Each surface has a route of its own, and nothing else does.
fn prepaid(surface: Surface) -> MethodRouter<Arc<WechatPay>> {
    post(move |State(server): Shared, raw: Raw| async move { call(&server, &raw, |now| prepay(&server, surface, &raw, now)).await })
}

fn prepay(server: &WechatPay, surface: Surface, raw: &Raw, now: i64) -> Outcome {
    check_no_query(raw.uri.query())?;
    let request = NativeOrder::parse_as(surface, &raw.body, &server.keys.merchant)?;
    granted(&server.env.faults(), surface)?;
    // There is one person who has an openid of this appid: who holds the phone.
    if surface == Surface::Jsapi && request.openid != server.openid.as_str() {
        return Err(ErrorReply::new(500, "OPENID_MISMATCH", "openid与appid不匹配"));
    }
    let id = match surface {
        Surface::Native => word::<9>(&server.env.random),
        Surface::H5 | Surface::Jsapi => format!("wx{}", word::<34>(&server.env.random)),
    };
    let pages = server.env.faults().pages;
    let number = request.out_trade_no.clone();
    let is_new = server.orders().find(&number, now).is_err();
    server.orders().prepare(request, now, id.clone(), pages)?;
    if is_new && server.env.next_opened_by_another() {
        server.orders().of_others.insert(number);
    }
    let answer = match surface {
        Surface::Native => json!({ "code_url": payload(surface, &id, pages) }),
        Surface::H5 => json!({ "h5_url": format!("{}{}", server.env.base_url, payload(surface, &id, pages)) }),
        Surface::Jsapi => json!({ "prepay_id": id }),
    };
    Ok(Some(answer.to_string().into_bytes()))
}

/// Whether the account may collect there.
fn granted(faults: &Faults, surface: Surface) -> Result<(), ErrorReply> {
    let is_granted = match surface {
        Surface::Native => !faults.native_not_granted,
        Surface::H5 => !faults.h5_not_granted,
        Surface::Jsapi => !faults.jsapi_not_granted,
    };
    match (faults.account_suspended, is_granted) {
        (true, _) => Err(ErrorReply::new(403, "NO_AUTH", "此商家的收款功能已被限制，暂无法支付")),
        (false, false) => Err(ErrorReply::new(403, "NO_AUTH", "商户号该产品权限未开通，请前往商户平台>产品中心检查后重试")),
        (false, true) => Ok(()),
    }
}

async fn refund(State(server): Shared, raw: Raw) -> Response<Body> {
    call(&server, &raw, |_| {
        polite(&raw.headers)?;
        check_no_query(raw.uri.query())?;
        refunds::refund(&server, &RefundOrder::parse(&raw.body)?).map(Some)
    })
    .await
}

async fn query_refund(State(server): Shared, Path(number): Path<String>, raw: Raw) -> Response<Body> {
    call(&server, &raw, |_| {
        polite(&raw.headers)?;
        check_no_query(raw.uri.query())?;
        check_refund_number(&number)?;
        refunds::query(&server, &number).map(Some)
    })
    .await
}

async fn return_anyway(State(server): Shared, Path(refund): Path<String>, raw: Raw) -> Response<Body> {
    call(&server, &raw, |_| {
        polite(&raw.headers)?;
        check_no_query(raw.uri.query())?;
        let asked = AbnormalRefund::parse(&raw.body)?;
        sensitive::open(&server, &raw.headers, &asked.encrypted)?;
        refunds::return_anyway(&server, &refund, &asked).map(Some)
    })
    .await
}

async fn echo(State(server): Shared, raw: Raw) -> Response<Body> {
    call(&server, &raw, |now| {
        check_no_query(raw.uri.query())?;
        security::echo(&server, &raw.headers, Echo::parse(&raw.body)?, now).map(Some)
    })
    .await
}

async fn certificates(State(server): Shared, raw: Raw) -> Response<Body> {
    call(&server, &raw, |_| {
        polite(&raw.headers)?;
        let any = check_certificates_query(raw.uri.query())?;
        let handed_out = [&server.keys.certificate, &server.keys.next_certificate].map(|certificate| HandedOut {
            serial: &certificate.key.id,
            pem: &certificate.pem,
            effective_at: EFFECTIVE_AT,
            expires_at: EXPIRES_AT,
        });
        let count = match server.env.faults().signing {
            Signing::PublicKey => 0,
            Signing::Certificate | Signing::Migrating => usize::from(any),
            Signing::Rotating => 2 * usize::from(any),
        };
        Ok(Some(certificates_body(&handed_out[..count], &server.keys.apiv3, || alphanumeric::<12>(&server.env.random))))
    })
    .await
}

async fn trade_bill(State(server): Shared, raw: Raw) -> Response<Body> {
    let write = if server.env.faults().older_bill { older_bill_file } else { bill_file };
    call(&server, &raw, |now| bills::offer(&server, check_bill_query(raw.uri.query(), now)?, write, now).map(Some)).await
}

async fn fund_flow_bill(State(server): Shared, raw: Raw) -> Response<Body> {
    call(&server, &raw, |now| bills::offer(&server, check_fund_flow_query(raw.uri.query(), now)?, fund_flow_file, now).map(Some)).await
}

/// The one call whose success is not signed.
async fn download_bill(State(server): Shared, raw: Raw) -> Response<Body> {
    let file = authorized(&server, &raw).and_then(|()| bills::download(&server, raw.uri.query(), server.env.clock.now()));
    match file {
        Ok(file) => bills::unsigned(file),
        Err(refusal) => respond(&server, Err(refusal.told_in(raw.language())), CallFault::None, None),
    }
}

/// Two headers that some calls insist on and others do not look at.
fn polite(headers: &HeaderMap) -> Result<(), ErrorReply> {
    let there = |name| headers.get(name).is_some_and(|value| !value.is_empty());
    match there(header::ACCEPT) && there(header::USER_AGENT) {
        true => Ok(()),
        false => Err(ErrorReply::new(400, "INVALID_REQUEST", "Http头缺少Accept或User-Agent")),
    }
}

async fn query(State(server): Shared, Path(number): Path<String>, raw: Raw) -> Response<Body> {
    call(&server, &raw, |now| {
        check_number(&number)?;
        check_query(raw.uri.query(), &server.keys.merchant)?;
        Ok(Some(transaction(&server, server.orders().find(&number, now)?)))
    })
    .await
}

async fn query_transaction(State(server): Shared, Path(id): Path<String>, raw: Raw) -> Response<Body> {
    call(&server, &raw, |_| {
        check_query(raw.uri.query(), &server.keys.merchant)?;
        Ok(Some(transaction(&server, server.orders().find_transaction(&id)?)))
    })
    .await
}

async fn close(State(server): Shared, Path(number): Path<String>, raw: Raw) -> Response<Body> {
    call(&server, &raw, |now| {
        check_number(&number)?;
        check_no_query(raw.uri.query())?;
        check_close(&raw.body, &server.keys.merchant)?;
        server.orders().close(&number, now, server.env.faults().pages).map(|()| None)
    })
    .await
}

fn transaction(server: &WechatPay, order: &Order) -> Vec<u8> {
    server.transaction_view(order).to_json_as(order.request.surface, !order.refunds.is_empty()).to_string().into_bytes()
}

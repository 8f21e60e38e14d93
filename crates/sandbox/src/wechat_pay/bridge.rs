//! WeChat's browser behind `WeixinJSBridge.invoke('getBrandWCPayRequest', …)` (WeChat Pay v3, A.6): a stand-in for the bridge gives
//! what the page gave it, and what the shopper does, and is told what the page is to be told. Nobody is asked about a call that
//! WeChat would not show. Whatever it says is no proof of anything, here as there.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::routing::post;
use axum::{Json, Router};
use gateway::wechat_pay::server::{BridgeDefect, Surface, bridge_call};
use serde::{Deserialize, Serialize};

use super::cashier::Choice;
use super::pay::pay;
use super::server::WechatPay;
use crate::codes::{CodeState, PayProblem};
use crate::faults::Bridge;

pub(super) fn routes() -> Router<Arc<WechatPay>> {
    Router::new().route("/sandbox/wechat_pay/bridge", post(invoke))
}

/// What the shopper does if asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InvokeQuery {
    answer: Choice,
}

/// What the page's function is called with, and for people why it is `fail`.
#[derive(Serialize)]
struct InvokeReply {
    err_msg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<BridgeProblem>,
}

/// Why nobody was asked, or nothing was paid.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum BridgeProblem {
    Call(BridgeDefect),
    Payment(PayProblem),
}

async fn invoke(State(server): State<Arc<WechatPay>>, Query(asked): Query<InvokeQuery>, body: Bytes) -> Json<InvokeReply> {
    let told = |word, problem| Json(InvokeReply { err_msg: word, problem });
    if let Some(words) = words(server.env.faults().bridge) {
        return told(words, None);
    }
    match paid(&server, &body, &asked.answer) {
        Ok(true) => told("get_brand_wcpay_request:ok", None),
        Ok(false) => told("get_brand_wcpay_request:cancel", None),
        Err(problem) => {
            tracing::info!(?problem, "the bridge fails");
            told("get_brand_wcpay_request:fail", Some(problem))
        }
    }
}

/// What a browser that only looks like WeChat's says of every payment; `None` where it does what it is asked.
fn words(bridge: Bridge) -> Option<&'static str> {
    match bridge {
        Bridge::Wechat => None,
        Bridge::NoPermission => Some("getBrandWCPayRequest:fail_nopermission"),
        Bridge::NotExecuted => Some("getBrandWCPayRequest:fail _no permission to execute"),
        Bridge::NoSupport => Some("getBrandWCPayRequest:fail_nosupport"),
        Bridge::Liar => Some("get_brand_wcpay_request:ok"),
    }
}

/// Whether the shopper paid; those who close the wallet did not.
fn paid(server: &WechatPay, call: &[u8], answer: &Choice) -> Result<bool, BridgeProblem> {
    let id = bridge_call(call, &server.keys.merchant).map_err(BridgeProblem::Call)?;
    payable(server, &id).map_err(BridgeProblem::Payment)?;
    match answer {
        Choice::Pay => pay(server, &id).map(|()| true),
        Choice::NotNow => server.orders().book.dismiss(&id).map(|()| false),
    }
    .map_err(BridgeProblem::Payment)
}

/// A code or a jump has an id of its own, which is nobody's here.
fn payable(server: &WechatPay, id: &str) -> Result<(), PayProblem> {
    let mut orders = server.orders();
    if orders.book.behind(id)?.request.surface != Surface::Jsapi {
        return Err(PayProblem::UnknownCode);
    }
    match orders.book.view(id, &server.env.payee, server.env.clock.now())?.state {
        CodeState::Open | CodeState::Scanned | CodeState::Dismissed => Ok(()),
        CodeState::Paid => Err(PayProblem::AlreadyPaid),
        CodeState::Expired => Err(PayProblem::Expired),
        CodeState::Closed => Err(PayProblem::Closed),
    }
}

//! Refunds: accepted at once, ended some seconds later, as the fault of the moment of acceptance says. Rules of
//! WeChat Pay v3: what may be returned, in how many parts, how far apart, how late.

use gateway::provider_time::BEIJING;
use gateway::wechat_pay::PROVIDER;
use gateway::wechat_pay::server::{
    AbnormalRefund, ErrorReply, MOST_REFUNDS, REFUND_PAUSE, REFUND_WINDOW, RETRY_DELAYS, RefundOrder, RefundState,
};

use super::order::{Order, Refund};
use super::orders::Orders;
use super::server::WechatPay;
use crate::faults::Pages;
use crate::notifications::Delivery;
use crate::random::digits;

/// Accepts a refund, or finds the same one again, unless too many were asked for or refused within the second.
pub(super) fn refund(server: &WechatPay, asked: &RefundOrder) -> Result<Vec<u8>, ErrorReply> {
    if !server.orders().refund_rate.admits(server.env.clock.now()) {
        return Err(too_often(server.env.faults().pages));
    }
    let outcome = accept(server, asked);
    if outcome.is_err() {
        server.orders().refund_rate.failed();
    }
    outcome
}

/// Booking and notifying happen together or not at all.
fn accept(server: &WechatPay, asked: &RefundOrder) -> Result<Vec<u8>, ErrorReply> {
    let (now, faults) = (server.env.clock.now(), server.env.faults());
    let mut orders = server.orders();
    let before = orders.find_refund(&asked.out_refund_no).map(|(order, refund)| (order.request.out_trade_no.clone(), refund.amount));
    let order = orders.find_paid(asked, now).ok_or_else(|| ErrorReply::new(404, "RESOURCE_NOT_EXISTS", "订单不存在"))?;
    if !known(before, order, asked)? {
        check(order, asked, now, faults.pages)?;
        let end = match (faults.closed_refund, faults.abnormal_refund) {
            (true, _) => RefundState::Closed,
            (false, true) => RefundState::Abnormal,
            (false, false) => RefundState::Success,
        };
        let refund_id = format!("503000{}{}", BEIJING.compact_date(now), digits::<14>(&server.env.random));
        let (out_refund_no, notify_url) = (asked.out_refund_no.clone(), asked.notify_url.clone());
        let refund = Refund { out_refund_no, refund_id, amount: asked.refund, created_at: now, begun_at: now, end, notify_url };
        announce(server, &order.request.out_trade_no, &refund);
        order.refunds.push(refund);
        let number = order.request.out_trade_no.clone();
        orders.note_refund(asked.out_refund_no.clone(), number);
    }
    record(server, &orders, &asked.out_refund_no, now).ok_or_else(ErrorReply::system_error)
}

/// A notification sets out when the refund ends, if somebody wants one.
fn announce(server: &WechatPay, payment_id: &str, refund: &Refund) {
    let (Some(url), false) = (&refund.notify_url, server.env.faults().missing_notification) else { return };
    server.env.announce(Delivery {
        id: server.event_id(),
        provider: PROVIDER,
        retry_delays: &RETRY_DELAYS,
        payment_id: payment_id.to_owned(),
        refund_id: Some(refund.out_refund_no.clone()),
        url: url.clone(),
        created_at: refund.ended_at(),
    });
}

/// Sends the money of a refund that was stuck to a bank card: the shopper's, or the merchant's to hand it on.
pub(super) fn return_anyway(server: &WechatPay, refund_id: &str, asked: &AbnormalRefund) -> Result<Vec<u8>, ErrorReply> {
    let now = server.env.clock.now();
    let mut orders = server.orders();
    let found = orders.refund_mut(refund_id, now).filter(|(_, refund)| refund.out_refund_no == asked.out_refund_no);
    let (payment_id, refund) = found.ok_or_else(|| ErrorReply::new(404, "RESOURCE_NOT_EXISTS", "退款单不存在"))?;
    if refund.state(now) != RefundState::Abnormal {
        return Err(ErrorReply::new(400, "INVALID_REQUEST", "退款单状态不是退款异常"));
    }
    (refund.begun_at, refund.end) = (now, RefundState::Success);
    announce(server, &payment_id, refund);
    record(server, &orders, &asked.out_refund_no, now).ok_or_else(ErrorReply::system_error)
}

/// How a refund stands.
pub(super) fn query(server: &WechatPay, out_refund_no: &str) -> Result<Vec<u8>, ErrorReply> {
    let missing = || ErrorReply::new(404, "RESOURCE_NOT_EXISTS", "退款单不存在");
    record(server, &server.orders(), out_refund_no, server.env.clock.now()).ok_or_else(missing)
}

fn record(server: &WechatPay, orders: &Orders, out_refund_no: &str, now: i64) -> Option<Vec<u8>> {
    let (order, refund) = orders.find_refund(out_refund_no)?;
    let view = order.refund_view(refund, &server.keys.merchant.mchid, order.payment()?, now);
    Some(view.to_json().to_string().into_bytes())
}

/// Whether this very refund is in the book already, by the payment and amount under its number `before`; another one, of this
/// payment or of any other of the merchant's, is refused.
fn known(before: Option<(String, i64)>, order: &Order, asked: &RefundOrder) -> Result<bool, ErrorReply> {
    let another = |message| Err(ErrorReply::new(400, "INVALID_REQUEST", message));
    match before {
        None => Ok(false),
        Some((number, _)) if number != order.request.out_trade_no => another("商户退款单号重复，已用于其他订单"),
        Some((_, amount)) if amount != asked.refund => another("商户退款单号重复，退款金额与之前不一致"),
        Some(_) => Ok(true),
    }
}

fn check(order: &Order, asked: &RefundOrder, now: i64, pages: Pages) -> Result<(), ErrorReply> {
    let invalid = |message: &str| Err(ErrorReply::new(400, "INVALID_REQUEST", message));
    let Some(payment) = order.payment() else { return invalid("订单未支付，不能退款") };
    let returned: i64 = order.refunds.iter().filter(|refund| refund.end != RefundState::Closed).map(|refund| refund.amount).sum();
    if asked.total != order.request.total {
        return Err(ErrorReply::new(400, "REFUND_FEE_MISMATCH", "订单金额或退款金额与之前请求不一致"));
    }
    if asked.refund > order.request.total - returned {
        return invalid("申请退款金额大于订单可退金额");
    }
    if now > payment.paid_at.saturating_add(REFUND_WINDOW) {
        return Err(ErrorReply::new(403, "TRADE_OVERDUE", "订单已超过可退款的最大期限"));
    }
    if order.refunds.len() >= MOST_REFUNDS {
        return invalid("该订单部分退款次数超过限制");
    }
    if order.refunds.last().is_some_and(|last| now.saturating_sub(last.created_at) < REFUND_PAUSE) {
        return Err(too_often(pages));
    }
    Ok(())
}

fn too_often(pages: Pages) -> ErrorReply {
    let code = if pages == Pages::Others { "RATELIMIT_EXCEEDED" } else { "FREQUENCY_LIMITED" };
    ErrorReply::new(429, code, "请求过于频繁，请降低频率后重试")
}

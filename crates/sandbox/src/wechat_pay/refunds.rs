//! Refunds: accepted at once, ended some seconds later, as the fault of the moment of acceptance says. Rules of
//! WeChat Pay v3: what may be returned, in how many parts, how far apart, how late.

use gateway::provider_time::BEIJING;
use gateway::wechat_pay::server::{
    AbnormalRefund, MOST_REFUNDS, Payment, REFUND_PAUSE, REFUND_WINDOW, RefundOrder, RefundState, RefundView, Refusal, TradeState,
};

use super::WechatPay;
use super::orders::{Order, Orders};
use crate::faults::Pages;
use crate::notifications::Errand;
use crate::provider::Taken;
use crate::random::digits;
use crate::world::World;

/// Seconds of the sandbox's clock from the acceptance of a refund to its end.
const WORK: i64 = 5;

/// A refund in the book.
pub(crate) struct Refund {
    pub out_refund_no: String,
    pub refund_id: String,
    amount: i64,
    created_at: i64,
    /// When it was last set out.
    begun_at: i64,
    /// How it stands once it has ended.
    end: RefundState,
    notify_url: Option<String>,
}

impl Refund {
    fn state(&self, now: i64) -> RefundState {
        if now < self.ended_at() { RefundState::Processing } else { self.end }
    }

    fn ended_at(&self) -> i64 {
        self.begun_at.saturating_add(WORK)
    }

    /// As answers and notifications show it at `now`.
    pub fn view<'a>(&'a self, mchid: &'a str, order: &'a Order, payment: &'a Payment, now: i64) -> RefundView<'a> {
        RefundView {
            mchid,
            refund_id: &self.refund_id,
            out_refund_no: &self.out_refund_no,
            transaction_id: &payment.transaction_id,
            out_trade_no: &order.request.out_trade_no,
            total: order.request.total,
            refund: self.amount,
            created_at: self.created_at,
            ended_at: self.ended_at(),
            state: self.state(now),
        }
    }
}

impl Order {
    /// What of its money came and went back until now.
    pub fn taken(&self, now: i64) -> Option<Taken> {
        let TradeState::Success(_) = self.state else { return None };
        let done = self.refunds.iter().filter(|refund| refund.state(now) == RefundState::Success);
        let (payment_id, amount) = (self.request.out_trade_no.clone(), self.request.total);
        Some(Taken { payment_id, amount, returned: done.map(|refund| refund.amount).sum() })
    }
}

/// Accepts a refund, or finds the same one again, unless too many were asked for or refused within the second.
pub(super) fn refund(world: &World, asked: &RefundOrder) -> Result<Vec<u8>, Refusal> {
    if !world.orders().refund_pace.admits(world.clock.now()) {
        return Err(too_often(world.faults().pages));
    }
    let outcome = accept(world, asked);
    if outcome.is_err() {
        world.orders().refund_pace.failed();
    }
    outcome
}

/// Booking and notifying happen together or not at all.
fn accept(world: &World, asked: &RefundOrder) -> Result<Vec<u8>, Refusal> {
    let (now, faults) = (world.clock.now(), world.faults());
    let mut orders = world.orders();
    let before = orders.find_refund(&asked.out_refund_no).map(|(order, refund)| (order.request.out_trade_no.clone(), refund.amount));
    let order = orders.find_paid(asked, now).ok_or_else(|| Refusal::new(404, "RESOURCE_NOT_EXISTS", "订单不存在"))?;
    if !known(before, order, asked)? {
        check(order, asked, now, faults.pages)?;
        let end = match (faults.closed_refund, faults.abnormal_refund) {
            (true, _) => RefundState::Closed,
            (false, true) => RefundState::Abnormal,
            (false, false) => RefundState::Success,
        };
        let refund_id = format!("503000{}{}", BEIJING.compact_date(now), digits::<14>(&world.random));
        let (out_refund_no, notify_url) = (asked.out_refund_no.clone(), asked.notify_url.clone());
        let refund = Refund { out_refund_no, refund_id, amount: asked.refund, created_at: now, begun_at: now, end, notify_url };
        announce(world, &order.request.out_trade_no, &refund);
        order.refunds.push(refund);
        let number = order.request.out_trade_no.clone();
        orders.note_refund(asked.out_refund_no.clone(), number);
    }
    record(world, &orders, &asked.out_refund_no, now).ok_or_else(Refusal::system_error)
}

/// A notification sets out when the refund ends, if somebody wants one.
fn announce(world: &World, payment_id: &str, refund: &Refund) {
    let faults = world.faults();
    let (Some(url), false) = (&refund.notify_url, faults.missing_notification) else { return };
    let errand = Errand {
        id: event_id(world),
        provider: &WechatPay,
        payment_id: payment_id.to_owned(),
        refund_id: Some(refund.out_refund_no.clone()),
        url: url.clone(),
        created_at: refund.ended_at(),
    };
    world.outbox().add(errand, faults.hold_notifications, faults.duplicate_notification);
    world.clock.moved.notify_one();
}

/// A name for an event.
pub(super) fn event_id(world: &World) -> String {
    format!("EV-{}{}", BEIJING.compact_date(world.clock.now()), digits::<11>(&world.random))
}

/// Sends the money of a refund that was stuck to a bank card: the shopper's, or the merchant's to hand it on.
pub(super) fn return_anyway(world: &World, refund_id: &str, asked: &AbnormalRefund) -> Result<Vec<u8>, Refusal> {
    let now = world.clock.now();
    let mut orders = world.orders();
    let found = orders.refund_mut(refund_id, now).filter(|(_, refund)| refund.out_refund_no == asked.out_refund_no);
    let (payment_id, refund) = found.ok_or_else(|| Refusal::new(404, "RESOURCE_NOT_EXISTS", "退款单不存在"))?;
    if refund.state(now) != RefundState::Abnormal {
        return Err(Refusal::new(400, "INVALID_REQUEST", "退款单状态不是退款异常"));
    }
    (refund.begun_at, refund.end) = (now, RefundState::Success);
    announce(world, &payment_id, refund);
    record(world, &orders, &asked.out_refund_no, now).ok_or_else(Refusal::system_error)
}

/// How a refund stands.
pub(super) fn query(world: &World, out_refund_no: &str) -> Result<Vec<u8>, Refusal> {
    let missing = || Refusal::new(404, "RESOURCE_NOT_EXISTS", "退款单不存在");
    record(world, &world.orders(), out_refund_no, world.clock.now()).ok_or_else(missing)
}

fn record(world: &World, orders: &Orders, out_refund_no: &str, now: i64) -> Option<Vec<u8>> {
    let (order, refund) = orders.find_refund(out_refund_no)?;
    let view = refund.view(&world.keys.merchant.mchid, order, payment(order)?, now);
    Some(view.to_json().to_string().into_bytes())
}

pub(super) fn payment(order: &Order) -> Option<&Payment> {
    match &order.state {
        TradeState::Success(payment) => Some(payment),
        TradeState::NotPay | TradeState::Closed => None,
    }
}

/// Whether this very refund is in the book already, by the payment and amount under its number `before`; another one, of this
/// payment or of any other of the merchant's, is refused.
fn known(before: Option<(String, i64)>, order: &Order, asked: &RefundOrder) -> Result<bool, Refusal> {
    let another = |message| Err(Refusal::new(400, "INVALID_REQUEST", message));
    match before {
        None => Ok(false),
        Some((number, _)) if number != order.request.out_trade_no => another("商户退款单号重复，已用于其他订单"),
        Some((_, amount)) if amount != asked.refund => another("商户退款单号重复，退款金额与之前不一致"),
        Some(_) => Ok(true),
    }
}

fn check(order: &Order, asked: &RefundOrder, now: i64, pages: Pages) -> Result<(), Refusal> {
    let invalid = |message: &str| Err(Refusal::new(400, "INVALID_REQUEST", message));
    let Some(payment) = payment(order) else { return invalid("订单未支付，不能退款") };
    let returned: i64 = order.refunds.iter().filter(|refund| refund.end != RefundState::Closed).map(|refund| refund.amount).sum();
    if asked.total != order.request.total {
        return Err(Refusal::new(400, "REFUND_FEE_MISMATCH", "订单金额或退款金额与之前请求不一致"));
    }
    if asked.refund > order.request.total - returned {
        return invalid("申请退款金额大于订单可退金额");
    }
    if now > payment.paid_at.saturating_add(REFUND_WINDOW) {
        return Err(Refusal::new(403, "TRADE_OVERDUE", "订单已超过可退款的最大期限"));
    }
    if order.refunds.len() >= MOST_REFUNDS {
        return invalid("该订单部分退款次数超过限制");
    }
    if order.refunds.last().is_some_and(|last| now.saturating_sub(last.created_at) < REFUND_PAUSE) {
        return Err(too_often(pages));
    }
    Ok(())
}

fn too_often(pages: Pages) -> Refusal {
    let code = if pages == Pages::Others { "RATELIMIT_EXCEEDED" } else { "FREQUENCY_LIMITED" };
    Refusal::new(429, code, "请求过于频繁，请降低频率后重试")
}

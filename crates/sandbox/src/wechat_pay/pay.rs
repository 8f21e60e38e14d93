//! What happens when a shopper pays: the payment is booked, and a notification sets out.

use gateway::provider_time::BEIJING;
use gateway::wechat_pay::server::Payment;

use super::WechatPay;
use super::refunds::event_id;
use crate::codes::PayProblem;
use crate::notifications::Errand;
use crate::random::digits;
use crate::world::World;

/// Pays a code by its id. Booking and notifying happen together or not at all.
pub(crate) fn pay(world: &World, code: &str) -> Result<(), PayProblem> {
    let faults = world.faults();
    let now = world.clock.now();
    let payment = Payment {
        transaction_id: format!("4200000000{}{}", BEIJING.compact_date(now), digits::<10>(&world.random)),
        paid_at: now,
        // The phone's one person, whichever code is paid.
        openid: world.account.openid().to_owned(),
    };
    let mut orders = world.orders();
    let number = orders.book.behind(code)?.request.out_trade_no.clone();
    if orders.of_others.contains(&number) {
        return Err(PayProblem::OpenedByAnother);
    }
    let order = orders.pay(code, payment, faults.pay_after_close)?;
    tracing::info!(payment = order.request.out_trade_no, "paid");
    if !faults.missing_notification {
        let errand = Errand {
            id: event_id(world),
            provider: &WechatPay,
            refund_id: None,
            payment_id: order.request.out_trade_no.clone(),
            url: order.request.notify_url.clone(),
            created_at: now,
        };
        world.outbox().add(errand, faults.hold_notifications, faults.duplicate_notification);
        world.clock.moved.notify_one();
    }
    Ok(())
}

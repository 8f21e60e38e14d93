//! What happens when a shopper pays: the payment is booked, and a notification sets out.

use gateway::provider_time::BEIJING;
use gateway::wechat_pay::PROVIDER;
use gateway::wechat_pay::server::{Payment, RETRY_DELAYS};

use super::server::WechatPay;
use crate::codes::PayProblem;
use crate::notifications::Delivery;
use crate::random::digits;

/// Pays a code by its id. Booking and notifying happen together or not at all.
pub(crate) fn pay(server: &WechatPay, code: &str) -> Result<(), PayProblem> {
    let faults = server.env.faults();
    let now = server.env.clock.now();
    let payment = Payment {
        transaction_id: format!("4200000000{}{}", BEIJING.compact_date(now), digits::<10>(&server.env.random)),
        paid_at: now,
        // The phone's one person, whichever code is paid.
        openid: server.openid.as_str().to_owned(),
    };
    let mut orders = server.orders();
    let number = orders.book.behind(code)?.request.out_trade_no.clone();
    if orders.of_others.contains(&number) {
        return Err(PayProblem::OpenedByAnother);
    }
    let order = orders.pay(code, payment, faults.pay_after_close)?;
    tracing::info!(payment = order.request.out_trade_no, "paid");
    if !faults.missing_notification {
        server.env.announce(Delivery {
            id: server.event_id(),
            provider: PROVIDER,
            retry_delays: &RETRY_DELAYS,
            refund_id: None,
            payment_id: order.request.out_trade_no.clone(),
            url: order.request.notify_url.clone(),
            created_at: now,
        });
    }
    Ok(())
}

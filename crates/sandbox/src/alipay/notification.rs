//! One attempt at a notification: the trade as it stands now, signed anew under the same id, and spoilt if a
//! fault says so.

use gateway::alipay::server::{Notice, TradeRef, notification_body};

use super::server::Alipay;
use crate::notifications::{Delivery, Message};

pub(super) fn message(server: &Alipay, delivery: &Delivery) -> Option<Message> {
    let (faults, now) = (server.env.faults(), server.env.clock.now());
    let mut trades = server.trades();
    let trade = trades.find(&TradeRef::OutTradeNo(delivery.payment_id.clone()), now).ok()?.view()?;
    let notice = Notice {
        id: &delivery.id,
        now,
        trade,
        refund: delivery.refund_id.as_deref(),
        claimed_total: trade.total + i64::from(faults.wrong_amount_notification),
        seller_email: "seller@example.com",
    };
    // Alipay has no signature probes: the fault spoils the signature like the other.
    let spoil = faults.wrong_signature_notification || faults.signature_probe_notification;
    let body = notification_body(&notice, &server.keys.application, &server.keys.alipay, spoil);
    Some(Message { content_type: "application/x-www-form-urlencoded; charset=utf-8", headers: Vec::new(), body })
}

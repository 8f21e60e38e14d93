//! What a shopper does in the wallet, and the notifications that follow from it and from refunds.

use gateway::alipay::PROVIDER;
use gateway::alipay::server::{Payment, RETRY_DELAYS, TradeRef};
use gateway::provider_time::BEIJING;

use super::server::Alipay;
use crate::codes::PayProblem;
use crate::notifications::Delivery;
use crate::random::digits;

/// Opens a code in the wallet.
pub(super) fn scan(server: &Alipay, code: &str) -> Result<(), PayProblem> {
    let (now, late) = (server.env.clock.now(), server.env.faults().pay_after_close);
    let number = {
        let mut trades = server.trades();
        trades.scan(code, trade_no(server, now), now, late)?;
        trades.number_of(code)
    };
    number.into_iter().for_each(|number| notify_unpaid(server, &number));
    Ok(())
}

fn trade_no(server: &Alipay, now: i64) -> String {
    format!("{}2200{}", BEIJING.compact_date(now), digits::<16>(&server.env.random))
}

/// Pays a code, opening it first. Booking and notifying happen together or not at all, and of two hands one pays.
pub(super) fn pay(server: &Alipay, code: &str) -> Result<(), PayProblem> {
    let (now, late) = (server.env.clock.now(), server.env.faults().pay_after_close);
    let payment = Payment { paid_at: now, buyer_id: format!("2088{}", digits::<12>(&server.env.random)) };
    let number = {
        let mut trades = server.trades();
        trades.scan(code, trade_no(server, now), now, late)?;
        trades.pay(code, payment)?.asked.out_trade_no.clone()
    };
    tracing::info!(payment = number, "paid");
    notify(server, &number, None);
    Ok(())
}

/// Tells of a trade that is not paid, where that is told at all.
pub(super) fn notify_unpaid(server: &Alipay, number: &str) {
    if server.env.faults().unpaid_notices {
        notify(server, number, None);
    }
}

/// Sets a notification out, if the merchant gave an address and no fault holds it back.
pub(super) fn notify(server: &Alipay, number: &str, refund_id: Option<String>) {
    let now = server.env.clock.now();
    let wanted = TradeRef::OutTradeNo(number.to_owned());
    let url = server.trades().find(&wanted, now).map(|trade| trade.notify_url.clone()).unwrap_or_default();
    if server.env.faults().missing_notification || url.is_empty() {
        return;
    }
    let id = format!("{}00222{}", BEIJING.compact_date(now), digits::<21>(&server.env.random));
    let payment_id = number.to_owned();
    server.env.announce(Delivery { id, provider: PROVIDER, retry_delays: &RETRY_DELAYS, payment_id, refund_id, url, created_at: now });
}

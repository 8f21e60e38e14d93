//! What a shopper's hand does, and the notifications that follow from it and from refunds.

use gateway::alipay::server::Payment;
use gateway::provider_time::BEIJING;

use super::Alipay;
use crate::codes::PayProblem;
use crate::notifications::Errand;
use crate::random::digits;
use crate::world::World;

/// Opens a code in the wallet.
pub(super) fn scan(world: &World, code: &str) -> Result<(), PayProblem> {
    let (now, late) = (world.clock.now(), world.faults().pay_after_close);
    let number = {
        let mut trades = world.trades();
        trades.scan(code, trade_no(world, now), now, late)?;
        trades.number_of(code)
    };
    number.into_iter().for_each(|number| notify_unpaid(world, &number));
    Ok(())
}

fn trade_no(world: &World, now: i64) -> String {
    format!("{}2200{}", BEIJING.compact_date(now), digits::<16>(&world.random))
}

/// Pays a code, opening it first. Booking and notifying happen together or not at all, and of two hands one pays.
pub(super) fn pay(world: &World, code: &str) -> Result<(), PayProblem> {
    let (now, late) = (world.clock.now(), world.faults().pay_after_close);
    let payment = Payment { paid_at: now, buyer_id: format!("2088{}", digits::<12>(&world.random)) };
    let number = {
        let mut trades = world.trades();
        trades.scan(code, trade_no(world, now), now, late)?;
        trades.pay(code, payment)?.asked.out_trade_no.clone()
    };
    tracing::info!(payment = number, "paid");
    notify(world, &number, None);
    Ok(())
}

/// Tells of a trade that is not paid, where that is told at all.
pub(super) fn notify_unpaid(world: &World, number: &str) {
    if world.faults().unpaid_notices {
        notify(world, number, None);
    }
}

/// Sets a notification out, if the merchant gave an address and no fault holds it back.
pub(super) fn notify(world: &World, number: &str, refund_id: Option<String>) {
    let (faults, now) = (world.faults(), world.clock.now());
    let wanted = gateway::alipay::server::TradeRef::OutTradeNo(number.to_owned());
    let url = world.trades().find(&wanted, now).map(|trade| trade.notify_url.clone()).unwrap_or_default();
    if faults.missing_notification || url.is_empty() {
        return;
    }
    let id = format!("{}00222{}", BEIJING.compact_date(now), digits::<21>(&world.random));
    let errand = Errand { id, provider: &Alipay, payment_id: number.to_owned(), refund_id, url, created_at: now };
    world.outbox().add(errand, faults.hold_notifications, faults.duplicate_notification);
    world.clock.moved.notify_one();
}

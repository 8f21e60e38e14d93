//! Money that comes when nobody expects it any more: late money counts, and a second payment is never lost.

use checkout::{Action, PageEvent};
use sandbox::{Faults, ReleaseOrder};

use crate::stage::{Stage, TEA};

/// The provider takes money for codes that are closed or out of date.
fn late() -> Faults {
    Faults { pay_after_close: true, ..Faults::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_order_that_is_paid_after_all_turns_to_paid() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.pass(900);
    stage.shopper.comes_to("expired").await;
    stage.pass(1000);
    stage.reconcile().await;
    stage.faults(late());
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
    assert!(stage.ledger().await.contains(&"late-money".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_attempt_that_is_paid_after_all_turns_to_paid() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.shopper.does(Action::Cancel);
    stage.shopper.comes_to("choosing").await;
    stage.faults(late());
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_code_that_is_paid_after_all_pays_the_order() {
    let mut stage = Stage::open().await;
    let old = stage.reach_code().await;
    stage.shopper.does(Action::NewCode);
    stage.shopper.hears(1, |event| matches!(event, PageEvent::StatusChanged(_))).await;
    assert_ne!(stage.shopper.code(), old);
    stage.faults(late());
    stage.pay(&old);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_paid_by_both_its_codes_is_paid_once_and_the_second_is_surfaced() {
    for order in [ReleaseOrder::OldestFirst, ReleaseOrder::NewestFirst] {
        let mut stage = Stage::open().await;
        let old = stage.reach_code().await;
        stage.shopper.does(Action::NewCode);
        stage.shopper.hears(1, |event| matches!(event, PageEvent::StatusChanged(_))).await;
        stage.faults(Faults { hold_notifications: true, ..late() });
        stage.pay(&stage.shopper.code());
        stage.pay(&old);
        assert_eq!(stage.shop.sandbox.release(order).await, 2);
        stage.shopper.comes_to("paid").await;
        assert_eq!(stage.shopper.paid().len(), 1);
        let ledger = stage.ledger().await;
        assert!(ledger.contains(&"second-payment".to_owned()), "{order:?}: {ledger:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_of_the_last_second_is_found_although_nobody_tells_of_it() {
    let mut stage = Stage::open_with_methods().await;
    // Alipay knows nothing of a code that nobody has scanned, and has no bills to compare.
    let code = stage.reach_code_by("alipay").await;
    stage.pass(901);
    stage.reconcile().await;
    stage.shopper.comes_to("expired").await;
    stage.faults(Faults { missing_notification: true, ..late() });
    stage.pay(&code);
    stage.pass(70);
    stage.reconcile().await;
    assert!(stage.ledger().await.contains(&"paid".to_owned()), "{:?}", stage.ledger().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_money_than_was_asked_for_is_written_down_once_however_often_somebody_asks() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.faults(Faults { wrong_amount_notification: true, duplicate_notification: true, ..Faults::default() });
    stage.pay(&code);
    stage.all_accepted(2).await;
    let wrong = |kinds: Vec<String>| kinds.iter().filter(|kind| *kind == "wrong-amount").count();
    assert_eq!(wrong(stage.ledger().await), 1);
}

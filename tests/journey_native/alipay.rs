//! Paying by Alipay, where a trade does not exist before its code is scanned.

use checkout::{Action, PageEvent};
use protocol::{Method, PaymentStatus};
use sandbox::Faults;

use crate::stage::{Stage, TEA};

#[tokio::test(flavor = "multi_thread")]
async fn tea_is_paid_by_alipay_and_the_receipt_names_it() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("alipay").await;
    assert!(code.starts_with("https://qr.alipay.com/"), "{code}");
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().method.as_str(), "alipay");
    assert_eq!(stage.shopper.troubles(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_scan_an_unknown_trade_is_waited_for_and_after_it_the_shopper_sees_scanned() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("alipay").await;
    stage.pass(10);
    stage.reconcile().await;
    stage.shopper.comes_to_rest().await;
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().status, PaymentStatus::Waiting);
    stage.shop.sandbox.scan(&code).unwrap();
    stage.pass(60);
    stage.reconcile().await;
    stage.shopper.hears(1, |event| matches!(event, PageEvent::StatusChanged(_))).await;
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().status, PaymentStatus::Scanned);
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_notification_is_made_good_by_asking() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    let code = stage.reach_code_by("alipay").await;
    stage.pay(&code);
    stage.pass(60);
    stage.reconcile().await;
    stage.shopper.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_code_that_nobody_scanned_is_looked_at_once_more_after_its_end() {
    let mut stage = Stage::open_with_methods().await;
    let old = stage.reach_code_by("alipay").await;
    stage.shopper.does(Action::Choose(Method::parse("wechat_pay").unwrap()));
    stage.shopper.does(Action::NewCode);
    stage.shopper.hears(2, |event| matches!(event, PageEvent::QrShown(_))).await;
    let new = stage.shopper.code();
    assert!(new.starts_with("weixin://"), "{new}");
    // Alipay could not close what it did not know, so the old code still takes money, and nobody hears of it.
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    stage.pay(&old);
    stage.faults(Faults::default());
    stage.pay(&new);
    stage.shopper.comes_to("paid").await;
    stage.pass(1_000);
    stage.reconcile().await;
    stage.reconcile().await;
    let ledger = stage.ledger().await;
    assert!(ledger.contains(&"second-payment".to_owned()), "{ledger:?}");
    let account = stage.admin("GET", &format!("orders/{}", stage.shopper.order().id), None).await.1;
    assert_eq!((account["refunds"][0]["amount"].as_i64(), account["refunds"][0]["status"].as_str()), (Some(TEA), Some("done")));
    assert_eq!(account["order"]["status"], "paid", "what was returned is not the order's own money");
}

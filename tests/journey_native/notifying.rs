//! The provider's notifications on bad days: twice, late, in the wrong order, forged, lying, or not at all.

use checkout::{Action, PageEvent};
use protocol::OrderStatus;
use sandbox::{Faults, ReleaseOrder};

use crate::stage::{Stage, TEA};
use testing::shop::ShopOptions;

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_comes_twice_pays_once() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.faults(Faults { duplicate_notification: true, ..Faults::default() });
    stage.pay(&code);
    stage.all_accepted(2).await;
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
    let times = |ledger: &[String], kind: &str| ledger.iter().filter(|entry| *entry == kind).count();
    let ledger = stage.ledger().await;
    assert_eq!((times(&ledger, "paid"), times(&ledger, "second-payment")), (1, 0), "{ledger:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_notification_brings_nothing_that_the_final_check_has_not_found() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.faults(Faults { hold_notifications: true, ..Faults::default() });
    stage.pass(899);
    stage.pay(&code);
    stage.pass(1);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.count(|event| matches!(event, PageEvent::Expired(_))), 0, "paid in time is never called expired");
    assert_eq!(stage.shop.sandbox.release(ReleaseOrder::OldestFirst).await, 1);
    stage.all_accepted(1).await;
    assert_eq!(stage.shopper.paid().len(), 1);
    assert_eq!(stage.ledger().await.iter().filter(|kind| *kind == "paid").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_in_the_wrong_order_pay_their_own_orders() {
    let mut stage = Stage::open().await;
    stage.faults(Faults { hold_notifications: true, ..Faults::default() });
    let first = stage.reach_code().await;
    let (first_id, saved) = (stage.shopper.order().id.clone(), stage.shopper.saved());
    stage.visit(checkout::Saved::default());
    stage.shopper.add("gaiwan", 1);
    stage.shopper.comes_to("quoted").await;
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("awaiting").await;
    stage.pay(&first);
    stage.pay(&stage.shopper.code());
    assert_eq!(stage.shop.sandbox.release(ReleaseOrder::NewestFirst).await, 2);
    stage.shopper.comes_to("paid").await;
    assert_ne!(stage.shopper.order().id, first_id);
    assert_eq!(stage.shopper.paid()[0].1, 14_000);
    stage.visit(saved);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid(), [(first_id.to_string(), TEA, "CNY".to_owned())]);
}

/// Notifications are refused as long as that fault lasts; a later attempt of the same one is believed.
async fn refused_until_honest(fault: Faults) {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.shopper.comes_to_rest().await;
    stage.faults(fault);
    stage.pay(&code);
    stage.refused().await;
    assert_eq!(stage.shop.merchant().unwrap().store().order(&stage.shopper.order().id).await.unwrap().status, OrderStatus::Pending);
    stage.faults(Faults::default());
    stage.pass(15);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrongly_signed_notification_is_refused_and_the_right_one_believed() {
    refused_until_honest(Faults { wrong_signature_notification: true, ..Faults::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_signature_probe_is_refused_and_the_right_one_believed() {
    refused_until_honest(Faults { signature_probe_notification: true, ..Faults::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_notification_is_made_up_for_by_the_reconciler() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.shopper.comes_to_rest().await;
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    stage.pay(&code);
    stage.reconcile().await;
    assert_eq!(stage.shopper.state().name(), "awaiting", "it is not due yet");
    stage.pass(5);
    stage.reconcile().await;
    stage.shopper.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_notification_is_made_up_for_by_a_shopper_who_asks() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    stage.pay(&code);
    stage.shopper.does(Action::CheckNow);
    stage.shopper.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_of_another_amount_pays_nothing_and_is_surfaced() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.shopper.comes_to_rest().await;
    stage.faults(Faults { wrong_amount_notification: true, ..Faults::default() });
    stage.pay(&code);
    stage.all_accepted(1).await;
    assert!(stage.ledger().await.contains(&"wrong-amount".to_owned()));
    assert_eq!(stage.shop.merchant().unwrap().store().order(&stage.shopper.order().id).await.unwrap().status, OrderStatus::Pending);
    assert_eq!((stage.shopper.state().name(), stage.shopper.paid()), ("awaiting", vec![]));
    // The provider's own signed answer names the amount that was paid.
    stage.shopper.does(Action::CheckNow);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_told_under_a_certificate_that_came_into_use_since_counts_at_once() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.shopper.comes_to_rest().await;
    stage.faults(Faults { signing: sandbox::Signing::Certificate, ..Faults::default() });
    stage.pay(&code);
    stage.all_accepted(1).await;
    stage.shopper.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_has_certificates_only_sells_although_it_could_not_fetch_the_first_one() {
    let faults = Faults { signing: sandbox::Signing::Certificate, server_error: 2, ..Faults::default() };
    let mut stage = Stage::open_as(ShopOptions { has_certificates_only: true, faults, ..ShopOptions::default() }).await;
    // The download that every start begins with has failed by now, and so has its second try.
    while stage.faults_left("server_error").await > 0 {
        tokio::task::yield_now().await;
    }
    let code = stage.reach_code().await;
    assert_eq!(stage.shopper.troubles(), [""; 0], "the answer that nobody could judge made the shop learn its key");
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_migrates_is_understood_under_both_of_its_keys() {
    let mut stage = Stage::open().await;
    stage.faults(Faults { signing: sandbox::Signing::Migrating, ..Faults::default() });
    for number in 1..=4 {
        stage.visit(checkout::Saved::default());
        let code = stage.reach_code().await;
        stage.pay(&code);
        stage.all_accepted(number).await;
        stage.shopper.comes_to("paid").await;
    }
}

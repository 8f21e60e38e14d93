//! Providers that fail, break off, dawdle or sign wrongly; backends that die; lines that mix answers up.

use axum::http::{HeaderMap, StatusCode};
use checkout::{Action, PageEvent};
use sandbox::Faults;

use crate::stage::{Stage, TEA};
use testing::Letter;

/// Orders tea under that fault; whatever goes wrong, it is one order with one code, and it can be paid.
async fn ordered_in_spite_of(fault: Faults, trouble: &str) {
    let mut stage = Stage::open().await;
    stage.reach_price().await;
    stage.faults(fault);
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("awaiting").await;
    assert_eq!(stage.shopper.troubles(), [trouble]);
    assert_eq!((stage.creations(), stage.shop.sandbox.codes().len()), (2, 1), "a repeated wish is the same order");
    stage.pay(&stage.shopper.code());
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_for_a_while_gets_the_same_order_again() {
    ordered_in_spite_of(Faults { server_error: 2, ..Faults::default() }, "provider-unavailable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_after_it_did_the_work_makes_one_code() {
    ordered_in_spite_of(Faults { server_error_after_effect: 2, ..Faults::default() }, "provider-unavailable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_in_the_answer_make_one_code() {
    ordered_in_spite_of(Faults { broken_answer: 2, ..Faults::default() }, "provider-unavailable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_in_a_wrongly_signed_answer_is_not_passed_on() {
    ordered_in_spite_of(Faults { wrong_signature_answer: 1, ..Faults::default() }, "provider-unavailable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_failure_of_the_provider_is_not_felt() {
    let mut stage = Stage::open().await;
    stage.reach_price().await;
    stage.faults(Faults { server_error: 1, ..Faults::default() });
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("awaiting").await;
    assert_eq!(stage.shopper.troubles(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_slower_than_the_shoppers_patience_makes_one_order() {
    let mut stage = Stage::open().await;
    stage.reach_price().await;
    stage.faults(Faults { slow_milliseconds: 300, ..Faults::default() });
    stage.shopper.does(Action::Pay);
    stage.pass(15);
    stage.shopper.hears(1, |event| matches!(event, PageEvent::Error(_))).await;
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("awaiting").await;
    assert_eq!(stage.shopper.troubles(), ["net-timeout"]);
    assert_eq!(stage.shop.sandbox.codes().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_is_repeated_until_the_provider_has_closed_the_code() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.faults(Faults { server_error: 4, ..Faults::default() });
    stage.shopper.does(Action::Cancel);
    stage.shopper.comes_to("choosing").await;
    assert_eq!(stage.shopper.troubles(), ["provider-unavailable", "provider-unavailable"]);
    assert!(stage.shop.sandbox.pay(&code).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_silent_at_the_deadline_keeps_the_order_open_for_the_money() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.shopper.comes_to_rest().await;
    stage.faults(Faults { missing_notification: true, server_error: 6, ..Faults::default() });
    stage.pass(899);
    stage.pay(&code);
    stage.pass(1000);
    // Three rounds in vain: the order has passed its deadline and must not expire, because money may be on its way.
    for _ in 0..3 {
        stage.reconcile().await;
        stage.pass(60);
    }
    stage.reconcile().await;
    stage.shopper.comes_to("paid").await;
    assert!(!stage.ledger().await.contains(&"expired".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_killed_between_order_and_answer_goes_on_with_the_same_order() {
    let mut stage = Stage::open_with_process().await;
    stage.reach_price().await;
    // The order is made and its code fetched, but the answer never arrives.
    stage.shop.line.play(|method, _, letter| match method {
        "POST" => Letter { status: StatusCode::BAD_GATEWAY, headers: HeaderMap::new(), body: "<h1>502 Bad Gateway</h1>".into() },
        _ => letter,
    });
    stage.shopper.does(Action::Pay);
    stage.shopper.hears(1, |event| matches!(event, PageEvent::Error(_))).await;
    stage.shop.kill();
    stage.shop.line.repent();
    stage.shopper.hears(2, |event| matches!(event, PageEvent::Error(_))).await;
    stage.shop.restart().await;
    stage.shopper.comes_to("awaiting").await;
    assert_eq!(stage.shop.sandbox.codes().len(), 1);
    stage.pay(&stage.shopper.code());
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_while_the_backend_is_dead_is_told_when_it_is_back() {
    let mut stage = Stage::open_with_process().await;
    let code = stage.reach_code().await;
    stage.shopper.comes_to_rest().await;
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    stage.shop.kill();
    stage.pay(&code);
    stage.shopper.hears(1, |event| matches!(event, PageEvent::Error(_))).await;
    assert_eq!(stage.shopper.state().name(), "awaiting");
    stage.shop.restart().await;
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_about_another_order_is_not_believed() {
    let mut stage = Stage::open().await;
    let first = stage.reach_code().await;
    let first_id = stage.shopper.order().id.to_string();
    stage.pay(&first);
    stage.shopper.comes_to("paid").await;
    stage.shopper.does(Action::StartOver);
    stage.reach_code().await;
    let second_id = stage.shopper.order().id.to_string();
    stage.shop.line.detour(move |path| path.replace(&second_id, &first_id));
    stage.shopper.does(Action::CheckNow);
    stage.shopper.comes_to("unsure").await;
    assert_eq!(stage.shopper.troubles(), ["crypto-invalid"]);
    stage.shop.line.repent();
    stage.shopper.does(Action::CheckNow);
    stage.shopper.comes_to("awaiting").await;
    assert_eq!(stage.shopper.paid().len(), 1, "only the first");
}

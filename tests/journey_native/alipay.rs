//! Paying by Alipay, where a trade does not exist before its code is scanned.

use checkout::{Action, PageEvent};
use gateway::alipay::{Alipay, Config};
use protocol::{Method, OrderStatus, PaymentStatus};
use sandbox::{DeliveryState, Faults, ReleaseOrder};
use serde_json::{Value, json};

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
    pays_both_codes(async |_| {}).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_code_is_looked_at_after_its_end_although_the_server_began_anew_before() {
    pays_both_codes(async |stage| {
        stage.shop.restart().await;
        // A server that starts looks at everything, and finds that nobody has scanned it yet.
        stage.reconcile().await;
        stage.reconcile().await;
    })
    .await;
}

/// Both codes of an order are paid, the old one first and unheard, after something that happens in between.
async fn pays_both_codes(between: impl AsyncFnOnce(&mut Stage)) {
    let mut stage = Stage::open_with_methods().await;
    let old = stage.reach_code_by("alipay").await;
    stage.shopper.does(Action::Choose(Method::parse("wechat_pay").unwrap()));
    stage.shopper.does(Action::NewCode);
    stage.shopper.hears(2, |event| matches!(event, PageEvent::QrShown(_))).await;
    let new = stage.shopper.code();
    assert!(new.starts_with("weixin://"), "{new}");
    between(&mut stage).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_of_alipay_that_comes_twice_pays_once() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("alipay").await;
    stage.faults(Faults { duplicate_notification: true, ..Faults::default() });
    stage.pay(&code);
    stage.all_accepted(2).await;
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
    let ledger = stage.ledger().await;
    let times = |kind: &str| ledger.iter().filter(|entry| *entry == kind).count();
    assert_eq!((times("paid"), times("second-payment")), (1, 0), "{ledger:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn held_notifications_of_alipay_in_the_wrong_order_pay_their_own_orders() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { hold_notifications: true, ..Faults::default() });
    let first = stage.reach_code_by("alipay").await;
    let (first_id, saved) = (stage.shopper.order().id.clone(), stage.shopper.saved());
    stage.visit(checkout::Saved::default());
    let second = stage.reach_code_by("alipay").await;
    let second_id = stage.shopper.order().id.clone();
    assert_ne!(second_id, first_id);
    stage.pay(&first);
    stage.pay(&second);
    assert_eq!(stage.shop.sandbox.release(ReleaseOrder::NewestFirst).await, 2);
    stage.all_accepted(2).await;
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid(), [(second_id.to_string(), TEA, "CNY".to_owned())]);
    stage.visit(saved);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid(), [(first_id.to_string(), TEA, "CNY".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_notification_of_alipay_is_refused_however_often_and_the_right_one_believed() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("alipay").await;
    stage.shopper.comes_to_rest().await;
    stage.faults(Faults { wrong_signature_notification: true, ..Faults::default() });
    stage.pay(&code);
    // The first and its three repetitions, which come at once.
    let refused = |views: &[sandbox::DeliveryView]| views[0].attempts == 4 && views[0].state == DeliveryState::Waiting;
    stage.shop.sandbox.notifications_until(refused).await;
    let order = stage.shop.merchant().unwrap().store().order(&stage.shopper.order().id).await.unwrap();
    assert_eq!(order.status, OrderStatus::Pending);
    stage.faults(Faults::default());
    stage.pass(3600);
    stage.all_accepted(5).await;
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_of_alipay_about_another_amount_pays_nothing_and_is_surfaced() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("alipay").await;
    stage.shopper.comes_to_rest().await;
    stage.faults(Faults { wrong_amount_notification: true, ..Faults::default() });
    stage.pay(&code);
    stage.all_accepted(1).await;
    assert!(stage.ledger().await.contains(&"wrong-amount".to_owned()));
    let order = stage.shop.merchant().unwrap().store().order(&stage.shopper.order().id).await.unwrap();
    assert_eq!((order.status, stage.shopper.paid()), (OrderStatus::Pending, vec![]));
    // Alipay's own signed answer names the amount that was paid.
    stage.shopper.does(Action::CheckNow);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
}

/// Orders tea by Alipay under that fault; whatever goes wrong, it is one order, and it can be paid.
async fn ordered_in_spite_of(fault: Faults, trouble: &str) {
    let mut stage = Stage::open_with_methods().await;
    stage.reach_price().await;
    stage.shopper.does(Action::Choose(Method::parse("alipay").unwrap()));
    stage.faults(fault);
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("awaiting").await;
    assert_eq!(stage.shopper.troubles(), [trouble]);
    assert_eq!(stage.creations(), 2, "a repeated wish is the same order");
    stage.pay(&stage.shopper.code());
    stage.shopper.comes_to("paid").await;
    assert_eq!((stage.shopper.paid().len(), stage.shopper.paid()[0].1), (1, TEA));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_to_alipay_that_break_in_the_answer_make_one_order() {
    ordered_in_spite_of(Faults { broken_answer: 2, ..Faults::default() }, "provider-unavailable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_alipay_after_the_effect_make_one_order() {
    ordered_in_spite_of(Faults { server_error_after_effect: 2, ..Faults::default() }, "provider-unavailable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_attempt_that_is_paid_by_alipay_after_all_turns_to_paid() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("alipay").await;
    // A trade that was scanned can be closed, and is.
    stage.shop.sandbox.scan(&code).unwrap();
    stage.shopper.does(Action::Cancel);
    stage.shopper.comes_to("choosing").await;
    assert!(stage.shop.sandbox.pay(&code).is_err());
    stage.faults(Faults { pay_after_close: true, ..Faults::default() });
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
}

/// The order on the screen, as the merchant sees it.
async fn account(stage: &Stage) -> Value {
    stage.admin("GET", &format!("orders/{}", stage.shopper.order().id), None).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_whose_answer_was_lost_is_made_under_another_number_where_one_number_has_one_code() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { server_error_after_effect: 1, second_precreate_refused: true, ..Faults::default() });
    let code = stage.reach_code_by("alipay").await;
    let payments = account(&stage).await["payments"].as_array().unwrap().len();
    assert_eq!((payments, stage.shopper.troubles()), (2, Vec::new()));
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    stage.pass(1_000);
    stage.reconcile().await;
    assert_eq!(account(&stage).await["order"]["status"], "paid");
}

/// Somebody gives all of the money back in Alipay's console.
async fn return_in_the_console(stage: &Stage) {
    let console = Alipay::new(Config::parse(&stage.shop.sandbox.alipay_settings()).unwrap());
    let payment = stage.shopper.order().payment.as_ref().unwrap().id.clone();
    let at = gateway::CallContext { now: 1_767_225_600, nonce: [1; 16] };
    let cancel = console.cancel(payment.as_str(), &at).into_request();
    let sent = reqwest::Client::builder().no_proxy().build().unwrap().post(&cancel.url).body(cancel.body);
    assert!(sent.send().await.unwrap().text().await.unwrap().contains("refund"));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_went_back_in_the_console_is_written_down_and_told_to_a_person() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("alipay").await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    return_in_the_console(&stage).await;
    stage.all_accepted(2).await;
    assert_eq!(stage.figure("alarm_lines_total{kind=\"unknown-refund\"}").await, Some(1));
    stage.reconcile().await;
    let told = account(&stage).await;
    assert_eq!((&told["order"]["status"], &told["refunds"][0]["amount"]), (&json!("refunded"), &json!(TEA)), "{told}");
    stage.pass(1_000);
    stage.reconcile().await;
    assert_eq!(account(&stage).await["refunds"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trade_that_was_paid_and_returned_before_we_heard_of_it_is_refunded_and_not_paid() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    let code = stage.reach_code_by("alipay").await;
    stage.pay(&code);
    return_in_the_console(&stage).await;
    stage.pass(60);
    stage.reconcile().await;
    let told = account(&stage).await;
    assert_eq!(
        (&told["order"]["status"], &told["refunds"][0]["amount"], &told["refunds"][0]["status"]),
        (&json!("refunded"), &json!(TEA), &json!("done")),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trade_that_closed_unpaid_with_a_date_is_not_paid_and_one_of_which_no_money_is_told_is_for_a_person() {
    for (untold_amounts, alarms) in [(false, 0), (true, 1)] {
        let mut stage = Stage::open_with_methods().await;
        let code = stage.reach_code_by("alipay").await;
        stage.shop.sandbox.scan(&code).unwrap();
        stage.faults(Faults { dated_closed_trades: true, untold_amounts, ..Faults::default() });
        stage.pass(901);
        stage.reconcile().await;
        assert_eq!(account(&stage).await["order"]["payment"]["status"], "expired");
        assert_eq!(stage.figure("alarm_lines_total{kind=\"payment-unclear\"}").await, Some(alarms));
        let (_, listed) = stage.admin("GET", "orders?attention=true", None).await;
        let reasons: Vec<_> = listed["orders"].as_array().unwrap().iter().map(|order| &order["attention"][0]["reason"]).collect();
        assert_eq!(reasons, if untold_amounts { vec!["payment-unclear"] } else { Vec::new() }, "{listed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_of_trades_that_wait_or_closed_unpaid_are_taken_and_change_nothing() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { unpaid_notices: true, ..Faults::default() });
    let code = stage.reach_code_by("alipay").await;
    stage.shop.sandbox.scan(&code).unwrap();
    stage.all_accepted(1).await;
    stage.shopper.does(Action::Choose(Method::parse("wechat_pay").unwrap()));
    stage.shopper.does(Action::NewCode);
    stage.shopper.hears(2, |event| matches!(event, PageEvent::QrShown(_))).await;
    stage.all_accepted(2).await;
    assert_eq!(account(&stage).await["order"]["status"], "pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_refund_that_alipay_is_silent_about_is_found_by_asking() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("alipay").await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    stage.faults(Faults { silent_full_refund: true, server_error_after_effect: 2, ..Faults::default() });
    let order = stage.shopper.order().id.clone();
    let (_, reply) = stage.admin("POST", &format!("orders/{order}/refunds"), Some(json!({}))).await;
    assert_eq!(reply["refund"]["status"], "pending", "its answers were lost");
    stage.pass(70);
    stage.reconcile().await;
    assert_eq!(account(&stage).await["order"]["status"], "refunded");
    stage.all_accepted(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_comes_too_late_for_the_contract_is_refused_at_once_and_written_down_by_hand() {
    for method in ["alipay", "wechat_pay"] {
        let mut stage = Stage::open_with_methods().await;
        let code = stage.reach_code_by(method).await;
        stage.pay(&code);
        stage.shopper.comes_to("paid").await;
        let refunds = format!("orders/{}/refunds", stage.shopper.order().id);
        stage.pass(365 * 86_400 + 1);
        let (status, refused) = stage.admin("POST", &refunds, Some(json!({ "amount": 100 }))).await;
        assert_eq!((status, refused["code"].as_str()), (409, Some("refund-too-late")), "{refused}");
        let (status, told) = stage.admin("POST", &refunds, Some(json!({ "amount": 100, "by_hand": true }))).await;
        assert_eq!((status, told["order"]["status"].as_str()), (201, Some("partly_refunded")), "{told}");
    }
}

//! What a provider refuses the account: shoppers are led to what works, what can wait waits, and the merchant is told once.

use checkout::{Action, PageEvent};
use protocol::{Method, OrderStatus, PayBy, PaymentStatus, Surface, Ways};
use sandbox::{Faults, PayProblem};
use serde_json::json;

use crate::stage::{Stage, TEA};

const PAGE: &str = "https://shop.example/tea";

/// How a method is paid on a surface, by what the shopper was told last.
fn way(stage: &Stage, method: &str, surface: Surface) -> PayBy {
    Ways::find(&stage.shopper.order().ways, &Method::parse(method).unwrap(), surface)
}

async fn alarms(stage: &Stage) -> Option<i64> {
    stage.figure("alarm_lines_total{kind=\"account-refused\"}").await
}

fn methods(ways: &[Ways]) -> Vec<&str> {
    ways.iter().map(|ways| ways.method.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_jumps_a_phone_gets_a_code_at_once_and_nobody_is_sent_to_a_jump_until_there_are_any() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { h5_not_granted: true, ..Faults::default() });
    stage.visit_on(Surface::App, PAGE);
    let code = stage.reach_code_by("wechat_pay").await;
    assert!(code.starts_with("weixin://"), "{code}");
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().surface, Surface::Qr);
    assert_eq!((way(&stage, "wechat_pay", Surface::App), way(&stage, "alipay", Surface::App)), (PayBy::Scan, PayBy::Link));
    assert_eq!(alarms(&stage).await, Some(1));
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!((stage.shopper.paid()[0].1, stage.shopper.troubles()), (TEA, Vec::new()));
    // The next one is asked for no jump: the provider would have to refuse it.
    let creations =
        async |stage: &Stage| stage.figure("provider_calls_total{provider=\"wechat_pay\",call=\"create\",outcome=\"refused\"}").await;
    let before = creations(&stage).await;
    stage.visit(checkout::Saved::default());
    stage.visit_on(Surface::App, PAGE);
    stage.reach_code_by("wechat_pay").await;
    assert_eq!((creations(&stage).await, alarms(&stage).await), (before, Some(1)));
    // Granted since, and tried again after a while.
    stage.faults(Faults::default());
    stage.pass(3_600);
    stage.visit(checkout::Saved::default());
    stage.visit_on(Surface::App, PAGE);
    let jump = stage.reach_code_by("wechat_pay").await;
    assert!(jump.contains("/checkmweb?prepay_id="), "{jump}");
    assert_eq!(stage.figure("account_refused{provider=\"wechat_pay\",what=\"h5\"}").await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_collect_nothing_leaves_an_order_that_is_paid_another_way_and_is_not_offered() {
    for (suspended, other) in [("wechat_pay", "fps"), ("alipay", "fps")] {
        let mut stage = Stage::open_with_methods().await;
        stage.faults(Faults { account_suspended: true, ..Faults::default() });
        stage.reach_price().await;
        stage.shopper.does(Action::Choose(Method::parse(suspended).unwrap()));
        stage.shopper.does(Action::Pay);
        stage.shopper.comes_to("choosing").await;
        let order = stage.shopper.order();
        assert_eq!((order.status, order.payment.as_ref().unwrap().status), (OrderStatus::Pending, PaymentStatus::Failed));
        assert_eq!((way(&stage, suspended, Surface::Qr), way(&stage, other, Surface::Qr)), (PayBy::Nothing, PayBy::Scan), "{suspended}");
        let id = order.id.clone();
        stage.shopper.does(Action::Choose(Method::parse(other).unwrap()));
        stage.shopper.does(Action::NewCode);
        stage.shopper.comes_to("awaiting").await;
        assert_eq!((&stage.shopper.order().id, stage.shopper.order().payment.as_ref().unwrap().method.as_str()), (&id, other));
        let figure = format!("account_refused{{provider=\"{suspended}\",what=\"account\"}}");
        assert_eq!((alarms(&stage).await, stage.figure(&figure).await), (Some(1), Some(1)));
        stage.visit(checkout::Saved::default());
        stage.reach_price().await;
        let offered = stage.shopper.quote().methods.iter().any(|method| method.as_str() == suspended);
        assert!(!offered && methods(&stage.shopper.quote().ways).contains(&other), "{:?}", stage.shopper.quote().methods);
        stage.pass(700);
        stage.visit(checkout::Saved::default());
        stage.reach_price().await;
        assert!(stage.shopper.quote().methods.iter().any(|method| method.as_str() == suspended), "it is tried again after a while");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_meets_every_order_is_told_once_and_is_not_met_again() {
    for (code, method) in
        [("RULE_LIMIT", "wechat_pay"), ("ACCOUNT_ERROR", "wechat_pay"), ("ACQ.MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT", "alipay")]
    {
        let mut stage = Stage::open_with_methods().await;
        stage.faults(Faults { named_error: 1_000, named_error_code: code.to_owned(), ..Faults::default() });
        is_refused_by(&mut stage, method).await;
        assert_eq!(alarms(&stage).await, Some(1), "{code}");
        assert!(!is_offered(&mut stage, method).await, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_order_that_is_refused_is_its_own_affair_and_one_after_the_other_the_accounts() {
    for (code, method) in [
        ("PARAM_ERROR", "wechat_pay"),
        ("TRADE_ERROR", "wechat_pay"),
        ("ACQ.TOTAL_FEE_EXCEED", "alipay"),
        ("ACQ.INVALID_PARAMETER", "alipay"),
    ] {
        let mut stage = Stage::open_with_methods().await;
        let refuse = Faults { named_error: 1_000, named_error_code: code.to_owned(), ..Faults::default() };
        for round in 0..3 {
            // An order that is not refused begins the count anew.
            stage.faults(refuse.clone());
            for _ in 0..4 {
                is_refused_by(&mut stage, method).await;
            }
            assert_eq!(alarms(&stage).await, Some(0), "{code} {round}");
            stage.faults(Faults::default());
            stage.visit(checkout::Saved::default());
            stage.reach_code_by(method).await;
        }
        stage.faults(refuse);
        for _ in 0..5 {
            assert!(is_offered(&mut stage, method).await, "{code}");
            is_refused_by(&mut stage, method).await;
        }
        assert_eq!(alarms(&stage).await, Some(1), "{code}");
        assert!(!is_offered(&mut stage, method).await, "{code}");
        stage.faults(Faults::default());
        stage.pass(601);
        stage.visit(checkout::Saved::default());
        stage.reach_code_by(method).await;
        assert_eq!(alarms(&stage).await, Some(1), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_alipay_takes_no_word_of_is_paid_by_the_orders_number() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { named_error: 1, named_error_code: "ACQ.EXIST_FORBIDDEN_WORD".to_owned(), ..Faults::default() });
    let code = stage.reach_code_by("alipay").await;
    let number = stage.shopper.order().number.clone().unwrap();
    let shown = stage.shop.sandbox.codes().into_iter().find(|shown| shown.payload == code).unwrap();
    assert_eq!(shown.description, number);
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(alarms(&stage).await, Some(0));
}

/// A shopper's order by that method, which the provider refuses.
async fn is_refused_by(stage: &mut Stage, method: &str) {
    stage.visit(checkout::Saved::default());
    stage.reach_price().await;
    stage.shopper.does(Action::Choose(Method::parse(method).unwrap()));
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("choosing").await;
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().status, PaymentStatus::Failed);
}

/// Whether a shopper at a desk may choose it.
async fn is_offered(stage: &mut Stage, method: &str) -> bool {
    stage.visit(checkout::Saved::default());
    stage.reach_price().await;
    let (quote, method) = (stage.shopper.quote(), Method::parse(method).unwrap());
    quote.methods.contains(&method) && Ways::find(&quote.ways, &method, Surface::Qr) != PayBy::Nothing
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_else_is_offered_it_is_tried_all_the_same_and_works_as_soon_as_it_may() {
    let mut stage = Stage::open().await;
    stage.faults(Faults { account_suspended: true, ..Faults::default() });
    stage.reach_price().await;
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("choosing").await;
    assert_eq!(way(&stage, "wechat_pay", Surface::Qr), PayBy::Scan);
    stage.faults(Faults::default());
    stage.shopper.does(Action::NewCode);
    stage.shopper.comes_to("awaiting").await;
    let code = stage.shopper.code();
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_code_of_an_account_that_is_refused_meanwhile_does_not_keep_the_order_from_another_way() {
    let mut stage = Stage::open_with_methods().await;
    let old = stage.reach_code_by("wechat_pay").await;
    stage.faults(Faults { named_error: 1_000, named_error_code: "SIGN_ERROR".to_owned(), ..Faults::default() });
    stage.shopper.does(Action::Choose(Method::parse("fps").unwrap()));
    stage.shopper.does(Action::NewCode);
    stage.shopper.comes_to_rest().await;
    let order = stage.shopper.order().id.clone();
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().method.as_str(), "fps");
    // Money that comes by the old code all the same is found when the account is in order again.
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    stage.pay(&old);
    stage.pass(1_000);
    stage.reconcile().await;
    assert_eq!(stage.shop.merchant().unwrap().store().order(&order).await.unwrap().status, OrderStatus::Paid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_waits_for_the_account_and_is_told_of_once() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code().await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    let order = stage.shopper.order().id.clone();
    stage.faults(Faults { named_error: 1_000, named_error_code: "NO_AUTH".to_owned(), ..Faults::default() });
    let (status, reply) = stage.admin("POST", &format!("orders/{order}/refunds"), Some(json!({ "amount": 100 }))).await;
    assert_eq!((status, reply["refund"]["status"].as_str()), (201, Some("pending")));
    for _ in 0..3 {
        stage.pass(600);
        stage.reconcile().await;
    }
    assert!(alarms(&stage).await <= Some(2), "of the refund, and of questions about it");
    stage.faults(Faults::default());
    for _ in 0..3 {
        stage.pass(70);
        stage.reconcile().await;
    }
    assert_eq!(stage.shop.merchant().unwrap().store().order(&order).await.unwrap().status, OrderStatus::PartlyRefunded);
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_of_wechat_without_its_payments_the_shopper_comes_back_to_what_can_be_paid_there() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { jsapi_not_granted: true, ..Faults::default() });
    stage.visit_on(Surface::Wechat, PAGE);
    let mut next = stage.reach_code_by("wechat_pay").await;
    let order = stage.shopper.order().id.clone();
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let browser = builder.user_agent("Mozilla/5.0 (iPhone) MicroMessenger/8.0").build().unwrap();
    while !next.starts_with(PAGE) {
        let reply = browser.get(&next).send().await.unwrap();
        next = reply.headers()["location"].to_str().unwrap().to_owned();
    }
    stage.visit_on(Surface::Wechat, PAGE);
    stage.shopper.comes_to("choosing").await;
    // A code would be on the screen of the phone that has to scan it.
    assert_eq!(way(&stage, "wechat_pay", Surface::Wechat), PayBy::Nothing);
    assert_ne!(way(&stage, "fps", Surface::Wechat), PayBy::Nothing);
    stage.shopper.does(Action::Choose(Method::parse("fps").unwrap()));
    stage.shopper.does(Action::NewCode);
    stage.shopper.comes_to("awaiting").await;
    assert_eq!((&stage.shopper.order().id, alarms(&stage).await), (&order, Some(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_another_persons_phone_has_opened_is_replaced_by_a_new_one() {
    let mut stage = Stage::open().await;
    stage.faults(Faults { opened_by_another: 1, ..Faults::default() });
    let first = stage.reach_code().await;
    assert_eq!(stage.shop.sandbox.pay(&first), Err(PayProblem::OpenedByAnother));
    stage.shopper.does(Action::NewCode);
    stage.shopper.hears(2, |event| matches!(event, PageEvent::QrShown(_))).await;
    let second = stage.shopper.code();
    stage.pay(&second);
    stage.shopper.comes_to("paid").await;
}

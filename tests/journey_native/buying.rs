//! What shoppers do on a good day: buy, hesitate, click twice, reload, give up, come back.

use axum::http::{HeaderMap, StatusCode};
use checkout::{Action, Event, PageEvent};
use protocol::Sku;

use crate::stage::{Stage, TEA};
use testing::Letter;

#[tokio::test(flavor = "multi_thread")]
async fn tea_is_bought_and_paid_once_with_a_receipt() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    assert_eq!(stage.shop.sandbox.codes()[0].amount, TEA);
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    let id = stage.shopper.order().id.to_string();
    assert_eq!(stage.shopper.paid(), [(id, TEA, "CNY".to_owned())]);
    assert!(stage.shopper.items().is_empty(), "what was bought has left the cart");
    assert_eq!(stage.shopper.troubles(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_there_with_the_order_though_no_poll_is_ever_answered() {
    let mut stage = Stage::open().await;
    stage.reach_price().await;
    stage.shop.line.play(|method, _, letter| match method {
        "GET" => Letter { status: StatusCode::BAD_GATEWAY, headers: HeaderMap::new(), body: "<h1>502 Bad Gateway</h1>".into() },
        _ => letter,
    });
    stage.shopper.does(Action::Pay);
    stage.shopper.hears(1, |event| matches!(event, PageEvent::QrShown(_))).await;
    assert_eq!(stage.shopper.code(), stage.shop.sandbox.codes()[0].payload);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_impatient_shopper_makes_one_order() {
    let mut stage = Stage::open().await;
    stage.reach_price().await;
    stage.shopper.does(Action::Pay);
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("awaiting").await;
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to_rest().await;
    assert_eq!((stage.creations(), stage.shop.sandbox.codes().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_goes_on_with_the_same_order_and_tells_paid_once() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    let order = stage.shopper.order().id.clone();
    stage.reload();
    stage.shopper.comes_to("awaiting").await;
    assert_eq!((&stage.shopper.order().id, &stage.shopper.code()), (&order, &code));
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
    stage.reload();
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid(), [], "the page has been told before");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_while_the_page_is_closed_is_told_at_the_next_visit() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    let saved = stage.shopper.saved();
    stage.pay(&code);
    stage.all_accepted(1).await;
    stage.pass(3 * 3600);
    stage.visit(saved);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_ran_out_is_renewed_in_place() {
    let mut stage = Stage::open().await;
    let first = stage.reach_code().await;
    let order = stage.shopper.order().id.clone();
    stage.pass(900);
    stage.shopper.comes_to("expired").await;
    assert!(stage.shop.sandbox.pay(&first).is_err(), "an old code still takes money");
    stage.shopper.does(Action::NewCode);
    stage.shopper.comes_to("awaiting").await;
    assert_eq!(stage.shopper.order().id, order);
    let second = stage.shopper.code();
    assert_ne!(first, second);
    stage.pay(&second);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.creations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_attempt_takes_no_money_and_leaves_the_cart() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.shopper.does(Action::Cancel);
    stage.shopper.comes_to("choosing").await;
    assert!(stage.shop.sandbox.pay(&code).is_err(), "the provider still takes money for a canceled attempt");
    stage.shopper.does(Action::CloseOrder);
    stage.shopper.comes_to("quoted").await;
    assert_eq!(stage.shopper.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_is_faster_than_a_cancellation_wins() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.faults(sandbox::Faults { hold_notifications: true, ..Default::default() });
    stage.pay(&code);
    stage.shopper.does(Action::Cancel);
    stage.shopper.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_ran_out_is_asked_for_anew_before_it_is_agreed_to() {
    let mut stage = Stage::open().await;
    stage.reach_price().await;
    stage.pass(601);
    stage.shopper.does(Action::Pay);
    assert_eq!(stage.shopper.state().name(), "quoting");
    stage.shopper.comes_to("quoted").await;
    assert_eq!(stage.creations(), 0);
    stage.shopper.does(Action::Pay);
    stage.shopper.comes_to("awaiting").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_that_is_not_sold_is_refused_by_name() {
    let mut stage = Stage::open().await;
    stage.shopper.add("no-such-tea", 1);
    stage.shopper.comes_to("cart").await;
    assert_eq!(stage.shopper.troubles(), ["unknown-sku"]);
    stage.shopper.does(Action::SetQuantity(Sku::parse("no-such-tea").unwrap(), 0));
    stage.reach_code().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_slept_beyond_the_deadline_asks_once_more_before_it_says_expired() {
    let mut stage = Stage::open().await;
    let code = stage.reach_code().await;
    stage.shopper.comes_to_rest().await;
    stage.faults(sandbox::Faults { missing_notification: true, ..Default::default() });
    stage.pass(890);
    stage.pay(&code);
    stage.pass(3600);
    stage.shopper.handle(Event::Returned);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.count(|event| matches!(event, PageEvent::Expired(_))), 0);
}

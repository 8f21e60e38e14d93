//! Paying on the phone itself: what a jump into the wallet leads to, and how long.

use protocol::Surface;

use crate::stage::Stage;

const PAGE: &str = "https://shop.example/tea";

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_counts_down_the_five_minutes_that_it_works() {
    let mut stage = Stage::open_with_methods().await;
    stage.visit_on(Surface::App, PAGE);
    let jump = stage.reach_code_by("wechat_pay").await;
    assert!(jump.contains("/checkmweb?prepay_id=") && jump.ends_with("&redirect_url=https%3A%2F%2Fshop.example%2Ftea"), "{jump}");
    stage.pass(300);
    stage.shopper.comes_to("expired").await;
    assert!(stage.shop.sandbox.pay(&jump).is_err(), "the wallet still takes money by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_without_a_jump_has_its_code_on_a_phone_too() {
    let mut stage = Stage::open_with_methods().await;
    stage.visit_on(Surface::App, PAGE);
    let code = stage.reach_code_by("fps").await;
    assert!(code.starts_with("000201"), "{code}");
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().surface, Surface::Qr);
}

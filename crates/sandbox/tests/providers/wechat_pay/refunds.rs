//! Refunds: accepted, ended, repeated, too much, too soon; and jumps and payments inside of WeChat.

use gateway::{GatewayError, NotificationEvent, ProviderStatus, RefundRequest, RefundStatus, Surface};
use sandbox::Faults;

use crate::stage::{PAYMENT, START, Stage};

fn part<'a>(notify_url: &'a str) -> RefundRequest<'a> {
    RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id: "ref_1@a|b",
        amount: 250,
        total: 1250,
        currency: "CNY",
        reason: Some("太多"),
        notify_url,
    }
}

impl Stage {
    async fn refund(&self, refund: &RefundRequest<'_>) -> Result<RefundStatus, (u16, String)> {
        self.ask(self.gateway.refund(refund, &self.at())).await.map_err(code)
    }

    async fn query_refund(&self, refund: &RefundRequest<'_>) -> Result<RefundStatus, (u16, String)> {
        self.ask(self.gateway.query_refund(refund, &self.at())).await.map_err(code)
    }
}

fn code(error: GatewayError) -> (u16, String) {
    match error {
        GatewayError::Refused { status, code, .. } | GatewayError::Busy { status, code } => (status, code),
        other => panic!("{other:?}"),
    }
}

fn refused(status: u16, code: &str) -> Result<RefundStatus, (u16, String)> {
    Err((status, code.to_owned()))
}

#[tokio::test]
async fn a_refund_is_accepted_ends_and_is_told_once_however_often_it_is_sent() {
    let mut stage = super::open().await;
    let url = stage.payment().notify_url.to_owned();
    let refund = part(&url);
    assert_eq!(stage.refund(&refund).await, refused(404, "RESOURCE_NOT_EXISTS"));
    stage.create(&stage.payment()).await.unwrap();
    assert_eq!(stage.refund(&refund).await, refused(400, "INVALID_REQUEST"), "nothing was paid yet");
    stage.pay().await;
    stage.arrival().await;
    assert_eq!(stage.query_refund(&refund).await, Ok(RefundStatus::Unknown));
    for _ in 0..2 {
        assert_eq!(stage.refund(&refund).await, Ok(RefundStatus::Pending));
    }
    assert_eq!(stage.refund(&RefundRequest { amount: 251, ..refund }).await, Err((400, "INVALID_REQUEST".to_owned())));
    stage.advance(5);
    let done = RefundStatus::Done { amount: 250, at: Some(START + 5) };
    assert_eq!(stage.query_refund(&refund).await, Ok(done.clone()));
    let arrival = stage.arrival().await;
    let (payment_id, refund_id) = (PAYMENT.to_owned(), Some(refund.refund_id.to_owned()));
    assert_eq!(stage.judge(&arrival).unwrap().event, NotificationEvent::Refund { payment_id, refund_id, status: done });
    assert!(matches!(stage.query(PAYMENT).await, Ok(ProviderStatus::Paid(_))), "refunds do not undo that it was paid");
    assert!(stage.nothing_else_arrived());
}

#[tokio::test]
async fn a_number_of_a_refund_is_one_payments_and_what_it_named_first_stays() {
    let stage = super::open().await;
    stage.pay().await;
    let refund = part("http://127.0.0.1:19/");
    stage.refund(&refund).await.unwrap();
    let other = gateway::PaymentRequest { payment_id: "pay_other", ..stage.payment() };
    let prepared = stage.create(&other).await.unwrap();
    stage.sandbox.pay(&prepared.payload).unwrap();
    let again = RefundRequest { payment: gateway::PaymentRef::ours("pay_other"), ..refund };
    assert_eq!(stage.refund(&again).await, refused(400, "INVALID_REQUEST"));
    stage.advance(60);
    assert!(matches!(stage.query_refund(&refund).await, Ok(RefundStatus::Done { amount: 250, .. })));
    assert_eq!(stage.refund(&RefundRequest { refund_id: "ref_2", ..again }).await, Ok(RefundStatus::Pending), "under a number of its own");
    let returned: Vec<_> = stage.sandbox.taken().into_iter().map(|taken| (taken.payment_id, taken.returned)).collect();
    assert!(returned.contains(&(PAYMENT.to_owned(), 250)) && returned.contains(&("pay_other".to_owned(), 0)), "{returned:?}");
}

#[tokio::test]
async fn parts_add_up_to_the_whole_a_minute_apart_and_not_beyond() {
    let stage = super::open().await;
    stage.pay().await;
    let refund = part("http://127.0.0.1:19/");
    stage.refund(&refund).await.unwrap();
    let rest = RefundRequest { refund_id: "ref_2", amount: 1000, ..refund };
    assert_eq!(stage.refund(&rest).await, refused(429, "FREQUENCY_LIMITED"));
    stage.advance(60);
    assert_eq!(stage.refund(&RefundRequest { amount: 1001, ..rest }).await, refused(400, "INVALID_REQUEST"));
    assert_eq!(stage.refund(&RefundRequest { total: 1251, ..rest }).await, refused(400, "REFUND_FEE_MISMATCH"));
    assert_eq!(stage.refund(&rest).await, Ok(RefundStatus::Pending));
}

#[tokio::test]
async fn a_payment_is_refunded_in_fifty_parts_at_most_and_within_a_year() {
    let stage = super::open().await;
    stage.pay().await;
    let numbers: Vec<String> = (0..=50).map(|number| format!("ref_{number}")).collect();
    let part = |number: usize| RefundRequest { refund_id: &numbers[number], amount: 1, ..part("http://127.0.0.1:19/") };
    for number in 0..50 {
        assert_eq!(stage.refund(&part(number)).await, Ok(RefundStatus::Pending), "{number}");
        stage.advance(60);
    }
    assert_eq!(stage.refund(&part(50)).await, refused(400, "INVALID_REQUEST"));
    stage.advance(365 * 86_400);
    assert_eq!(stage.refund(&part(50)).await, refused(403, "TRADE_OVERDUE"));
    assert!(stage.refund(&part(0)).await.is_ok(), "the same refund is found again, however late");
}

#[tokio::test]
async fn who_is_refused_six_times_within_a_second_waits_for_the_next() {
    let stage = super::open().await;
    stage.pay().await;
    let refund = part("http://127.0.0.1:19/");
    let much = RefundRequest { refund_id: "ref_much", amount: 1251, ..refund };
    for _ in 0..6 {
        assert_eq!(stage.refund(&much).await, refused(400, "INVALID_REQUEST"));
    }
    assert_eq!(stage.refund(&refund).await, refused(429, "FREQUENCY_LIMITED"));
    stage.advance(1);
    assert_eq!(stage.refund(&refund).await, Ok(RefundStatus::Pending));
}

#[tokio::test]
async fn a_refund_that_fails_or_gets_stuck_is_told_so_and_a_failed_one_is_tried_under_a_new_number() {
    let stage = super::open().await;
    stage.pay().await;
    let whole = RefundRequest { amount: 1250, ..part("http://127.0.0.1:19/") };
    for (refund_id, fault, expected) in [
        ("ref_closed", Faults { closed_refund: true, ..Faults::default() }, RefundStatus::Failed),
        ("ref_stuck", Faults { abnormal_refund: true, ..Faults::default() }, RefundStatus::Stuck),
    ] {
        stage.sandbox.set_faults(fault);
        let refund = RefundRequest { refund_id, ..whole };
        stage.refund(&refund).await.unwrap();
        stage.advance(60);
        assert_eq!(stage.query_refund(&refund).await, Ok(expected));
    }
}

#[tokio::test]
async fn a_jump_and_a_payment_inside_of_wechat_are_paid_like_codes() {
    let stage = super::open().await;
    let link = Surface::Link { client_ip: "203.0.113.7", return_url: "https://shop.example/cart" };
    let jump = stage.create(&gateway::PaymentRequest { payment_id: "pay_jump", surface: link, ..stage.payment() }).await.unwrap();
    assert_eq!((stage.sandbox.codes()[0].seconds_left, jump.expires_at), (300, START + 300));
    stage.sandbox.pay(&jump.payload).unwrap();

    let openid = stage.sandbox.official_account().openid;
    let inside = Surface::Inside { payer: &openid };
    let stranger =
        gateway::PaymentRequest { payment_id: "pay_inside", surface: Surface::Inside { payer: "oSomebodyElse" }, ..stage.payment() };
    let refusal = stage.create(&stranger).await;
    assert!(matches!(refusal, Err(GatewayError::Refused { code, .. }) if code == "OPENID_MISMATCH"), "not an openid of this account");
    let call = stage.create(&gateway::PaymentRequest { payment_id: "pay_inside", surface: inside, ..stage.payment() }).await.unwrap();
    let call: serde_json::Value = serde_json::from_str(&call.payload).unwrap();
    stage.sandbox.pay(call["package"].as_str().unwrap()).unwrap();
    let Ok(ProviderStatus::Paid(payment)) = stage.query("pay_inside").await else { panic!("not paid") };
    assert_eq!(payment.payer.as_ref(), Some(&openid));
    // The same number by another call is another payment, and refused.
    let late = gateway::PaymentRequest { payment_id: "pay_late", ..stage.payment() };
    stage.create(&late).await.unwrap();
    let again = stage.create(&gateway::PaymentRequest { surface: inside, ..late }).await;
    assert!(matches!(again, Err(GatewayError::Refused { code, .. }) if code == "OUT_TRADE_NO_USED"));
}

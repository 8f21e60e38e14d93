//! Prepay, query and close: the happy path, and every way in which the provider says no.

use gateway::{Closed, Description, GatewayError, PaymentRequest, ProviderStatus, RefundRequest, RefundStatus, Surface};
use sandbox::PayProblem;
use serde_json::Value;

use crate::stage::{PAYMENT, START};

fn code(error: &GatewayError) -> (u16, &str) {
    match error {
        GatewayError::Refused { status, code, .. } => (*status, code),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_prepared_payment_waits_and_is_paid_once() {
    let stage = super::open().await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    assert!(prepared.payload.starts_with("weixin://wxpay/bizpayurl?pr=") && prepared.payload.len() <= 64);
    assert_eq!(prepared.expires_at, START + 900);
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting));

    stage.advance(5);
    stage.sandbox.pay(&prepared.payload).unwrap();
    let Ok(ProviderStatus::Paid(payment)) = stage.query(PAYMENT).await else { panic!("not paid") };
    assert_eq!((payment.payment_id.as_str(), payment.amount, payment.currency.as_str()), (PAYMENT, 1250, "CNY"));
    assert_eq!(payment.paid_at, START + 5);
    assert_eq!(payment.transaction_id.len(), 28);
    assert!(payment.payer.is_some());
    assert_eq!(stage.sandbox.pay(&prepared.payload), Err(PayProblem::AlreadyPaid));
}

#[tokio::test]
async fn a_request_changed_on_its_way_is_turned_away() {
    let stage = super::open().await;
    stage.create(&stage.payment()).await.unwrap();
    let mut request = stage.gateway.query(gateway::PaymentRef::ours("pay_other"), &stage.at()).into_request();
    request.url = request.url.replace("pay_other", PAYMENT);
    let reply = stage.send(&request).await;
    assert_eq!(reply.status, 401);
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((body["code"].as_str(), body["message"].as_str()), (Some("SIGN_ERROR"), Some("签名错误")));
}

#[tokio::test]
async fn closing_is_signed_repeatable_and_final() {
    let stage = super::open().await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    let reply = stage.send(&stage.gateway.close(gateway::PaymentRef::ours(PAYMENT), &stage.at()).into_request()).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (204, 0));
    for header in ["timestamp", "nonce", "signature", "signature-type", "serial"] {
        assert!(reply.headers.contains_key(format!("wechatpay-{header}")), "{header}");
    }
    assert_eq!(stage.close(PAYMENT).await, Ok(Closed::Closed));
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Closed));
    assert_eq!(stage.sandbox.pay(&prepared.payload), Err(PayProblem::Closed));
    assert_eq!(code(&stage.create(&stage.payment()).await.unwrap_err()), (400, "ORDER_CLOSED"));
}

#[tokio::test]
async fn a_paid_payment_cannot_be_closed_or_prepared_again() {
    let stage = super::open().await;
    stage.pay().await;
    assert_eq!(stage.close(PAYMENT).await, Ok(Closed::AlreadyPaid));
    let error = stage.create(&stage.payment()).await.unwrap_err();
    assert_eq!(error, GatewayError::AlreadyPaid { code: "INVALID_REQUEST".to_owned() });
}

#[tokio::test]
async fn the_same_prepay_gives_a_fresh_code_and_kills_the_one_before() {
    let stage = super::open().await;
    let first = stage.create(&stage.payment()).await.unwrap();
    let second = stage.create(&stage.payment()).await.unwrap();
    assert_ne!(first.payload, second.payload);
    assert_eq!(stage.sandbox.pay(&first.payload), Err(PayProblem::Superseded));
    assert_eq!(stage.sandbox.codes().len(), 1);
    assert_eq!(stage.sandbox.pay(&second.payload), Ok(()));
}

#[tokio::test]
async fn a_number_used_with_other_parameters_is_refused() {
    let stage = super::open().await;
    stage.create(&stage.payment()).await.unwrap();
    let other = PaymentRequest { amount: 1251, ..stage.payment() };
    assert_eq!(code(&stage.create(&other).await.unwrap_err()), (403, "OUT_TRADE_NO_USED"));
}

#[tokio::test]
async fn a_payment_nobody_prepared_is_unknown() {
    let stage = super::open().await;
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Unknown));
    assert_eq!(code(&stage.close(PAYMENT).await.unwrap_err()), (404, "ORDER_NOT_EXIST"));
}

#[tokio::test]
async fn a_code_dies_at_the_deadline_while_the_payment_stays_unpaid() {
    let stage = super::open().await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    stage.advance(899);
    assert_eq!(stage.sandbox.codes()[0].seconds_left, 1);
    stage.advance(1);
    assert_eq!(stage.sandbox.pay(&prepared.payload), Err(PayProblem::Expired));
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting));
    assert_eq!(code(&stage.create(&stage.payment()).await.unwrap_err()), (400, "ORDER_CLOSED"));
}

#[tokio::test]
async fn a_code_lives_two_hours_and_its_payment_seven_days() {
    let stage = super::open().await;
    let long = PaymentRequest { expires_at: START + 30 * 86_400, ..stage.payment() };
    let first = stage.create(&long).await.unwrap();
    stage.advance(7200);
    assert_eq!(stage.sandbox.pay(&first.payload), Err(PayProblem::Expired));
    let second = stage.create(&long).await.unwrap();
    assert_eq!(stage.sandbox.codes()[0].payload, second.payload);
    stage.advance(7 * 86_400 - 7200);
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Closed));
}

#[tokio::test]
async fn a_deadline_in_the_past_is_moved_a_minute_ahead() {
    let stage = super::open().await;
    let late = PaymentRequest { expires_at: START - 10, ..stage.payment() };
    stage.create(&late).await.unwrap();
    assert_eq!(stage.sandbox.codes()[0].seconds_left, 60);
}

#[tokio::test]
async fn a_declined_code_can_still_be_paid_and_the_merchant_hears_nothing() {
    let stage = super::open().await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    stage.sandbox.decline(&prepared.payload).unwrap();
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting));
    assert!(stage.sandbox.notifications().is_empty());
    assert_eq!(stage.sandbox.pay(&prepared.payload), Ok(()));
}

#[tokio::test]
async fn parameters_out_of_bounds_are_refused() {
    let stage = super::open().await;
    let bad = [
        PaymentRequest { amount: 0, ..stage.payment() },
        PaymentRequest { currency: "USD", ..stage.payment() },
        PaymentRequest { payment_id: "short", ..stage.payment() },
        PaymentRequest { notify_url: "https://shop.example/?x=1", ..stage.payment() },
    ];
    for payment in bad {
        assert_eq!(code(&stage.create(&payment).await.unwrap_err()), (400, "PARAM_ERROR"), "{payment:?}");
    }
}

#[tokio::test]
async fn however_long_or_lively_the_names_are_every_surface_is_prepared_and_the_wallet_tells_shop_and_goods() {
    let stage = super::open().await;
    let (long_shop, long_item) = ("山间茶舍".repeat(30), "茉莉花茶\u{1f375}".repeat(30));
    let openid = stage.sandbox.official_account().openid;
    let surfaces =
        [Surface::Code, Surface::Link { client_ip: "127.0.0.1", return_url: "https://shop.example/" }, Surface::Inside { payer: &openid }];
    let lively = [
        (long_shop.as_str(), long_item.as_str(), "山间茶舍", "茉莉花茶"),
        ("\u{1f375} Tea & Co", "👩‍🍳 Set, `green`\nand black", "Tea & Co", "Set， 'green' and black"),
        ("\u{1f375}", "\u{1f375}", "", "pay_lively"),
    ];
    for (turn, (shop, item, told_shop, told_item)) in lively.into_iter().enumerate() {
        for (at, surface) in surfaces.into_iter().enumerate() {
            let id = format!("pay_lively-{turn}-{at}");
            let description = Description { shop, item, more: 1 };
            stage.create(&PaymentRequest { payment_id: &id, description, surface, ..stage.payment() }).await.unwrap();
            let code = stage.sandbox.codes().into_iter().find(|code| code.payment_id == id).unwrap();
            let told = code.description;
            assert!(told.len() <= 127 && told.contains(told_shop) && told.contains(told_item), "{told}");
            assert!(told.ends_with(" +1") || told == id, "{told}");
        }
    }
}

#[tokio::test]
async fn a_refund_is_taken_whatever_its_reason_says() {
    let stage = super::open().await;
    stage.pay().await;
    for (turn, reason) in ["太多".repeat(40), "\u{1f62d}".to_owned(), "Broken, `and`\nwet \u{1f375}".to_owned()].iter().enumerate() {
        let refund_id = format!("rfd_{turn}");
        let reason = Some(reason.as_str());
        let refund = RefundRequest {
            payment: gateway::PaymentRef::ours(PAYMENT),
            refund_id: &refund_id,
            amount: 5,
            total: 1250,
            currency: "CNY",
            reason,
            notify_url: "https://shop.example/notify",
        };
        let reply = stage.send(&stage.gateway.refund(&refund, &stage.at()).into_request()).await;
        assert_eq!(stage.gateway.refund(&refund, &stage.at()).read(&reply, &stage.at()), Ok(RefundStatus::Pending), "{turn}");
        stage.advance(61);
    }
}

#[tokio::test]
async fn an_error_is_unsigned_and_refers_to_itself() {
    let stage = super::open().await;
    let reply = stage.send(&stage.gateway.query(gateway::PaymentRef::ours(PAYMENT), &stage.at()).into_request()).await;
    assert_eq!(reply.status, 404);
    let header = |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("content-type"), Some("application/json; charset=utf-8"));
    assert!(header("request-id").unwrap().ends_with("-268512771"));
    assert!(!reply.headers.keys().any(|name| name.as_str().starts_with("wechatpay-")));
}

#[tokio::test]
async fn clocks_more_than_five_minutes_apart_are_noticed_on_both_sides() {
    let stage = super::open().await;
    stage.sandbox.advance(301);
    let GatewayError::Account { message, .. } = stage.create(&stage.payment()).await.unwrap_err() else {
        panic!("the provider let it in");
    };
    assert_eq!(message, "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟");
}

#[tokio::test]
async fn a_stranger_is_turned_away_before_the_body_is_read() {
    let stage = super::open().await;
    let mut request = stage.gateway.create(&stage.payment(), &stage.at()).into_request();
    request.headers.retain(|(name, _)| *name != "authorization");
    request.body = b"no json".to_vec();
    let reply = stage.send(&request).await;
    assert_eq!(reply.status, 401);
    assert!(stage.sandbox.codes().is_empty());
}

#[tokio::test]
async fn wrong_paths_and_methods_have_empty_answers() {
    let stage = super::open().await;
    let url = |path: &str| format!("{}{path}", stage.sandbox.url());
    let reply = stage.http.get(url("/v3/pay/transactions/nothing")).send().await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.bytes().await.unwrap().len()), (404, 0));
    let reply = stage.http.get(url("/v3/pay/transactions/native")).send().await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.bytes().await.unwrap().len()), (405, 0));
}

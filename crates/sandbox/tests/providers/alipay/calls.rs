//! From the code to the payment: what exists before a scan and after it, and every way in which the provider
//! says no.

use gateway::alipay::Canceled;
use gateway::{Closed, GatewayError, PaymentRequest, ProviderStatus};
use sandbox::{CodeState, PayProblem};

use super::alipay;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::stage::{PAYMENT, START};

fn code(error: GatewayError) -> String {
    match error {
        GatewayError::Refused { code, .. } | GatewayError::AlreadyPaid { code } => code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_trade_exists_from_its_scan_on_and_is_paid_once() {
    let stage = super::open().await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    assert!(prepared.payload.starts_with("https://qr.alipay.com/bax"));
    assert_eq!(prepared.expires_at, START + 900);
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Unknown));
    assert_eq!(code(stage.close(PAYMENT).await.unwrap_err()), "ACQ.TRADE_NOT_EXIST");

    stage.sandbox.scan(&prepared.payload).unwrap();
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Scanned));
    assert_eq!(stage.sandbox.codes()[0].state, CodeState::Scanned);
    stage.sandbox.decline(&prepared.payload).unwrap();
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Scanned), "nobody tells that the wallet was closed");

    stage.sandbox.pay(&prepared.payload).unwrap();
    let Ok(ProviderStatus::Paid(payment)) = stage.query(PAYMENT).await else { panic!("not paid") };
    assert_eq!((payment.payment_id.as_str(), payment.amount, payment.paid_at), (PAYMENT, 1250, START));
    assert_eq!(stage.sandbox.pay(&prepared.payload), Err(PayProblem::AlreadyPaid));
    assert_eq!(stage.close(PAYMENT).await, Ok(Closed::AlreadyPaid));
    assert_eq!(code(stage.create(&stage.payment()).await.unwrap_err()), "ACQ.TRADE_HAS_SUCCESS");
}

#[tokio::test]
async fn a_repetition_gives_a_new_code_and_another_amount_is_refused() {
    let stage = super::open().await;
    let first = stage.create(&stage.payment()).await.unwrap();
    let second = stage.create(&stage.payment()).await.unwrap();
    assert_ne!(first.payload, second.payload);
    assert_eq!(stage.sandbox.scan(&first.payload), Err(PayProblem::Superseded));
    let dearer = PaymentRequest { amount: 1251, ..stage.payment() };
    assert_eq!(code(stage.create(&dearer).await.unwrap_err()), "ACQ.CONTEXT_INCONSISTENT");
}

#[tokio::test]
async fn a_scanned_trade_is_closed_and_stays_so() {
    let stage = super::open().await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    stage.sandbox.scan(&prepared.payload).unwrap();
    assert_eq!(stage.close(PAYMENT).await, Ok(Closed::Closed));
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Closed));
    assert_eq!(stage.sandbox.pay(&prepared.payload), Err(PayProblem::Closed));
    assert_eq!(code(stage.create(&stage.payment()).await.unwrap_err()), "ACQ.TRADE_HAS_CLOSE");
}

#[tokio::test]
async fn an_unscanned_code_runs_out_and_a_scanned_trade_closes_at_its_deadline() {
    let stage = super::open().await;
    let unscanned = stage.create(&stage.payment()).await.unwrap();
    let scanned = stage.create(&PaymentRequest { payment_id: "pay_other", ..stage.payment() }).await.unwrap();
    stage.sandbox.scan(&scanned.payload).unwrap();
    stage.advance(900);
    assert_eq!(stage.sandbox.pay(&unscanned.payload), Err(PayProblem::Expired));
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Unknown));
    assert_eq!(stage.query("pay_other").await, Ok(ProviderStatus::Closed));
    assert_eq!(stage.sandbox.pay(&scanned.payload), Err(PayProblem::Closed));
}

#[tokio::test]
async fn a_cancel_closes_what_is_unpaid_and_returns_what_is_paid() {
    let stage = super::open().await;
    let gateway = alipay(&stage.sandbox);
    for (payment_id, pays, expected) in [("pay_unpaid", false, Canceled::Closed), ("pay_paid", true, Canceled::Refunded)] {
        let prepared = stage.create(&PaymentRequest { payment_id, ..stage.payment() }).await.unwrap();
        stage.sandbox.scan(&prepared.payload).unwrap();
        if pays {
            stage.sandbox.pay(&prepared.payload).unwrap();
        }
        for _ in 0..2 {
            assert_eq!(stage.ask(gateway.cancel(payment_id, &stage.at())).await, Ok(expected));
        }
    }
    // Money came and went: the payment is still told as paid.
    assert!(matches!(stage.query("pay_paid").await, Ok(ProviderStatus::Paid(payment)) if payment.returned));
    // Of a code that nobody has scanned there is neither a number nor anything that was done.
    stage.create(&PaymentRequest { payment_id: "pay_unscanned", ..stage.payment() }).await.unwrap();
    let reply = stage.send(gateway.cancel("pay_unscanned", &stage.at()).request()).await;
    let text = String::from_utf8(reply.body.clone()).unwrap();
    assert!(text.contains("\"retry_flag\":\"N\"") && !text.contains("action") && !text.contains("trade_no\":\"2026"), "{text}");
    assert_eq!(gateway.cancel("pay_unscanned", &stage.at()).read(&reply, &stage.at()), Ok(Canceled::Closed));
    stage.pay().await;
    stage.advance(24 * 3600 + 1);
    assert_eq!(code(stage.ask(gateway.cancel(PAYMENT, &stage.at())).await.unwrap_err()), "ACQ.TRADE_CANCEL_TIME_OUT");
}

#[tokio::test]
async fn a_strangers_signature_is_refused_without_a_signature() {
    let stage = super::open().await;
    let mut request = stage.gateway.query(gateway::PaymentRef::ours(PAYMENT), &stage.at()).into_request();
    request.url = request.url.replace("2026-01-01", "2026-01-02");
    let reply = stage.send(&request).await;
    let text = String::from_utf8(reply.body).unwrap();
    assert!(text.contains("isv.invalid-signature") && !text.contains("\"sign\""), "{text}");
    assert_eq!(reply.status, 200);
}

/// The official Python client sends a request as to a proxy.
#[tokio::test]
async fn a_request_that_names_the_whole_address_in_its_first_line_is_served() {
    let stage = super::open().await;
    let request = stage.gateway.create(&stage.payment(), &stage.at()).into_request();
    let mut line = tokio::net::TcpStream::connect(stage.sandbox.address()).await.unwrap();
    let (host, body) = (stage.sandbox.address(), String::from_utf8(request.body.clone()).unwrap());
    let head = format!("{} {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", request.method, request.url);
    let form = format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    line.write_all(format!("{head}{form}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("https:\\/\\/qr.alipay.com"), "{answer}");
}

//! A day's bill: offered when it is ready, downloaded in time, and equal to what happened.

use gateway::wechat_pay::{Config, WechatPay};
use gateway::{Bill, BillKind, Bills as _};
use gateway::{GatewayError, RefundRequest};

use crate::stage::{PAYMENT, START, Stage};

const DAY: i64 = 24 * 3600;

impl Stage {
    async fn bill(&self, day: i64) -> Result<Option<Bill>, GatewayError> {
        let gateway = WechatPay::new(Config::parse(&self.sandbox.wechat_pay_settings()).unwrap());
        let offer = self.send(&gateway.trade_bill(day, &self.at()).into_request()).await;
        let Some(ticket) = gateway.trade_bill(0, &self.at()).read(&offer, &self.at())? else { return Ok(None) };
        let file = self.send(&gateway.download_bill(&ticket, &self.at()).into_request()).await;
        assert!(!file.headers.keys().any(|name| name.as_str().starts_with("wechatpay-")), "files are not signed");
        gateway.download_bill(&ticket, &self.at()).read(&file, &self.at()).map(Some)
    }
}

#[tokio::test]
async fn payments_and_refunds_stand_in_the_bill_of_their_day_once_it_is_ready() {
    let stage = super::open().await;
    stage.pay().await;
    stage.advance(60);
    let refund = RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id: "ref_1",
        amount: 250,
        total: 1250,
        currency: "CNY",
        reason: None,
        notify_url: "http://127.0.0.1:19/",
    };
    stage.send(&stage.gateway.refund(&refund, &stage.at()).into_request()).await;
    assert!(matches!(stage.bill(START).await, Err(GatewayError::Refused { code, .. }) if code == "INVALID_REQUEST"), "never today's");
    stage.advance(DAY - 60);
    assert!(
        matches!(stage.bill(START).await, Err(GatewayError::Busy { code, .. }) if code == "STATEMENT_CREATING"),
        "eight in the morning"
    );
    stage.advance(2 * 3600);
    let entries = stage.bill(START).await.unwrap().unwrap().entries;
    let kinds: Vec<_> = entries.iter().map(|entry| (entry.at - START, entry.payment_id.as_str(), &entry.kind)).collect();
    let returned =
        BillKind::Refunded { refund_id: "ref_1".to_owned(), amount: 250, is_done: true, is_failed: false, state: "SUCCESS".to_owned() };
    assert_eq!(kinds, [(0, PAYMENT, &BillKind::Paid { amount: 1250 }), (60, PAYMENT, &returned)]);
    assert_eq!(entries.iter().map(|entry| entry.fee).collect::<Vec<_>>(), [8, -2], "0.6 %");
    assert_eq!(stage.bill(START - DAY).await, Ok(None), "a quiet day");
}

#[tokio::test]
async fn an_offer_ends_after_five_minutes() {
    let stage = super::open().await;
    stage.pay().await;
    stage.advance(2 * DAY);
    let gateway = WechatPay::new(Config::parse(&stage.sandbox.wechat_pay_settings()).unwrap());
    let offer = stage.send(&gateway.trade_bill(START, &stage.at()).into_request()).await;
    let ticket = gateway.trade_bill(0, &stage.at()).read(&offer, &stage.at()).unwrap().unwrap();
    stage.advance(300);
    let late = stage.send(&gateway.download_bill(&ticket, &stage.at()).into_request()).await;
    assert!(gateway.download_bill(&ticket, &stage.at()).read(&late, &stage.at()).is_err());
}

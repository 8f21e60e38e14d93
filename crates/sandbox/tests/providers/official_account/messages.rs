//! Messages about an order: who gets them, who does not, and what the merchant learns of it.

use gateway::official_account::{Config, Event, Freshness, Message, Occasion, OfficialAccount, Sent, TemplateSettings};
use gateway::{Family, GatewayError};
use sandbox::{CallbackMode, Faults};

use super::account;
use super::merchant::Merchant;
use crate::stage::{START, Stage};

impl Stage {
    async fn tell(&self, message: &Message<'_>) -> Result<Sent, GatewayError> {
        let account = account(&self.sandbox);
        let token = self.stable_token(Freshness::Current).await.unwrap().value;
        self.ask(account.message(&token, message).unwrap()).await
    }
}

fn message(openid: &str) -> Message<'_> {
    Message {
        occasion: Occasion::Paid,
        id: "ord_1-paid",
        openid,
        url: "https://shop.example/?order=ord_1",
        is_test: false,
        order: "ord_1",
        description: "茉莉花茶 100 g, very fresh, picked by hand".into(),
        amount: "¥12.50",
        at: START,
    }
}

fn refused(outcome: Result<Sent, GatewayError>) -> String {
    match outcome {
        Err(GatewayError::Refused { code, .. }) => code,
        other => format!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_follower_reads_what_was_paid_and_the_merchant_learns_that_it_arrived() {
    let stage = super::open().await;
    let mut merchant = Merchant::open(&stage, CallbackMode::Safe).await;
    let openid = stage.sandbox.official_account().openid;
    assert_eq!(refused(stage.tell(&message(&openid)).await), "43004");
    stage.sandbox.follow();
    merchant.next().await.unwrap();

    let Ok(Sent::Accepted { message_id }) = stage.tell(&message(&openid)).await else { unreachable!("not accepted") };
    let told = merchant.next().await.unwrap().event;
    assert_eq!(told, Event::Delivered { openid: openid.clone(), message_id, arrived: true });
    let read = stage.sandbox.official_account().messages;
    assert_eq!((read.len(), read[0].id, read[0].title.as_str(), read[0].at), (1, message_id, "订单支付成功通知", START));
    let lines: Vec<_> = read[0].lines.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let expected = [("订单号", "ord_1"), ("商品", "茉莉花茶 100 g, very fr…"), ("金额", "¥12.50"), ("时间", "2026-01-01 08:00:00")];
    assert_eq!(lines, expected);

    assert_eq!(stage.tell(&message(&openid)).await, Ok(Sent::Repeated), "the same name");
    stage.advance(600);
    assert!(matches!(stage.tell(&message(&openid)).await, Ok(Sent::Accepted { .. })));
    let refund = Message { occasion: Occasion::Refunded, id: "ord_1-refunded", ..message(&openid) };
    assert!(matches!(stage.tell(&refund).await, Ok(Sent::Accepted { .. })));
    assert_eq!(stage.sandbox.official_account().messages[0].title, "退款成功通知");
}

#[tokio::test]
async fn strangers_and_those_who_left_get_nothing() {
    let stage = super::open().await;
    let openid = stage.sandbox.official_account().openid;
    stage.sandbox.follow();
    assert_eq!(refused(stage.tell(&message("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")).await), "40003");
    stage.sandbox.unfollow();
    assert_eq!(refused(stage.tell(&message(&openid)).await), "43004");
    assert!(stage.sandbox.official_account().messages.is_empty());
}

#[tokio::test]
async fn who_wants_no_messages_gets_none_and_the_merchant_learns_it_at_once_or_later() {
    let stage = super::open().await;
    let mut merchant = Merchant::open(&stage, CallbackMode::Safe).await;
    let openid = stage.sandbox.official_account().openid;
    stage.sandbox.follow();
    merchant.next().await.unwrap();
    let url = format!("{}/sandbox/official_account/mute", stage.sandbox.url());
    stage.http.post(url).send().await.unwrap();
    assert_eq!(refused(stage.tell(&message(&openid)).await), "43019");
    stage.sandbox.set_faults(Faults { message_blocked_late: true, ..Faults::default() });
    let Ok(Sent::Accepted { message_id }) = stage.tell(&message(&openid)).await else { unreachable!("not accepted") };
    assert_eq!(merchant.next().await.unwrap().event, Event::Delivered { openid, message_id, arrived: false });
    assert!(stage.sandbox.official_account().messages.is_empty());
}

#[tokio::test]
async fn a_template_or_keyword_that_the_account_does_not_have_is_the_operators_affair() {
    let stage = super::open().await;
    let openid = stage.sandbox.official_account().openid;
    stage.sandbox.follow();
    let token = stage.stable_token(Freshness::Current).await.unwrap().value;
    let changes: [fn(&mut TemplateSettings); 2] = [|template| template.id = "other".to_owned(), |template| template.amount = None];
    for change in changes {
        let mut settings = stage.sandbox.official_account_settings();
        change(settings.paid_template.as_mut().unwrap());
        let account = OfficialAccount::new(Config::parse(&settings).unwrap());
        let sent = stage.ask(account.message(&token, &message(&openid)).unwrap()).await;
        assert_eq!(sent.unwrap_err().family(), Family::Configuration);
    }
}

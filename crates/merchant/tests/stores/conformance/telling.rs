//! What every store must do for shoppers who follow the account: each message is one node's at a time, and told once.

use merchant::order_record::{OrderRecord, Refund, RefundStatus};
use merchant::store::{MessageOutcome, Received, ShopperMessage, Store, UnsentMessage};
use protocol::OrderId;

use super::{NOW, made};

/// Everything that is due to be told, by whoever comes.
async fn untold(store: &Store, method: &str, since: i64, now: i64) -> Vec<UnsentMessage> {
    let mut all = Vec::new();
    for news in [ShopperMessage::Paid, ShopperMessage::Refunded] {
        while let Some(untold) = store.take_untold(news, method, since, now).await.unwrap() {
            all.push(untold);
        }
    }
    all
}

/// An order that somebody paid, and of which some of the money is to go back.
async fn paid_and_partly_returned(store: &Store, status: RefundStatus) -> OrderId {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let refund = Refund {
        id: "rfd_1".to_owned(),
        payment: order.payment.unwrap().id,
        amount: 100,
        reason: String::new(),
        parts: merchant::order_record::Parts::default(),
        status,
        created_at: NOW,
        next_check_at: None,
        checks: 0,
        by: None,
    };
    let change = |account: &mut OrderRecord| {
        account.payments[0].transaction = Some("42".to_owned());
        account.payments[0].paid_at = Some(NOW);
        account.payments[0].payer = Some("oPayer".to_owned());
        account.refund(refund).unwrap();
    };
    store.change(&order.id, NOW, change).await.unwrap();
    order.id
}

pub async fn whoever_follows_is_told_once_and_whoever_follows_later_is_told_then(store: &Store) {
    let order = paid_and_partly_returned(store, RefundStatus::Done).await;
    assert!(untold(store, "alipay", NOW, NOW).await.is_empty(), "another wallet's id of the shopper is no openid");
    assert!(untold(store, "wechat_pay", NOW + 1, NOW).await.is_empty(), "old news");
    let taken = untold(store, "wechat_pay", NOW, NOW).await;
    let told: Vec<_> = taken.iter().map(|it| (it.news, it.openid.as_str(), it.money.amount)).collect();
    assert_eq!(told, [(ShopperMessage::Paid, "oPayer", 6_800), (ShopperMessage::Refunded, "oPayer", 100)]);
    assert!(untold(store, "wechat_pay", NOW, NOW + 29).await.is_empty(), "what one has taken is nobody else's for a while");
    assert_eq!(untold(store, "wechat_pay", NOW, NOW + 30).await.len(), 2, "whoever died leaves it to another");
    store.tell_later(&taken[0], NOW + 900).await.unwrap();
    assert_eq!(untold(store, "wechat_pay", NOW, NOW + 899).await.len(), 1, "one waits");
    store.told(&taken[0], MessageOutcome::NotFollowing).await.unwrap();
    store.told(&taken[1], MessageOutcome::At(NOW)).await.unwrap();
    assert!(untold(store, "wechat_pay", NOW, NOW + 1_000).await.is_empty());
    let received = Received { provider: "official_account", id: "scan-1", body: b"" };
    assert!(store.receive_follower(received, &order, "oPayer", NOW).await.unwrap());
    let again = untold(store, "wechat_pay", NOW, NOW).await;
    assert_eq!(again.len(), 1, "at once");
    store.told(&again[0], MessageOutcome::NotFollowing).await.unwrap();
    assert!(!store.receive_follower(received, &order, "oPayer", NOW).await.unwrap(), "the same event a second time");
    assert!(untold(store, "wechat_pay", NOW, NOW).await.is_empty());
}

pub async fn a_message_is_sent_by_one_of_many(store: &Store) {
    paid_and_partly_returned(store, RefundStatus::Done).await;
    let tries = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.take_untold(ShopperMessage::Paid, "wechat_pay", NOW, NOW).await.unwrap().is_some() })
    });
    let mut taken = 0;
    for attempt in tries.collect::<Vec<_>>() {
        taken += i32::from(attempt.await.unwrap());
    }
    assert_eq!(taken, 1);
}

pub async fn a_refund_is_news_from_when_it_is_done_however_long_that_took(store: &Store) {
    let order = paid_and_partly_returned(store, RefundStatus::Pending).await;
    let late = NOW + 200_000;
    assert!(store.take_untold(ShopperMessage::Refunded, "wechat_pay", NOW, NOW).await.unwrap().is_none(), "not done yet");
    store.change(&order, late, |account| account.refund_stands("rfd_1", RefundStatus::Done)).await.unwrap();
    let taken = store.take_untold(ShopperMessage::Refunded, "wechat_pay", late, late).await.unwrap();
    assert_eq!(taken.map(|it| it.at), Some(late));
}

pub async fn a_shopper_who_follows_by_many_orders_is_one(store: &Store) {
    for (number, follower) in [(1, "oOne"), (2, "oOne"), (3, "oOther")] {
        let order = made(store, number, "wechat_pay", NOW).await;
        store.change(&order.id, NOW, |account| account.follower_known(follower)).await.unwrap();
    }
    made(store, 4, "wechat_pay", NOW).await;
    assert_eq!(store.followers(NOW, NOW + 1).await.unwrap(), 2);
    assert_eq!(store.followers(NOW + 1, NOW + 2).await.unwrap(), 0);
}

pub async fn nobody_is_told_whose_details_were_erased(store: &Store) {
    let order = paid_and_partly_returned(store, RefundStatus::Done).await;
    assert_eq!(untold(store, "wechat_pay", NOW, NOW).await.len(), 2);
    store.erase_details(&order, NOW).await.unwrap();
    assert!(untold(store, "wechat_pay", NOW, NOW + 1_000).await.is_empty(), "without a word");
    let received = Received { provider: "official_account", id: "scan-1", body: b"" };
    assert!(store.receive_follower(received, &order, "oPayer", NOW).await.unwrap());
    assert_eq!(untold(store, "wechat_pay", NOW, NOW + 1_000).await.len(), 2, "whoever follows anew is told");
}

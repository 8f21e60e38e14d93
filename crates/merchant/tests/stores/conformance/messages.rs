//! What every store must do for messages to shoppers: they are written with what they tell of, taken by one, and never lost.

use merchant::order_record::Source;
use merchant::store::{Detail, MessageState, Retried, Store, UnsentLetter};
use merchant::{Channel, Occasion};
use protocol::OrderId;

use super::books::payment;
use super::ledger::{keys, money};
use super::{NOW, made};

/// An order whose shopper wants to be told.
async fn ordered(store: &Store, number: u8, recipient: &str) -> OrderId {
    let order = made(store, number, "wechat_pay", NOW).await.id;
    store.put_detail(&order, Detail::recipient(recipient), NOW).await.unwrap();
    order
}

/// The money of that order comes.
async fn pay(store: &Store, number: u8, id: &OrderId) {
    let comes = money(&payment(&store.order(id).await.unwrap()), u64::from(number), 6_800);
    store.change(id, NOW, |record| record.money_came(&comes, Source::Notification, &keys().signer, NOW)).await.unwrap();
}

async fn taken(store: &Store, now: i64) -> Vec<UnsentLetter> {
    let mut all = Vec::new();
    while let Some(due) = store.take_message(Channel::Email, now).await.unwrap() {
        all.push(due);
    }
    all
}

pub async fn a_message_is_written_with_what_it_tells_of_and_once(store: &Store) {
    let store = store.clone().mailing();
    let order = ordered(&store, 1, "{\"email\":\"lin@example.org\",\"locale\":\"de\"}").await;
    let silent = made(&store, 2, "wechat_pay", NOW).await.id;
    let unwilling = ordered(&store, 3, "{\"locale\":\"de\"}").await;
    for (id, number) in [(&order, 1), (&silent, 2), (&unwilling, 3), (&order, 1), (&order, 4)] {
        pay(&store, number, id).await;
    }
    let due = taken(&store, NOW).await;
    let told: Vec<_> = due.iter().map(|due| (due.order.clone(), due.occasion, due.about.as_str(), due.locale.as_str())).collect();
    assert_eq!(told, [(order.clone(), Occasion::Paid, "", "de")]);
    assert!(taken(&store, NOW + 299).await.is_empty(), "what one has taken is nobody else's for a while");
    assert_eq!(taken(&store, NOW + 900).await.len(), 1, "whoever died leaves it to another");
    // Somebody sends it at this moment, and nobody else does, whoever wishes for it.
    assert_eq!(store.retry_message(&due[0].id, NOW + 901).await.unwrap(), Retried::Waits);
    assert!(taken(&store, NOW + 902).await.is_empty());
    store.message_later(&due[0].id, Some(NOW + 1_000), "RCPT: 450").await.unwrap();
    assert!(taken(&store, NOW + 999).await.is_empty());
    store.message_later(&due[0].id, None, "given up: RCPT: 450").await.unwrap();
    let failed = store.messages(Some(MessageState::Failed), i64::MAX, 9).await.unwrap();
    assert_eq!(failed.len(), 1);
    let row = &failed[0];
    assert_eq!((row.attempts, row.outcome.as_deref()), (2, Some("given up: RCPT: 450")));
    assert_eq!(store.retry_message(&row.id, NOW + 2_000).await.unwrap(), Retried::Waits);
    assert_eq!(taken(&store, NOW + 2_000).await[0].since, NOW + 2_000, "anew from then on");
    store.message_sent(&row.id, NOW + 2_001).await.unwrap();
    assert_eq!(store.retry_message(&row.id, NOW + 2_002).await.unwrap(), Retried::Over);
    assert_eq!(store.retry_message("msg_none", NOW).await.unwrap(), Retried::Unknown);
    assert_eq!(store.messages(Some(MessageState::Sent), i64::MAX, 9).await.unwrap().len(), 1);
    let standing = store.standing(NOW).await.unwrap();
    assert_eq!((standing.waiting_messages, standing.failed_messages), (0, 0));
    // Over, it is forgotten after its time; and what waits for a way that is gone is given up first.
    let other = ordered(&store, 5, "{\"email\":\"lin@example.org\",\"locale\":\"de\"}").await;
    pay(&store, 5, &other).await;
    assert_eq!(store.give_up_messages(Channel::Email, NOW - 1, "gone").await.unwrap(), 0);
    assert_eq!(store.give_up_messages(Channel::Account, NOW, "gone").await.unwrap(), 0);
    assert_eq!(store.give_up_messages(Channel::Email, NOW, "gone").await.unwrap(), 1);
    assert_eq!(store.give_up_messages(Channel::Email, NOW, "gone").await.unwrap(), 0, "once");
    for (before, left) in [(NOW, 2), (NOW + 2_001, 1), (NOW + 2_002, 0)] {
        store.forget_messages(before).await.unwrap();
        assert_eq!(store.messages(None, i64::MAX, 9).await.unwrap().len(), left, "{before}");
    }
}

pub async fn a_letter_is_sent_by_one_of_many(store: &Store) {
    let store = store.clone().mailing();
    let order = ordered(&store, 1, "{\"email\":\"lin@example.org\",\"locale\":\"\"}").await;
    pay(&store, 1, &order).await;
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { taken(&store, NOW).await.len() })
        })
        .collect();
    let mut all = 0;
    for attempt in tries {
        all += attempt.await.unwrap();
    }
    assert_eq!(all, 1);
}

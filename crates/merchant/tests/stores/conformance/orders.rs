//! What every store must do for orders: each is written once, read as it was written, and changed by one after the other.

use std::collections::BTreeSet;

use merchant::order_record::{References, Refund, RefundStatus};
use merchant::store::{Filter, IdempotencyRecord, NewRecord, Received, Store, StoreError};
use protocol::{Order, OrderId, OrderStatus, PaymentStatus};

use super::made::{NOW, attempt, attempted, code, made, order};

pub async fn an_order_is_read_as_it_was_written(store: &Store) {
    let payment = attempted(1, "wechat_pay", NOW);
    let order = order(1, &payment, NOW);
    let references = References { reference: Some("A-1".to_owned()), ..References::default() };
    let new = NewRecord { payment: Some(&payment), ..NewRecord::of(&order, &references) };
    assert_eq!(store.create(new, &attempt("k"), NOW).await.unwrap(), order.id);
    assert_eq!(store.order(&order.id).await.unwrap(), order);
    let account = store.record(&order.id).await.unwrap();
    assert_eq!((account.payments, account.references.reference.as_deref()), (vec![payment.clone()], Some("A-1")));
    assert_eq!(store.order_of(&payment.payment.id).await.unwrap(), Some(order.id.clone()));
    assert_eq!(store.ledger(&order.id).await.unwrap()[0].1, "created");
    assert!(store.order(&OrderId::from_random([9; 16])).await.is_err());
}

pub async fn one_key_makes_one_order(store: &Store) {
    let tries = (1..=8).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let payment = attempted(number, "wechat_pay", NOW);
            let order = order(number, &payment, NOW);
            let references = References::default();
            let new = NewRecord { payment: Some(&payment), ..NewRecord::of(&order, &references) };
            (store.create(new, &attempt("same"), NOW).await.unwrap(), order.id)
        })
    });
    let (mut won, mut told) = (0, BTreeSet::new());
    for attempt in tries.collect::<Vec<_>>() {
        let (made, own) = attempt.await.unwrap();
        won += i32::from(made == own);
        told.insert(made.as_str().to_owned());
    }
    assert_eq!((won, told.len()), (1, 1), "whoever was late is told of the one that was made");
    assert_eq!(store.list(&Filter { limit: 50, ..Filter::default() }).await.unwrap().len(), 1);
    let known = store.order_made_with(&attempt("same")).await.unwrap().unwrap();
    assert_eq!(told.first().map(String::as_str), Some(known.as_str()));
    let other = IdempotencyRecord { digest: "another".to_owned(), ..attempt("same") };
    assert!(matches!(store.order_made_with(&other).await, Err(StoreError::KeyUsed)));
}

pub async fn only_visible_changes_raise_seq(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let id = order.payment.as_ref().unwrap().id.clone();
    let (after, changed) =
        store.change(&order.id, NOW, |account| account.code_came(&id, code("weixin://wxpay/x", NOW + 300), NOW)).await.unwrap();
    assert_eq!((after.seq, changed), (2, true));
    let (after, changed) = store.change(&order.id, NOW, |account| account.follower = Some("oShopper".to_owned())).await.unwrap();
    assert_eq!((after.seq, changed), (2, false));
    let account = store.record(&order.id).await.unwrap();
    assert_eq!((account.follower.as_deref(), account.payments[0].shown_at), (Some("oShopper"), Some(NOW)));
    assert_eq!(account.payments[0].payment.expires_at, NOW + 300, "a code that ends sooner ends sooner");
}

pub async fn a_known_key_changes_nothing_and_a_refused_change_leaves_it_unused(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let refused = store.change_once(&order.id, &attempt("again"), NOW, |_| Err("no")).await.unwrap();
    assert_eq!(refused, Err("no"));
    for expected in [true, false] {
        let second = attempted(2, "alipay", NOW);
        let change = |account: &mut merchant::order_record::OrderRecord| -> Result<(), &str> {
            account.try_again(second);
            Ok(())
        };
        let (_, changed) = store.change_once(&order.id, &attempt("again"), NOW, change).await.unwrap().unwrap();
        assert_eq!(changed, expected);
    }
    assert_eq!(store.record(&order.id).await.unwrap().payments.len(), 2);
}

pub async fn an_event_counts_once_however_often_it_comes_at_once(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let deliveries = (0..8).map(|_| {
        let (store, id) = (store.clone(), order.id.clone());
        tokio::spawn(async move {
            let received = Received { provider: "wechat_pay", id: "EV-1", body: b"\x00\xff raw" };
            store.receive(received, &id, NOW, |account| account.cancel()).await.unwrap().is_some()
        })
    });
    let mut counted = 0;
    for delivery in deliveries.collect::<Vec<_>>() {
        counted += i32::from(delivery.await.unwrap());
    }
    assert_eq!(counted, 1);
    assert_eq!(store.order(&order.id).await.unwrap().status, OrderStatus::Canceled);
    let received = Received { provider: "alipay", id: "EV-1", body: b"" };
    assert!(store.keep(received, NOW).await.unwrap(), "another provider's event of that id is another event");
    assert!(!store.keep(received, NOW).await.unwrap());
}

pub async fn changes_of_one_order_at_once_are_all_kept(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let changes = (2..18).map(|number| {
        let (store, id) = (store.clone(), order.id.clone());
        tokio::spawn(async move { store.change(&id, NOW, |account| account.try_again(attempted(number, "alipay", NOW))).await.unwrap() })
    });
    let mut seqs = BTreeSet::new();
    for change in changes.collect::<Vec<_>>() {
        seqs.insert(change.await.unwrap().0.seq);
    }
    assert_eq!(seqs, (2..18).collect::<BTreeSet<_>>(), "each change has its own number");
    assert_eq!(store.record(&order.id).await.unwrap().payments.len(), 17);
}

pub async fn what_is_due_is_taken_by_one(store: &Store) {
    for number in 1..=10 {
        made(store, number, "wechat_pay", NOW).await;
    }
    assert_eq!(store.due_payments("wechat_pay", NOW + 4, 100).await.unwrap(), []);
    assert_eq!(store.due_methods(NOW + 4).await.unwrap(), (vec![], vec![]));
    assert_eq!(store.due_methods(NOW + 5).await.unwrap(), (vec!["wechat_pay".to_owned()], vec![]));
    assert_eq!(store.due_payments("alipay", NOW + 5, 100).await.unwrap(), [], "each provider has its own");
    let (one, two) = tokio::join!(store.due_payments("wechat_pay", NOW + 5, 6), store.due_payments("wechat_pay", NOW + 5, 6));
    let (one, two) = (one.unwrap(), two.unwrap());
    let all: BTreeSet<_> = one.iter().chain(&two).map(|(_, payment)| payment.clone()).collect();
    assert_eq!(one.len() + two.len(), all.len(), "nobody takes what another has taken");
    let mut rest = store.due_payments("wechat_pay", NOW + 5, 100).await.unwrap();
    assert_eq!(all.len() + rest.len(), 10);
    assert_eq!(store.due_payments("wechat_pay", NOW + 5, 100).await.unwrap(), []);
    // A node that died gives back what it took when its time is over.
    assert_eq!(store.due_payments("wechat_pay", NOW + 60, 100).await.unwrap().len(), 10);
    let (_, payment) = rest.pop().unwrap_or_else(|| one[0].clone());
    store.check_again_at(&payment, NOW + 61).await.unwrap();
    assert_eq!(store.due_payments("wechat_pay", NOW + 61, 100).await.unwrap().len(), 1);
}

pub async fn the_end_of_an_order_is_found(store: &Store) {
    let doubtful = made(store, 2, "wechat_pay", NOW - 1).await;
    let order = made(store, 1, "wechat_pay", NOW).await;
    let close = async |order: &Order| {
        let payment = order.payment.as_ref().unwrap().id.clone();
        store.change(&order.id, NOW, |account| account.closed(&payment, PaymentStatus::Expired)).await.unwrap();
    };
    assert_eq!(store.overdue(order.expires_at, 1).await.unwrap(), [], "money may be on its way to both");
    close(&order).await;
    assert_eq!(store.overdue(order.expires_at - 1, 10).await.unwrap(), []);
    let overdue = store.overdue(order.expires_at, 1).await.unwrap();
    assert_eq!(overdue, std::slice::from_ref(&order.id), "an older order whose payment is in doubt does not stand in the way");
    close(&doubtful).await;
    store.change(&doubtful.id, NOW, |account| account.expire()).await.unwrap();
    store.change(&order.id, NOW, |account| account.expire()).await.unwrap();
    assert_eq!(store.overdue(order.expires_at, 10).await.unwrap(), []);
}

pub async fn refunds_are_kept_and_come_due(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let payment = order.payment.unwrap().id;
    let refund = Refund {
        id: "rfd_1".to_owned(),
        payment: payment.clone(),
        amount: 100,
        reason: "太多".to_owned(),
        parts: merchant::order_record::Parts::default(),
        status: RefundStatus::Pending,
        created_at: NOW,
        next_check_at: Some(NOW),
        checks: 0,
        by: None,
    };
    let asked = refund.clone();
    let change = |account: &mut merchant::order_record::OrderRecord| {
        account.payments[0].transaction = Some("42".to_owned());
        account.refund(asked).unwrap();
    };
    store.change(&order.id, NOW, change).await.unwrap();
    assert_eq!(store.record(&order.id).await.unwrap().refunds, [refund]);
    assert_eq!(store.due_refunds("wechat_pay", NOW, 10).await.unwrap(), [(order.id.clone(), "rfd_1".to_owned())]);
    assert_eq!(store.due_refunds("wechat_pay", NOW, 10).await.unwrap(), []);
    store.change(&order.id, NOW, |account| account.refund_stands("rfd_1", RefundStatus::Done)).await.unwrap();
    assert_eq!(store.due_refunds("wechat_pay", NOW + 1_000, 10).await.unwrap(), []);
}

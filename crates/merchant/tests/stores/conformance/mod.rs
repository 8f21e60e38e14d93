//! What every store must do, as one list. Each case gets an empty store; `stores!` makes tests of them for a database.

mod answering;
mod books;
mod goods;
mod ledger;
mod made;
mod messages;
mod outbox;
mod resolving;
mod sealing;
mod stock;
mod telling;

use std::collections::BTreeSet;

use merchant::order_record::{References, Refund, RefundStatus};
use merchant::store::{ApiKey, Filter, IdempotencyRecord, NewRecord, Received, Store, StoreError};
use protocol::{Currency, Method, Money, Order, OrderId, OrderStatus, PaymentStatus};

use made::{NOW, attempt, attempted, order};
pub(crate) use made::{code, made};

pub use answering::*;
pub use books::*;
pub use goods::*;
pub use ledger::*;
pub use messages::*;
pub use outbox::*;
pub use resolving::*;
pub use sealing::*;
pub use stock::*;
pub use telling::*;

macro_rules! stores {
    ($open:path: $($case:ident)*) => { $(
        #[tokio::test(flavor = "multi_thread")]
        async fn $case() {
            let opened = $open().await;
            crate::conformance::$case(opened.store()).await;
        }
    )* };
}
pub(crate) use stores;

/// The list.
macro_rules! every_case {
    ($open:path) => {
        $crate::conformance::stores! { $open:
            an_order_is_read_as_it_was_written
            a_message_is_written_with_what_it_tells_of_and_once
            a_letter_is_sent_by_one_of_many
            every_order_is_rebuilt_from_its_ledger_after_every_random_history
            an_order_that_was_paid_a_moment_ago_takes_no_other_payment
            one_key_makes_one_order
            only_visible_changes_raise_seq
            a_known_key_changes_nothing_and_a_refused_change_leaves_it_unused
            an_event_counts_once_however_often_it_comes_at_once
            what_a_provider_tells_with_a_nul_in_it_is_kept
            changes_of_one_order_at_once_are_all_kept
            what_is_due_is_taken_by_one
            the_end_of_an_order_is_found
            pages_hold_every_order_once_the_newest_first
            orders_are_found_by_what_they_are_of_and_by_the_beginning_of_their_ids
            figures_tell_channels_apart
            refunds_are_kept_and_come_due
            keys_are_found_by_hash_until_they_are_revoked
            one_of_many_gets_a_token_and_all_use_it
            what_was_done_is_found_by_its_beginning_and_since_when_it_is_to_be_done
            whoever_follows_is_told_once_and_whoever_follows_later_is_told_then
            a_message_is_sent_by_one_of_many
            nobody_is_told_whose_details_were_erased
            a_refund_is_news_from_when_it_is_done_however_long_that_took
            a_shopper_who_follows_by_many_orders_is_one
            of_many_who_want_the_last_ones_only_so_many_get_them
            an_order_that_lacks_one_thing_takes_nothing_and_is_not_written
            an_order_that_ends_without_money_gives_back_and_late_money_sells_all_the_same
            what_an_order_took_is_free_when_its_last_code_ends_and_another_code_takes_it_again
            of_many_whose_codes_ended_only_so_many_get_another
            another_number_counts_anew_and_open_orders_keep_what_they_took
            stock_is_right_after_every_random_history
            the_shop_is_told_by_one_of_many_and_of_each_order_in_turn
            nothing_is_kept_for_a_shop_that_nobody_tells
            an_order_that_asks_is_answered_anew_and_rebuilt_from_its_ledger
            what_is_sealed_with_an_order_is_read_by_whoever_has_the_key
            a_person_is_found_looked_at_and_erased
            another_key_takes_over_a_batch_after_the_other
            links_lie_apart_and_are_shown_as_they_came
            every_movement_of_an_order_is_in_the_books_once_with_its_taxes
            money_that_was_told_wrongly_at_first_counts_as_what_it_is
            a_closed_month_takes_nothing_more_and_what_comes_later_says_of_which_day_it_is
            a_month_stands_beside_the_bills_of_its_days_and_what_one_side_lacks_is_told
            a_month_that_is_closed_while_money_comes_has_all_that_it_will_ever_have
            a_bill_that_says_the_same_again_is_told_of_once_in_whatever_words
            another_amount_of_a_refund_is_told_of_once
            of_many_who_decide_about_the_same_money_one_is_heard
            of_many_who_take_out_of_stock_only_so_many_do
            why_an_order_waits_is_told_with_the_entry_of_the_ledger_that_tells_of_it
            what_goes_back_by_itself_is_no_keys_whoever_told_of_the_money
            of_many_who_buy_licence_keys_no_two_get_the_same
            nothing_is_owed_once_all_money_is_back
            a_ticket_lets_in_one_at_one_door_and_goes_with_its_money
            a_file_is_loaded_so_often_and_what_is_left_of_it_counts_no_more
            what_a_provider_returned_otherwise_is_in_the_books_and_rebuilt_from_the_ledger
        }
    };
}
pub(crate) use every_case;

pub async fn an_order_is_read_as_it_was_written(store: &Store) {
    let payment = attempted(1, "wechat_pay", NOW);
    let order = order(1, &payment, NOW);
    let new = NewRecord {
        owner: None,
        order: &order,
        references: &References { reference: Some("A-1".to_owned()), ..References::default() },
        asking: None,
        payment: Some(&payment),
        by: None,
        holds: &[],
        promises: &[],
        sealed: &[],
    };
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
            let new = NewRecord {
                owner: None,
                order: &order,
                references: &References::default(),
                asking: None,
                payment: Some(&payment),
                by: None,
                holds: &[],
                promises: &[],
                sealed: &[],
            };
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

pub async fn pages_hold_every_order_once_the_newest_first(store: &Store) {
    for number in 1..=23 {
        // Several share a second.
        made(store, number, "wechat_pay", NOW + i64::from(number / 4)).await;
    }
    store.change(&OrderId::from_random([5; 16]), NOW, |account| account.cancel()).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.list(&Filter { after: after.clone(), limit: 5, ..Filter::default() }).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.created_at, last.order.id.to_string()));
        seen.extend(page.into_iter().map(|listed| (listed.created_at, listed.order.id.to_string())));
    }
    let mut sorted = seen.clone();
    sorted.sort_by(|one, other| other.cmp(one));
    assert_eq!((seen.len(), &seen), (23, &sorted));
    let canceled = Filter { status: Some(OrderStatus::Canceled), limit: 5, ..Filter::default() };
    assert_eq!(store.list(&canceled).await.unwrap().len(), 1);
    let between = Filter { from: Some(NOW + 1), to: Some(NOW + 2), limit: 50, ..Filter::default() };
    assert_eq!(store.list(&between).await.unwrap().len(), 4);
}

pub async fn orders_are_found_by_what_they_are_of_and_by_the_beginning_of_their_ids(store: &Store) {
    let orders = [made(store, 1, "alipay", NOW).await, made(store, 2, "wechat_pay", NOW + 1).await];
    let [first, second] = orders.each_ref().map(|order| order.id.clone());
    let money = orders[0].money();
    let all = Filter { limit: 9, ..Filter::default() };
    let of = |amount| Filter { amount: Some(amount), currency: Some(money.currency), ..all.clone() };
    for (filter, found) in [
        (of(money.amount), vec![&second, &first]),
        (of(money.amount + 1), vec![]),
        (Filter { currency: Currency::parse("CHF"), ..all.clone() }, vec![]),
        (Filter { method: Method::parse("alipay"), ..all.clone() }, vec![&first]),
        (Filter { among: Some(vec![first.clone()]), ..of(money.amount) }, vec![&first]),
        (Filter { among: Some(Vec::new()), ..all.clone() }, vec![]),
    ] {
        let listed = store.list(&filter).await.unwrap();
        assert_eq!(listed.iter().map(|one| &one.order.id).collect::<Vec<_>>(), found, "{filter:?}");
    }
    let begin = |characters: usize| &first.as_str()[..characters];
    for (name, found) in [(begin(8), vec![first.clone()]), (begin(20), vec![first.clone()]), (begin(7), vec![]), ("ord_%%%%", vec![])] {
        assert_eq!(store.orders_found(name).await.unwrap(), found, "{name}");
    }
}

pub async fn figures_tell_channels_apart(store: &Store) {
    for (number, method, paid_after) in [(1, "alipay", Some(30)), (2, "alipay", Some(10)), (3, "alipay", Some(20)), (4, "wechat_pay", None)]
    {
        let order = made(store, number, method, NOW).await;
        let id = order.payment.unwrap().id;
        let change = |account: &mut merchant::order_record::OrderRecord| {
            account.code_came(&id, code("code", NOW + 900), NOW);
            account.scanned(&id, NOW + 1);
            account.payments[0].paid_at = paid_after.map(|seconds| NOW + seconds);
            account.payments[0].next_check_at = None;
        };
        store.change(&order.id, NOW, change).await.unwrap();
    }
    let channels = store.channels(NOW, NOW + 1).await.unwrap();
    let told: Vec<_> = channels
        .iter()
        .map(|it| (it.method.as_str(), it.shown, it.paid, it.abandoned, it.abandoned_after_scan, it.median_seconds))
        .collect();
    assert_eq!(told, [("alipay", 3, 3, 0, 0, Some(20)), ("wechat_pay", 1, 0, 1, 1, None)]);
    assert_eq!(store.channels(NOW + 1, NOW + 2).await.unwrap(), []);
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

pub async fn one_of_many_gets_a_token_and_all_use_it(store: &Store) {
    assert_eq!(store.token("t", NOW).await.unwrap(), None);
    let tries = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.lease_token("t", NOW, NOW + 15).await.unwrap() })
    });
    let mut won = 0;
    for lease in tries.collect::<Vec<_>>() {
        won += i32::from(lease.await.unwrap());
    }
    assert_eq!(won, 1);
    assert!(store.lease_token("t", NOW + 15, NOW + 30).await.unwrap(), "whoever died leaves it to another");
    store.keep_token("t", "value", NOW + 7_200).await.unwrap();
    assert_eq!(store.token("t", NOW + 7_200).await.unwrap().as_deref(), Some("value"));
    assert_eq!(store.token("t", NOW + 7_201).await.unwrap(), None);
    assert!(store.lease_token("t", NOW + 15, NOW + 45).await.unwrap());
    store.give_lease_back("t", NOW + 30).await.unwrap();
    assert!(!store.lease_token("t", NOW + 16, NOW + 46).await.unwrap(), "nobody gives another's lease back");
    store.give_lease_back("t", NOW + 45).await.unwrap();
    assert!(store.lease_token("t", NOW + 16, NOW + 46).await.unwrap());
    store.drop_token("t", "an older one").await.unwrap();
    assert!(store.token("t", NOW).await.unwrap().is_some());
    store.drop_token("t", "value").await.unwrap();
    assert_eq!(store.token("t", NOW).await.unwrap(), None);
}

pub async fn what_was_done_is_found_by_its_beginning_and_since_when_it_is_to_be_done(store: &Store) {
    for (name, value) in [("bill a 2026-01-01", "done"), ("bill a 2026-01-02", ""), ("bill b 2026-01-01", "done"), ("bill_a 2026", "done")]
    {
        assert!(store.lease_token(name, NOW, NOW + 15).await.unwrap());
        store.keep_token(name, value, i64::MAX).await.unwrap();
    }
    assert_eq!(store.tokens_of("bill a ", "done").await.unwrap(), BTreeSet::from(["2026-01-01".to_owned()]));
    assert_eq!(store.first_payment_at("wechat_pay").await.unwrap(), None);
    made(store, 2, "wechat_pay", NOW + 9).await;
    made(store, 1, "wechat_pay", NOW).await;
    assert_eq!(store.first_payment_at("wechat_pay").await.unwrap(), Some(NOW));
    assert_eq!(store.first_payment_at("pix").await.unwrap(), None);
}

pub async fn keys_are_found_by_hash_until_they_are_revoked(store: &Store) {
    let key = ApiKey {
        id: "key_1".to_owned(),
        name: "shop".to_owned(),
        scopes: "read orders refunds".to_owned(),
        role: Some("cashier".to_owned()),
        created_at: NOW,
        expires_at: Some(NOW + 9),
        refund_limit: Some(Money { amount: 50_000, currency: Currency::parse("EUR").unwrap() }),
        revoked_at: None,
    };
    store.add_api_key(&key, "hash").await.unwrap();
    assert_eq!(store.api_key("hash").await.unwrap(), Some(key));
    assert_eq!(store.api_key("other").await.unwrap(), None);
    assert!(store.revoke_api_key("key_1", NOW + 1).await.unwrap());
    assert!(!store.revoke_api_key("key_1", NOW + 2).await.unwrap());
    assert_eq!(store.api_key("hash").await.unwrap(), None);
    assert_eq!(store.api_keys().await.unwrap()[0].revoked_at, Some(NOW + 1));
}

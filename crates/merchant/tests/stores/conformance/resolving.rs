//! What every store must do where people decide at once: about odd money, and about stock.

use merchant::order_record::{OddState, OrderRecord, RefundStatus, Source};
use merchant::store::{MovementPage, StockItem, Store, StoreError, Supply, Waits};
use protocol::OrderStatus;
use sqlx::{AnyConnection, Connection as _};

use super::books::booked_sums;
use super::ledger::{findings, keys, money, refund};
use super::{NOW, attempted, made};

pub async fn of_many_who_decide_about_the_same_money_one_is_heard(store: &Store) {
    for number in 1..=10 {
        let order = made(store, number, "wechat_pay", NOW).await;
        let came = money(&order.payment.unwrap().id, u64::from(number), 9_000);
        let comes = |record: &mut OrderRecord| record.money_came(&came, Source::Query, &keys().signer, NOW);
        store.change(&order.id, NOW, comes).await.unwrap();
        assert_eq!(store.attention(&order.id).await.unwrap().len(), 1);
        let people = (0..6).map(|person| {
            let (store, id) = (store.clone(), order.id.clone());
            tokio::spawn(async move {
                let decide = |record: &mut OrderRecord, waits: &Waits| -> Result<(), ()> {
                    let odd = waits.odd.iter().find(|odd| odd.state == OddState::Open).ok_or(())?;
                    let record = record.by("key_1");
                    if person % 2 == 0 {
                        record.keep_odd(&odd.money, &keys().signer)
                    } else {
                        record.odd_was_returned(&odd.money)
                    }
                    Ok(())
                };
                store.change_what_waits(&id, None, NOW, decide).await.unwrap().is_ok()
            })
        });
        let mut heard = 0;
        for person in people.collect::<Vec<_>>() {
            heard += i32::from(person.await.unwrap());
        }
        assert_eq!(heard, 1);
        let waits = store.waits(&order.id).await.unwrap();
        assert_eq!((waits.attention.as_slice(), waits.odd.len()), ([].as_slice(), 1));
        let status = if waits.odd[0].state == OddState::Kept { OrderStatus::Paid } else { OrderStatus::Pending };
        assert_eq!(store.order(&order.id).await.unwrap().status, status);
        let history = store.history(&order.id).await.unwrap();
        let last = history.last().unwrap().key.as_ref().map(|(id, _)| id.as_str());
        assert_eq!(last, Some("key_1"), "the ledger names the key, though it is none that is kept");
        // The provider tells the same once more, and nobody has to look again.
        store.change(&order.id, NOW, comes).await.unwrap();
        assert_eq!(store.attention(&order.id).await.unwrap(), []);
    }
    assert_eq!(findings(store).await, []);
}

pub async fn of_many_who_take_out_of_stock_only_so_many_do(store: &Store) {
    let tea = StockItem::Product("tea".to_owned());
    assert!(!store.change_stock(&tea, 5, "early").await.unwrap(), "nothing is counted yet");
    store.restock(&[Supply { of: tea.clone(), stock: 10, stocked: String::new() }]).await.unwrap();
    for _ in 0..2 {
        assert!(store.change_stock(&tea, 5, "parcel").await.unwrap());
    }
    assert!(matches!(store.change_stock(&tea, 6, "parcel").await, Err(StoreError::KeyUsed)));
    let takers = (0..20).map(|taker| {
        let (store, tea) = (store.clone(), tea.clone());
        tokio::spawn(async move { store.change_stock(&tea, -1, &format!("taker {taker}")).await })
    });
    let mut taken = 0;
    for taker in takers.collect::<Vec<_>>() {
        match taker.await.unwrap() {
            Ok(did) => taken += i32::from(did),
            Err(StoreError::Short(shortage)) => assert_eq!(shortage.left, 0),
            Err(error) => assert_eq!(error.to_string(), "a shortage"),
        }
    }
    assert_eq!((taken, store.left(&tea).await.unwrap()), (15, 0));
}

pub async fn why_an_order_waits_is_told_with_the_entry_of_the_ledger_that_tells_of_it(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let payment = order.payment.unwrap().id;
    let begins = |record: &mut OrderRecord| {
        record.money_came(&money(&payment, 1, 6_800), Source::Query, &keys().signer, NOW);
        for number in [1, 2] {
            record.refund(refund(record, number, 1_001)).unwrap();
        }
    };
    store.change(&order.id, NOW, begins).await.unwrap();
    let refunds: Vec<String> = store.record(&order.id).await.unwrap().refunds.into_iter().map(|refund| refund.id).collect();
    let mut newest = 0;
    for (refund, status) in [(0, RefundStatus::Stuck), (1, RefundStatus::Failed), (0, RefundStatus::Failed)] {
        store.change(&order.id, NOW, |record| record.refund_stands(&refunds[refund], status)).await.unwrap();
        let attention = store.attention(&order.id).await.unwrap();
        let last = attention.iter().max_by_key(|why| why.entry).unwrap();
        assert!(last.entry > newest && last.reason == format!("refund-{}", status.as_str()), "{attention:?}");
        newest = last.entry;
    }
    store.change(&order.id, NOW, |record| record.bill_differs(&payment, "2027-01-14", ("amount", None), "1 and 2")).await.unwrap();
    let attention = store.attention(&order.id).await.unwrap();
    let differs = attention.iter().find(|why| why.reason == "bill-difference").unwrap();
    assert!(attention.len() == 3 && differs.entry > newest, "{attention:?}");
}

pub async fn another_amount_of_a_refund_is_told_of_once(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let payment = order.payment.unwrap().id;
    let begins = |record: &mut OrderRecord| {
        record.money_came(&money(&payment, 1, 6_800), Source::Query, &keys().signer, NOW);
        record.refund(refund(record, 1, 1_001)).unwrap();
    };
    store.change(&order.id, NOW, begins).await.unwrap();
    let id = store.record(&order.id).await.unwrap().refunds[0].id.clone();
    for (amount, times) in [(900, 1), (900, 1), (800, 2), (800, 2), (900, 2)] {
        let told = gateway::RefundStatus::Done { amount, at: Some(NOW) };
        store.change(&order.id, NOW, |record| record.refund_told(&id, &told, NOW)).await.unwrap();
        assert_eq!(store.attention(&order.id).await.unwrap().len(), times);
        assert_eq!(store.record(&order.id).await.unwrap().refunds[0].amount, 900, "the first definite word counts");
    }
    assert_eq!(findings(store).await, []);
}

pub async fn a_bill_that_says_the_same_again_is_told_of_once_in_whatever_words(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let payment = order.payment.unwrap().id;
    let differs = [
        (("refund", Some("rfd_1")), "the bill has rfd_1 of 10.01 CNY as SUCCESS", 1),
        (("refund", Some("rfd_1")), "rfd_1 is another by the bill", 1),
        (("refund", Some("rfd_2")), "the bill has rfd_2 of 10.01 CNY as SUCCESS", 2),
        (("amount", None), "8001 and 8000", 3),
        (("amount", None), "80.01 CNY and 80.00 CNY", 3),
    ];
    for (what, detail, times) in differs {
        store.change(&order.id, NOW, |record| record.bill_differs(&payment, "2027-01-14", what, detail)).await.unwrap();
        assert_eq!(store.attention(&order.id).await.unwrap().len(), times, "{detail}");
    }
    // An older program said only in words what it is about.
    for what in [("refund", None), ("refund", Some("rfd_9"))] {
        let detail = "the bill has rfd_9 of 1001 as SUCCESS";
        store.change(&order.id, NOW, |record| record.bill_differs(&payment, "2027-01-15", what, detail)).await.unwrap();
        assert_eq!(store.attention(&order.id).await.unwrap().len(), 4);
    }
    assert_eq!(findings(store).await, []);
}

/// An older program left a refund to a person whose provider had told of another amount; `address` is the store's.
pub async fn a_refund_that_an_older_program_left_to_a_person(store: &Store, address: &str) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let payment = order.payment.unwrap().id;
    let begins = |record: &mut OrderRecord| {
        record.money_came(&money(&payment, 1, 6_800), Source::Query, &keys().signer, NOW);
        for number in [1, 2] {
            record.refund(refund(record, number, 1_001)).unwrap();
        }
    };
    store.change(&order.id, NOW, begins).await.unwrap();
    let ids: Vec<String> = store.record(&order.id).await.unwrap().refunds.into_iter().map(|refund| refund.id).collect();
    let stuck = |record: &mut OrderRecord| ids.iter().for_each(|id| record.refund_stands(id, RefundStatus::Stuck));
    store.change(&order.id, NOW, stuck).await.unwrap();
    let mut older = AnyConnection::connect(address).await.unwrap();
    for (id, returned) in [(&ids[0], 900), (&ids[1], 0)] {
        let told = format!(
            "INSERT INTO ledger (order_id, at, seq, kind, detail) SELECT order_id, at, MAX(seq), 'refund-amount', \
             '{{\"refund\":\"{id}\",\"returned\":{returned}}}' FROM ledger WHERE order_id = '{}' GROUP BY order_id, at",
            order.id
        );
        assert_eq!(sqlx::query(sqlx::AssertSqlSafe(told)).execute(&mut older).await.unwrap().rows_affected(), 1);
    }
    for _ in 0..2 {
        store.end_refunds_of_before(NOW + 9).await.unwrap();
        let record = store.record(&order.id).await.unwrap();
        let stand = |number: usize| (record.refunds[number].status, record.refunds[number].amount);
        assert_eq!((stand(0), stand(1)), ((RefundStatus::Done, 900), (RefundStatus::Stuck, 1_001)));
        assert_eq!(record.left(&payment), 6_800 - 900 - 1_001);
        let attention: Vec<_> = store.attention(&order.id).await.unwrap().into_iter().map(|why| why.reason).collect();
        assert_eq!(attention, ["refund-amount", "refund-amount", "refund-stuck"], "somebody looks at it all the same");
        let page = MovementPage { from: 0, to: i64::MAX, after: (0, 0), limit: 9 };
        let booked: Vec<_> = store.movements(page).await.unwrap().iter().map(|it| it.movement.amount).collect();
        assert_eq!(booked, [6_800, -900]);
    }
    assert_eq!(findings(store).await, []);
}

pub async fn what_goes_back_by_itself_is_no_keys_whoever_told_of_the_money(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let second = attempted(2, "alipay", NOW);
    let payments = [order.payment.unwrap().id, second.payment.id.clone()];
    store.change(&order.id, NOW, |record| record.try_again(second)).await.unwrap();
    for (payment, transaction) in payments.iter().zip(1..) {
        let comes = |record: &mut OrderRecord| {
            record.by("key_1").money_came(&money(payment, transaction, 6_800), Source::Merchant, &keys().signer, NOW);
        };
        store.change(&order.id, NOW, comes).await.unwrap();
    }
    let record = store.record(&order.id).await.unwrap();
    assert_eq!((record.refunds.len(), &record.refunds[0].payment, &record.refunds[0].by), (1, &payments[1], &None));
    let history = store.history(&order.id).await.unwrap();
    let key = |kind: &str| history.iter().find(|one| one.kind == kind).unwrap().key.as_ref().map(|(id, _)| id.as_str());
    assert_eq!((key("second-payment"), key("refund")), (Some("key_1"), None));
    let again = |record: &mut OrderRecord| {
        let one = refund(record, 9, 1_001);
        record.by("key_1").refund(one).unwrap();
    };
    store.change(&order.id, NOW, again).await.unwrap();
    let history = store.history(&order.id).await.unwrap();
    let last = history.iter().rfind(|one| one.kind == "refund").unwrap().key.as_ref().map(|(id, _)| id.as_str());
    assert_eq!(last, Some("key_1"), "who asks for one is told");
}

pub async fn what_a_provider_returned_otherwise_is_in_the_books_and_rebuilt_from_the_ledger(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let payment = order.payment.unwrap().id;
    let begins = |record: &mut OrderRecord| {
        record.money_came(&money(&payment, 1, 6_800), Source::Query, &keys().signer, NOW);
        record.refund(refund(record, 1, 1_001)).unwrap();
    };
    store.change(&order.id, NOW, begins).await.unwrap();
    let id = store.record(&order.id).await.unwrap().refunds[0].id.clone();
    // Told twice, as by a notification and by an answer, it is one.
    for _ in 0..2 {
        let done = gateway::RefundStatus::Done { amount: 901, at: None };
        store.change(&order.id, NOW, |record| record.refund_told(&id, &done, NOW)).await.unwrap();
    }
    let record = store.record(&order.id).await.unwrap();
    let known = &record.refunds[0];
    assert_eq!((known.status, known.amount, record.left(&payment)), (RefundStatus::Done, 901, 5_899));
    let reasons: Vec<String> = store.attention(&order.id).await.unwrap().into_iter().map(|why| why.reason).collect();
    assert_eq!(reasons, ["refund-amount"]);
    let sums: Vec<i64> = booked_sums(store).await.into_values().collect();
    assert_eq!(sums.iter().sum::<i64>(), 5_899, "{sums:?}");
    assert_eq!(findings(store).await, []);
}

//! What every store must do where people decide at once: about odd money, and about stock.

use merchant::order_record::{OddState, OrderRecord, Source};
use merchant::store::{StockItem, Store, StoreError, Supply, Waits};
use protocol::OrderStatus;

use super::ledger::{findings, keys, money};
use super::{NOW, made};

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

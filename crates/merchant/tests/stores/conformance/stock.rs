//! What every store must do with things of which there are only so many.

use std::collections::BTreeMap;
use std::convert::Infallible;

use merchant::order_record::{OrderRecord, References};
use merchant::store::{Counted, NewRecord, Reservation, Shortage, StockItem, Store, StoreError, Supply};
use protocol::{OrderId, OrderStatus, PaymentStatus};

use super::{NOW, attempt, attempted, order};
use testing::Chance;

fn tea() -> StockItem {
    StockItem::Product("tea".to_owned())
}

fn spring() -> StockItem {
    StockItem::Code("SPRING".to_owned())
}

async fn supply(store: &Store, of: StockItem, stock: i64, stocked: &str) -> bool {
    !store.restock(&[Supply { of, stock, stocked: stocked.to_owned() }]).await.unwrap().is_empty()
}

/// Makes an order that takes so many of each.
async fn takes(store: &Store, number: u8, wanted: &[(StockItem, i64)]) -> Result<OrderId, StoreError> {
    let payment = attempted(number, "wechat_pay", NOW);
    let order = order(number, &payment, NOW);
    let holds: Vec<Reservation> = wanted.iter().map(|(of, quantity)| Reservation { of: of.clone(), quantity: *quantity }).collect();
    let references = References::default();
    let new = NewRecord { payment: Some(&payment), holds: &holds, ..NewRecord::of(&order, &references) };
    assert_eq!(store.create(new, &attempt(&number.to_string()), NOW).await?, order.id);
    Ok(order.id)
}

/// An open order of two teas, of which there are ten.
pub async fn of_two_teas(store: &Store) -> OrderId {
    supply(store, tea(), 10, "").await;
    takes(store, 1, &[(tea(), 2)]).await.unwrap()
}

async fn becomes(store: &Store, id: &OrderId, status: OrderStatus) {
    store.change(id, NOW, |account| account.order.status = status).await.unwrap();
}

pub async fn of_many_who_want_the_last_ones_only_so_many_get_them(store: &Store) {
    supply(store, tea(), 10, "").await;
    supply(store, spring(), 7, "").await;
    let shoppers = (1..=40).map(|number| {
        let store = store.clone();
        // In both orders of names, so that takers meet.
        let wanted = if number % 2 == 0 { [(tea(), 1), (spring(), 1)] } else { [(spring(), 1), (tea(), 1)] };
        let wanted = if number % 3 == 0 { wanted.to_vec() } else { vec![(tea(), 1)] };
        tokio::spawn(async move { takes(&store, number, &wanted).await })
    });
    let mut sold = 0;
    for shopper in shoppers.collect::<Vec<_>>() {
        match shopper.await.unwrap() {
            Ok(_) => sold += 1,
            Err(StoreError::Short(shortage)) => assert_eq!(shortage.left, 0),
            Err(error) => assert_eq!(error.to_string(), "a shortage"),
        }
    }
    assert_eq!((sold, store.left(&tea()).await.unwrap()), (10, 0));
}

pub async fn an_order_that_lacks_one_thing_takes_nothing_and_is_not_written(store: &Store) {
    supply(store, tea(), 5, "").await;
    supply(store, spring(), 1, "").await;
    takes(store, 1, &[(spring(), 1)]).await.unwrap();
    let refused = takes(store, 2, &[(tea(), 3), (spring(), 1)]).await.unwrap_err();
    assert!(matches!(refused, StoreError::Short(Shortage { of, left: 0 }) if of == spring()));
    assert_eq!(store.left(&tea()).await.unwrap(), 5);
    assert!(matches!(store.order(&OrderId::from_random([2; 16])).await, Err(StoreError::NoOrder)));
    assert_eq!(store.order_made_with(&attempt("2")).await.unwrap(), None, "the same key may try again");
}

pub async fn an_order_that_ends_without_money_gives_back_and_late_money_sells_all_the_same(store: &Store) {
    supply(store, tea(), 3, "").await;
    let first = takes(store, 1, &[(tea(), 2)]).await.unwrap();
    becomes(store, &first, OrderStatus::Expired).await;
    assert_eq!(store.left(&tea()).await.unwrap(), 3);
    let second = takes(store, 2, &[(tea(), 3)]).await.unwrap();
    becomes(store, &second, OrderStatus::Paid).await;
    becomes(store, &second, OrderStatus::Refunded).await;
    assert_eq!(store.left(&tea()).await.unwrap(), 0, "money that goes back brings no goods back");
    becomes(store, &first, OrderStatus::Paid).await;
    let ledger = store.ledger(&first).await.unwrap();
    assert!(ledger.iter().any(|(_, kind, detail)| kind == "oversold" && detail == r#"{"missing":2,"sku":"tea"}"#), "{ledger:?}");
    assert_eq!(store.left(&tea()).await.unwrap(), 0, "never below none");
}

/// The last code of an order ends.
async fn code_ends(store: &Store, id: &OrderId) {
    let ends = |account: &mut OrderRecord| {
        let last = account.payments.last().unwrap().payment.id.clone();
        account.closed(&last, PaymentStatus::Expired);
    };
    store.change(id, NOW, ends).await.unwrap();
}

/// Another code of an order, which has that number among all payments.
async fn gets_another_code(store: &Store, id: &OrderId, number: u8) -> Result<(), StoreError> {
    let again = |account: &mut OrderRecord| -> Result<(), Infallible> {
        account.try_again(attempted(number, "wechat_pay", NOW));
        Ok(())
    };
    store.change_once(id, &attempt(&format!("again {number}")), NOW, again).await.map(|_| ())
}

pub async fn what_an_order_took_is_free_when_its_last_code_ends_and_another_code_takes_it_again(store: &Store) {
    supply(store, tea(), 3, "").await;
    supply(store, spring(), 1, "").await;
    let first = takes(store, 1, &[(tea(), 2), (spring(), 1)]).await.unwrap();
    gets_another_code(store, &first, 101).await.unwrap();
    let earlier = store.record(&first).await.unwrap().payments[0].payment.id.clone();
    store.change(&first, NOW, |account| account.given_up(&earlier, PaymentStatus::Superseded, NOW + 960)).await.unwrap();
    assert_eq!((store.left(&tea()).await.unwrap(), store.left(&spring()).await.unwrap()), (1, 0), "two codes have one hold");
    code_ends(store, &first).await;
    assert_eq!(store.left(&tea()).await.unwrap(), 1, "somebody may still pay by the earlier one");
    store.change(&first, NOW, |account| account.closed(&earlier, PaymentStatus::Expired)).await.unwrap();
    assert_eq!((store.left(&tea()).await.unwrap(), store.left(&spring()).await.unwrap()), (3, 1));
    assert_eq!(store.short_of(&first).await.unwrap(), []);

    let second = takes(store, 2, &[(tea(), 2)]).await.unwrap();
    let refused = gets_another_code(store, &first, 102).await.unwrap_err();
    assert!(matches!(refused, StoreError::Short(Shortage { of, left: 1 }) if of == tea()));
    assert_eq!(store.short_of(&first).await.unwrap(), [Shortage { of: tea(), left: 1 }]);
    assert_eq!((store.record(&first).await.unwrap().payments.len(), store.left(&spring()).await.unwrap()), (2, 1), "nothing is written");
    code_ends(store, &second).await;
    gets_another_code(store, &first, 102).await.unwrap();
    gets_another_code(store, &first, 102).await.unwrap();
    assert_eq!(
        (store.left(&tea()).await.unwrap(), store.left(&spring()).await.unwrap()),
        (1, 0),
        "the same wish again takes nothing twice"
    );
    becomes(store, &second, OrderStatus::Paid).await;
    let ledger = store.ledger(&second).await.unwrap();
    assert!(ledger.iter().any(|(_, kind, detail)| kind == "oversold" && detail == r#"{"missing":1,"sku":"tea"}"#), "{ledger:?}");
    code_ends(store, &first).await;
    becomes(store, &first, OrderStatus::Expired).await;
    assert_eq!((store.left(&tea()).await.unwrap(), store.left(&spring()).await.unwrap()), (1, 1), "what is free is not freed again");
    assert_eq!(store.miscounted().await.unwrap(), []);
}

pub async fn of_many_whose_codes_ended_only_so_many_get_another(store: &Store) {
    supply(store, tea(), 16, "").await;
    supply(store, spring(), 16, "").await;
    let mut orders = Vec::new();
    for number in 1..=16 {
        let wanted = if number % 2 == 0 { [(tea(), 1), (spring(), 1)] } else { [(spring(), 1), (tea(), 1)] };
        let order = takes(store, number, &wanted).await.unwrap();
        code_ends(store, &order).await;
        orders.push(order);
    }
    supply(store, tea(), 5, "").await;
    let shoppers: Vec<_> = (101..)
        .zip(orders)
        .map(|(number, order)| {
            let store = store.clone();
            tokio::spawn(async move { gets_another_code(&store, &order, number).await })
        })
        .collect();
    // Meanwhile others order, and the shop counts anew.
    let others: Vec<_> = (21..=28)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { takes(&store, number, &[(spring(), 1), (tea(), 1)]).await.map(drop) })
        })
        .collect();
    let counts = {
        let store = store.clone();
        tokio::spawn(async move {
            for day in ["1", "2", "3", "4"] {
                supply(&store, tea(), 5, day).await;
            }
        })
    };
    let mut got = 0;
    for shopper in shoppers.into_iter().chain(others) {
        match shopper.await.unwrap() {
            Ok(()) => got += 1,
            Err(StoreError::Short(shortage)) => assert_eq!(shortage.of, tea()),
            Err(error) => assert_eq!(error.to_string(), "a shortage"),
        }
    }
    counts.await.unwrap();
    assert_eq!((got, store.left(&tea()).await.unwrap(), store.left(&spring()).await.unwrap()), (5, 0, 11));
    assert_eq!(store.miscounted().await.unwrap(), []);
}

pub async fn another_number_counts_anew_and_open_orders_keep_what_they_took(store: &Store) {
    let open = of_two_teas(store).await;
    let paid = takes(store, 2, &[(tea(), 3)]).await.unwrap();
    becomes(store, &paid, OrderStatus::Paid).await;
    let counted = store.counted().await.unwrap();
    assert_eq!(counted, [Counted { of: tea(), stock: 10, taken: 5, open: 2 }]);
    assert!(!supply(store, tea(), 10, "").await, "the same number is no news");
    assert_eq!(store.left(&tea()).await.unwrap(), 5);
    assert!(supply(store, tea(), 20, "").await);
    assert_eq!(store.left(&tea()).await.unwrap(), 18);
    assert!(supply(store, tea(), 20, "2026-12-01").await, "the same number of another day");
    becomes(store, &open, OrderStatus::Canceled).await;
    assert_eq!(store.left(&tea()).await.unwrap(), 20);
    supply(store, spring(), 1, "").await;
    takes(store, 3, &[(spring(), 1)]).await.unwrap();
    supply(store, spring(), 3, "").await;
    assert_eq!(store.left(&spring()).await.unwrap(), 2, "the uses of a code count for ever");
}

pub async fn stock_is_right_after_every_random_history(store: &Store) {
    let mut random = Chance::new(0x9e37_79b9_7f4a_7c15);
    let mut draw = |below| random.below(below);
    let (mut stock, mut taken, mut open, mut payment) = (12, 0, 0, 120_u8);
    // How many it wants, how it stands, and whether it holds them.
    let mut orders: BTreeMap<u8, (i64, OrderStatus, bool)> = BTreeMap::new();
    supply(store, tea(), stock, "").await;
    for number in 1..=120_u8 {
        let quantity = i64::try_from(draw(4)).unwrap() + 1;
        let fits = taken + quantity <= stock;
        assert_eq!(takes(store, number, &[(tea(), quantity)]).await.is_ok(), fits, "order {number}");
        if fits {
            orders.insert(number, (quantity, OrderStatus::Pending, true));
            (taken, open) = (taken + quantity, open + quantity);
        }
        for (number, (quantity, status, holds)) in &mut orders {
            let id = OrderId::from_random([*number; 16]);
            let next = match (*status, draw(10)) {
                (OrderStatus::Pending, 0) => OrderStatus::Paid,
                (OrderStatus::Pending, 1) => OrderStatus::Expired,
                (OrderStatus::Pending, 2) => OrderStatus::Canceled,
                (OrderStatus::Pending, 3) if *holds => {
                    code_ends(store, &id).await;
                    (taken, open, *holds) = (taken - *quantity, open - *quantity, false);
                    continue;
                }
                (OrderStatus::Pending, 3..=5) if !*holds && payment < u8::MAX => {
                    payment += 1;
                    let fits = taken + *quantity <= stock;
                    assert_eq!(gets_another_code(store, &id, payment).await.is_ok(), fits, "order {number}");
                    if fits {
                        (taken, open, *holds) = (taken + *quantity, open + *quantity, true);
                    }
                    continue;
                }
                (OrderStatus::Expired | OrderStatus::Canceled, 0) => OrderStatus::Paid,
                (OrderStatus::Paid, 0) => OrderStatus::Refunded,
                _ => continue,
            };
            match (*holds, next) {
                (true, OrderStatus::Paid) => open -= *quantity,
                (true, OrderStatus::Expired | OrderStatus::Canceled) => (taken, open) = (taken - *quantity, open - *quantity),
                (false, OrderStatus::Paid) => taken += *quantity,
                _ => {}
            }
            (*status, *holds) = (next, false);
            becomes(store, &id, next).await;
        }
        if draw(10) == 0 {
            (stock, taken) = (stock + 1, open);
            supply(store, tea(), stock, &number.to_string()).await;
        }
        if draw(3) == 0 {
            let change = i64::try_from(draw(5)).unwrap() - 2;
            let fits = change >= 0 || taken <= stock + change;
            assert_eq!(store.change_stock(&tea(), change, &number.to_string()).await.is_ok(), fits, "change by {change}");
            stock += if fits { change } else { 0 };
        }
        assert_eq!(store.left(&tea()).await.unwrap(), (stock - taken).max(0), "after order {number}");
    }
    assert_eq!(store.miscounted().await.unwrap(), []);
}

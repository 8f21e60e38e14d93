//! What every store must do with things of which there are only so many.

use std::collections::BTreeMap;

use merchant::order_record::References;
use merchant::store::{Counted, NewRecord, Reservation, Shortage, StockItem, Store, StoreError, Supply};
use protocol::{OrderId, OrderStatus};

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
    let new = NewRecord { order: &order, references: &References::default(), payment: &payment, holds: &holds };
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
    let (mut stock, mut taken, mut open) = (12, 0, 0);
    let mut orders: BTreeMap<u8, (i64, OrderStatus)> = BTreeMap::new();
    supply(store, tea(), stock, "").await;
    for number in 1..=120_u8 {
        let quantity = i64::try_from(draw(4)).unwrap() + 1;
        let fits = taken + quantity <= stock;
        assert_eq!(takes(store, number, &[(tea(), quantity)]).await.is_ok(), fits, "order {number}");
        if fits {
            orders.insert(number, (quantity, OrderStatus::Pending));
            (taken, open) = (taken + quantity, open + quantity);
        }
        for (number, (quantity, status)) in &mut orders {
            let next = match (*status, draw(8)) {
                (OrderStatus::Pending, 0) => OrderStatus::Paid,
                (OrderStatus::Pending, 1) => OrderStatus::Expired,
                (OrderStatus::Pending, 2) => OrderStatus::Canceled,
                (OrderStatus::Expired | OrderStatus::Canceled, 0) => OrderStatus::Paid,
                (OrderStatus::Paid, 0) => OrderStatus::Refunded,
                _ => continue,
            };
            match (*status, next) {
                (OrderStatus::Pending, OrderStatus::Paid) => open -= *quantity,
                (OrderStatus::Pending, _) => (taken, open) = (taken - *quantity, open - *quantity),
                (_, OrderStatus::Paid) => taken += *quantity,
                _ => {}
            }
            *status = next;
            becomes(store, &OrderId::from_random([*number; 16]), next).await;
        }
        if draw(10) == 0 {
            (stock, taken) = (stock + 1, open);
            supply(store, tea(), stock, "").await;
        }
        assert_eq!(store.left(&tea()).await.unwrap(), (stock - taken).max(0), "after order {number}");
    }
    assert_eq!(store.miscounted().await.unwrap(), []);
}

//! Places, and the orders that are made at them.

use merchant::order_record::References;
use merchant::places::{Place, PlaceId};
use merchant::store::{Filter, IdempotencyRecord, NewRecord, Store, StoreError};
use protocol::{Channel, Order, OrderId};

use super::{NOW, attempt, attempted, order};

fn place(number: u8, name: &str) -> Place {
    let id = PlaceId::from_random([number; 16]);
    Place { id, name: name.to_owned(), items: vec!["tea".to_owned()], created_at: NOW, by: "key_1".to_owned(), closed_at: None }
}

/// An order of that number at a place, by the shop or by a shopper.
async fn made_at(store: &Store, number: u8, place: &Place, channel: Channel) -> Order {
    let payment = attempted(number, "wechat_pay", NOW);
    let order = Order { channel, ..order(number, &payment, NOW) };
    let told = merchant::places::AtPlace { id: place.id.clone(), name: place.name.clone() };
    let references = References { place: Some(told), ..References::default() };
    let new = NewRecord { payment: Some(&payment), ..NewRecord::of(&order, &references) };
    store.create(new, &attempt(&number.to_string()), NOW).await.unwrap();
    order
}

async fn waiting(store: &Store, place: &Place, now: i64) -> Vec<OrderId> {
    store.to_pay_at(&place.id, now, 10).await.unwrap().into_iter().map(|order| order.id).collect()
}

pub async fn an_order_keeps_its_place_and_the_shops_own_waits_there_until_it_is_paid(store: &Store) {
    let (here, there) = (place(1, "桌 7"), place(2, "Table 8"));
    let bill = made_at(store, 1, &here, Channel::Shop).await;
    let cart = made_at(store, 2, &here, Channel::Cart).await;
    made_at(store, 3, &there, Channel::Shop).await;
    let record = store.record(&cart.id).await.unwrap();
    assert_eq!(record.references.place.map(|place| (place.id, place.name)), Some((here.id.clone(), "桌 7".to_owned())));
    let filter = Filter { place: Some(here.id.clone()), limit: 10, ..Filter::default() };
    let mut listed: Vec<OrderId> = store.list(&filter).await.unwrap().into_iter().map(|listed| listed.order.id).collect();
    listed.sort();
    assert_eq!(listed, [bill.id.clone(), cart.id.clone()]);

    assert_eq!(waiting(store, &here, NOW).await, std::slice::from_ref(&bill.id));
    assert_eq!(waiting(store, &here, bill.expires_at).await, [], "its time is over");
    store.change(&bill.id, NOW, |record| record.cancel()).await.unwrap();
    assert_eq!(waiting(store, &here, NOW).await, []);
    assert_eq!(waiting(store, &there, NOW).await.len(), 1);
}

pub async fn a_place_is_made_once_and_found_by_its_name_until_it_is_closed(store: &Store) {
    let (first, again) = (place(1, "桌 7"), place(2, "桌 7"));
    let key = |digest: &str| IdempotencyRecord { digest: digest.to_owned(), ..attempt("place") };
    assert_eq!(store.make_place(&first, &key("one")).await.unwrap(), first.id);
    assert_eq!(store.make_place(&again, &key("one")).await.unwrap(), first.id);
    assert!(matches!(store.make_place(&again, &key("other")).await, Err(StoreError::KeyUsed)));
    assert_eq!(store.place(&first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.place(&again.id).await.unwrap(), None);
    assert_eq!(store.places_named("桌 7", 5).await.unwrap(), std::slice::from_ref(&first));
    for number in 3..6 {
        let later = Place { created_at: NOW + i64::from(number), ..place(number, "other") };
        store.make_place(&later, &IdempotencyRecord { key: number.to_string(), ..key("one") }).await.unwrap();
    }
    let page = store.places(None, 3).await.unwrap();
    let last = page.last().unwrap();
    let rest = store.places(Some((last.created_at, last.id.as_str())), 3).await.unwrap();
    assert_eq!((page.len(), rest.as_slice()), (3, std::slice::from_ref(&first)));
    for now in [NOW + 9, NOW + 10] {
        store.close_place(&first.id, now).await.unwrap();
    }
    assert_eq!(store.place(&first.id).await.unwrap().unwrap().closed_at, Some(NOW + 9));
    assert_eq!(store.places_named("桌 7", 5).await.unwrap(), []);
}

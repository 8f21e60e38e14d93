//! Who is logged in on the pages for staff, the two sides of a counter, and what its key has sold.

use futures_util::future::join_all;
use merchant::order_record::References;
use merchant::store::{NewRecord, PinGuess, Store};

use super::keys::key;
use super::{NOW, attempt, attempted, made, order};

/// A session of a key of its own.
async fn session(store: &Store) {
    store.add_api_key(&key("key_1"), "hash").await.unwrap();
    store.keep_staff_session("session", "key_1", NOW, NOW + 100).await.unwrap();
}

pub async fn a_pin_is_chosen_once_and_of_many_guesses_at_once_only_so_many_are_heard(store: &Store) {
    session(store).await;
    let order = made(store, 1, "wechat_pay", NOW).await;
    assert!(!store.face("session", &order.id).await.unwrap(), "nothing would lead back");
    assert_eq!(store.guess_pin("session", "right", 5).await.unwrap(), PinGuess::Over);
    assert!(store.choose_pin("session", "right").await.unwrap());
    assert!(!store.choose_pin("session", "other").await.unwrap());
    assert!(store.face("session", &order.id).await.unwrap());
    let known = store.staff_session("session", NOW).await.unwrap().unwrap();
    assert_eq!((known.faces, known.pin.as_deref(), known.key.id.as_str()), (Some(order.id.clone()), Some("right"), "key_1"));
    assert_eq!(store.guess_pin("session", "wrong", 5).await.unwrap(), PinGuess::Wrong(4));
    assert_eq!(store.guess_pin("session", "right", 5).await.unwrap(), PinGuess::Right);
    assert_eq!(store.staff_session("session", NOW).await.unwrap().unwrap().faces, None);
    // The right one begins the count anew.
    let guesses = join_all((0..20).map(|_| store.guess_pin("session", "wrong", 5))).await;
    let wrong = guesses.into_iter().filter(|guess| matches!(guess.as_ref().unwrap(), PinGuess::Wrong(_))).count();
    assert_eq!((wrong, store.staff_session("session", NOW).await.unwrap()), (4, None));
    assert_eq!(store.guess_pin("session", "right", 5).await.unwrap(), PinGuess::Over);
}

pub async fn a_session_dies_with_its_key_or_in_its_time(store: &Store) {
    session(store).await;
    store.keep_staff_session("short", "key_1", NOW, NOW + 1).await.unwrap();
    assert!(store.staff_session("short", NOW).await.unwrap().is_some());
    assert_eq!(store.staff_session("short", NOW + 1).await.unwrap(), None);
    assert_eq!(store.staff_session("other", NOW).await.unwrap(), None);
    assert!(store.revoke_api_key("key_1", NOW).await.unwrap());
    assert_eq!(store.staff_session("session", NOW).await.unwrap(), None);
}

pub async fn a_key_knows_what_it_has_sold(store: &Store) {
    let references = References::default();
    for (number, by, at) in [(1, Some("key_1"), NOW), (2, Some("key_1"), NOW + 60), (3, Some("key_2"), NOW), (4, None, NOW)] {
        let payment = attempted(number, "wechat_pay", at);
        let order = order(number, &payment, at);
        let new = NewRecord { payment: Some(&payment), by, ..NewRecord::of(&order, &references) };
        store.create(new, &attempt(&number.to_string()), at).await.unwrap();
    }
    let sold = async |since, most| {
        let orders = store.orders_made_by("key_1", since, most).await.unwrap();
        orders.iter().map(|(at, order)| (*at, order.id.as_str().to_owned())).collect::<Vec<_>>()
    };
    let ids: Vec<String> = (1..=3).map(|number| protocol::OrderId::from_random([number; 16]).as_str().to_owned()).collect();
    assert_eq!(sold(NOW, 9).await, [(NOW + 60, ids[1].clone()), (NOW, ids[0].clone())]);
    assert_eq!(sold(NOW + 1, 9).await, [(NOW + 60, ids[1].clone())]);
    assert_eq!(sold(NOW, 1).await, [(NOW + 60, ids[1].clone())]);
    let made = async |number| store.has_made("key_1", &protocol::OrderId::from_random([number; 16])).await.unwrap();
    assert_eq!((made(1).await, made(3).await, made(4).await, made(9).await), (true, false, false, false));
}

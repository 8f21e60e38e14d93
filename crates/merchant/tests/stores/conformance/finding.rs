//! What every store must do for whoever looks for orders, or counts them.

use merchant::store::{Filter, Store};
use protocol::{Currency, Method, OrderId, OrderStatus};

use super::made::{NOW, code, made};

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

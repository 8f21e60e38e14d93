//! Two nodes on one database sell what there are only so many of.

use std::sync::Arc;

use protocol::{Expected, OrderStatus};

use crate::server::Postgres;
use crate::support::{SHOP_CATALOG, Shop, item, key, nonce};

/// Two backends with the same catalog, which has ten teas.
pub async fn two_nodes() -> [Arc<Shop>; 2] {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let catalog = SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 10", 1);
    let shared = |config: String| {
        let (before, after) = config.split_once("[store]\n").unwrap();
        let (_, after) = after.split_once('\n').unwrap();
        format!("{before}[store]\nurl = \"{address}\"\n{after}")
    };
    let first = Shop::open_as(&catalog, shared).await;
    [Arc::new(first), Arc::new(Shop::open_as(&catalog, shared).await)]
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_shoppers_at_two_nodes_exactly_ten_get_one_of_the_last_ten() {
    let nodes = two_nodes().await;
    let expected = Expected::of(&nodes[0].quote(&[item("tea", 1)]).await);
    let shoppers = (0..40).map(|number| {
        let node = Arc::clone(&nodes[number % 2]);
        tokio::spawn(async move {
            let told = node.ask(&node.wish_at(&[item("tea", 1)], expected, key())).await;
            (told.status, serde_json::from_slice::<serde_json::Value>(&told.bytes).unwrap())
        })
    });
    let mut sold = Vec::new();
    for shopper in shoppers.collect::<Vec<_>>() {
        let (status, body) = shopper.await.unwrap();
        if status == 201 {
            sold.push(protocol::OrderId::parse(body["id"].as_str().unwrap()).unwrap());
        } else {
            assert_eq!((status, &body["code"]), (409, &"out-of-stock".into()));
        }
    }
    assert_eq!(sold.len(), 10);
    let store = nodes[1].merchant().store();
    store.change(&sold[0], nodes[0].now(), |account| account.cancel()).await.unwrap();
    assert_eq!(store.order(&sold[0]).await.unwrap().status, OrderStatus::Canceled);
    let told = nodes[0].ask(&nodes[0].backend.quote(&[item("tea", 1)], "en", nonce())).await;
    assert_eq!(told.status, 200, "what came back at one node is for sale at the other");
}

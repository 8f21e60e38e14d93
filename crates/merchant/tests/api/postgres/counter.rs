//! A counter on one of two nodes: its key is revoked on the other, and its day is in the database of both.

use serde_json::json;
use testing::Postgres;
use testing::backend::Shop;
use testing::backend::shop::SHOP_CATALOG;

use super::two_nodes::on;
use crate::counter::{Counter, paid, sale};
use crate::staff::with_staff;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_revoked_on_another_node_closes_the_counter_here() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let node = async || Shop::open_as(SHOP_CATALOG, |config| with_staff(on(&address, config))).await;
    let (here, there) = (node().await, node().await);
    let counter = Counter::open(&here, Some(1_000)).await;
    let order = counter.sell(sale("a", 1_250)).await;
    paid(&here, &order).await;
    counter.turn_back().await;
    let (_, told) = counter.get("/staff/counter/closing").await;
    assert_eq!((&told["rows"][0]["sales"], &told["rows"][0]["orders"]), (&json!(1_250), &json!(1)), "{told}");
    let (held, revoked) =
        tokio::join!(counter.get("/staff/watch?faces="), there.merchant().store().revoke_api_key(&counter.key, there.now()));
    assert_eq!((held.0, revoked.unwrap()), (401, true));
}

//! Two nodes on one database sell what there are only so many of.

use std::convert::Infallible;
use std::sync::Arc;

use protocol::{Digest, OrderStatus};
use sqlx::{Connection as _, Executor as _, PgConnection};
use testing::Postgres;
use testing::backend::{SHOP_CATALOG, Shop, item, key, nonce};

/// Two backends with the same catalog, which has ten teas.
pub async fn two_nodes() -> [Arc<Shop>; 2] {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    [Arc::new(node(&address).await), Arc::new(node(&address).await)]
}

/// A backend on that database.
pub async fn node(address: &str) -> Shop {
    let catalog = SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 10", 1);
    // A price names its pictures, and these nodes have a public address each.
    let catalog = catalog.replacen("/shop/tea.svg", "https://shop.example/tea.svg", 1);
    Shop::open_as(&catalog, |config| on(address, config)).await
}

/// A configuration whose records are in that database.
pub fn on(address: &str, config: String) -> String {
    let (before, after) = config.split_once("[store]\n").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    format!("{before}[store]\nurl = \"{address}\"\n{after}")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_shoppers_at_two_nodes_exactly_ten_get_one_of_the_last_ten() {
    let nodes = two_nodes().await;
    let agreed = nodes[0].quote(&[item("tea", 1)]).await.price.digest();
    let shoppers = (0..40).map(|number| {
        let node = Arc::clone(&nodes[number % 2]);
        tokio::spawn(async move {
            let told = node.ask(&node.wish_at(&[item("tea", 1)], agreed, key())).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_database_became_a_standby_is_not_ready_although_it_answers_reads() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let shop = node(&address).await;
    let order = shop.order_tea().await.id;
    let mut somebody = PgConnection::connect(&address).await.unwrap();
    // What a standby refuses, too: its transactions are only to be read.
    let freeze = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$";
    somebody.execute(freeze).await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    somebody.execute(cut).await.unwrap();
    let ready = shop.client.get(shop.url("/readyz")).send().await.unwrap();
    assert_eq!((ready.status().as_u16(), ready.text().await.unwrap()), (503, "store\n".to_owned()));
    assert_eq!(shop.ask(&shop.backend.order(&order, 0, 0, nonce())).await.status, 200);
    assert_eq!(shop.client.get(shop.url("/healthz")).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_wishes_about_one_order_wait_for_each_other_and_never_fail() {
    let [one, other] = two_nodes().await;
    for round in 0..8 {
        let order = one.order_tea().await;
        let wish = |node: &Arc<Shop>, name: &str| {
            let (node, id) = (Arc::clone(node), order.id.clone());
            let (key, target) = (format!("{name}{round}"), "POST /test".to_owned());
            let attempt = merchant::store::IdempotencyRecord { key, target, digest: String::new() };
            tokio::spawn(async move {
                let change = |account: &mut merchant::order_record::OrderRecord| -> Result<(), Infallible> {
                    account.follow_code_came(attempt.key.clone());
                    Ok(())
                };
                node.merchant().store().change_once(&id, &attempt, 0, change).await.map(drop)
            })
        };
        for done in [wish(&one, "a"), wish(&other, "b"), wish(&one, "c"), wish(&other, "d")] {
            done.await.unwrap().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_another_node_has_looked_at_meanwhile_is_not_asked_about_again() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let shop = Arc::new(node(&address).await);
    let order = shop.order_tea().await.id;
    shop.advance(10);
    // The other node works on that order,
    let mut other = PgConnection::connect(&address).await.unwrap();
    let turn = i64::from_be_bytes(*Digest::of(order.as_str().as_bytes()).as_bytes().first_chunk().unwrap());
    sqlx::query("SELECT pg_advisory_lock($1)").bind(turn).execute(&mut other).await.unwrap();
    let round = {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.merchant().reconcile().await.unwrap() })
    };
    let next = "SELECT next_check_at FROM payments";
    while sqlx::query_scalar::<_, i64>(next).fetch_one(&mut other).await.unwrap() != shop.now() + 30 {
        tokio::task::yield_now().await;
    }
    // has asked about its payment and said when to do so again,
    other.execute("UPDATE payments SET next_check_at = next_check_at + 1").await.unwrap();
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(turn).execute(&mut other).await.unwrap();
    // and the first one finds nothing left to do when its turn comes.
    round.await.unwrap();
    assert_eq!(shop.provider.calls("query"), 0);
    shop.advance(31);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.provider.calls("query"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_different_bodies_under_one_key_at_two_nodes_at_once_one_counts_at_every_door() {
    crate::differing::at_every_door(&two_nodes().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_at_any_door_of_a_node_is_never_our_fault() {
    crate::garbage::is_never_our_fault(&two_nodes().await[0]).await;
}

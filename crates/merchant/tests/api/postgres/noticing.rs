//! Two nodes on one database tell the merchant of a thing once.

use std::sync::Arc;

use super::two_nodes::on;
use testing::Postgres;
use testing::backend::post::{ASKING_CATALOG, paid};
use testing::backend::{Groups, Shop};

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_tell_the_merchant_of_a_thing_once() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let groups = Groups::open(1_800_000_000);
    let section = groups.section(&["wecom", "dingtalk", "slack"], "summary = \"00:00\"");
    let node = async || Arc::new(Shop::open_as(ASKING_CATALOG, |config| on(&address, config) + &section).await);
    let nodes = [node().await, node().await];
    paid(&nodes[0], "en", "lin@example.org", "").await;
    paid(&nodes[1], "en", "lin@example.org", "").await;
    let tells = (0..8).map(|number| {
        let node = Arc::clone(&nodes[number % 2]);
        tokio::spawn(async move { node.merchant().tell_merchant().await.unwrap() })
    });
    for told in tells.collect::<Vec<_>>() {
        told.await.unwrap();
    }
    let posted = groups.robots.posted();
    for robot in ["wecom", "dingtalk", "slack"] {
        let told = |what: &str| posted.iter().filter(|one| one.robot == robot && one.text.contains(what)).count();
        assert_eq!((told("2 orders paid: CNY 272.00"), told("2027-01-15: ")), (1, 1), "{robot}: {posted:#?}");
    }
    assert_eq!(posted.len(), 6, "{posted:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_way_that_is_gone_ends_and_is_forgotten_with_the_rest() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    crate::forgetting::ends_and_is_forgotten(move |config| on(&address, config)).await;
}

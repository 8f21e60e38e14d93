//! Two nodes that hear the same wish at once ask the provider for one code: a second one would kill the first at the provider's.

use std::sync::Arc;

use super::two_nodes::two_nodes;
use testing::backend::{item, key};

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_comes_to_two_nodes_at_once_makes_one_order_with_one_code() {
    let nodes = two_nodes().await;
    let agreed = nodes[0].quote(&[item("tea", 1)]).await.price.digest();
    let wishes = (0..8).map(|_| {
        let (one, other, key) = (Arc::clone(&nodes[0]), Arc::clone(&nodes[1]), key());
        tokio::spawn(async move {
            let wish = async |node: &testing::backend::Shop| node.order(&node.wish_at(&[item("tea", 1)], agreed, key.clone())).await;
            let ((_, one), (_, other)) = tokio::join!(wish(&one), wish(&other));
            (one.payment.unwrap(), other.payment.unwrap())
        })
    });
    for wish in wishes.collect::<Vec<_>>() {
        let (one, other) = wish.await.unwrap();
        assert!(one.payload.is_some());
        assert_eq!(one, other);
    }
    // Each node has a provider of its own here, so that both are counted.
    assert_eq!(nodes.iter().map(|node| node.provider.calls("create")).sum::<usize>(), 8);
}

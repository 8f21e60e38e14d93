//! A copy made while orders come in holds every order that was answered before.

use merchant::Store;
use protocol::OrderId;

use super::conformance::made;
use testing::Folder;

/// The bytes of an id.
fn id(number: u8) -> OrderId {
    OrderId::from_random([number; 16])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_while_orders_come_in_holds_every_order_answered_before() {
    let folder = Folder::new("merchant");
    let store = Store::open(&folder.path().join("records.sqlite")).await.unwrap().sealing(testing::details::sealer());
    for number in 1..=20 {
        made(&store, number, "wechat_pay", 1_800_000_000).await;
    }
    let more = {
        let store = store.clone();
        tokio::spawn(async move {
            for number in 21..=60 {
                made(&store, number, "wechat_pay", 1_800_000_000).await;
            }
        })
    };
    let copy = folder.path().join("copy.sqlite");
    assert!(store.back_up(&copy).await.unwrap());
    more.await.unwrap();
    assert!(store.back_up(&copy).await.is_err(), "a copy is never written over");
    let restored = Store::open(&copy).await.unwrap().sealing(testing::details::sealer());
    for number in 1..=20 {
        assert_eq!(restored.record(&id(number)).await.unwrap(), store.record(&id(number)).await.unwrap());
    }
    // It is whole and goes on.
    made(&restored, 99, "wechat_pay", 1_800_000_000).await;
    assert!(store.record(&id(60)).await.is_ok());
}

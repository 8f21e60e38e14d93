//! What names a person, where nodes share the records: each has the keys of all, and each remembers what was erased.

use merchant::api_keys::Scope;
use merchant::sealed::SealedKind;
use testing::Postgres;
use testing::backend::shop::configuration;
use testing::backend::text;

use super::two_nodes::{node, on};
use crate::operating::run;
use crate::sealed::told;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_at_one_node_is_remembered_beside_the_key_of_every_node() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let (one, other) = (node(&address).await, node(&address).await);
    let order = told(&one, true).await;
    let seen = other.merchant().store().record(&order.id).await.unwrap();
    assert!(seen.follower.is_some(), "what one seals the other opens");
    let key = one.key(&[Scope::Contact]).await;
    assert_eq!(one.call(&key, "POST", &format!("orders/{}/details/erase", order.id), None).await.json()["erased"], 6);
    other.merchant().tend_details().await.unwrap();
    for shop in [&one, &other] {
        let remembered = std::fs::read_to_string(shop.folder.path().join("details.keys.erased")).unwrap();
        assert_eq!(remembered, format!("{} {}\n", order.id, one.now()));
    }
    let kept = told(&one, true).await;
    for days in [89, 2] {
        let there = other.merchant().store().detail(&kept.id, SealedKind::Answers, "").await.unwrap();
        assert!(there.is_some(), "{days}");
        other.advance(days * 86_400);
        other.merchant().tend_details().await.unwrap();
    }
    assert_eq!(one.merchant().store().detail(&kept.id, SealedKind::Answers, "").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lacks_the_key_of_another_does_not_start() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let one = node(&address).await;
    let config = on(&address, configuration(&one.folder, "http://127.0.0.1:1", &one.provider.settings_url()));
    let config = config.replace("details.keys", "other.keys");
    one.folder.write("other.keys", "dk_other:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\n");
    let file = one.folder.write("other.toml", config);
    let refused = tokio::task::spawn_blocking(move || run(&["serve", "--config", file.to_str().unwrap()])).await.unwrap();
    let told = text(&refused.stderr);
    assert!(told.starts_with("details.key_file: ") && told.contains("the records need the key dk_test"), "{told}");
    assert_eq!(refused.status.code(), Some(1));
}

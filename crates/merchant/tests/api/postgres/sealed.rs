//! What names a person, where nodes share the records: each has the keys of all, and each remembers what was erased.

use std::sync::Arc;

use merchant::api_keys::Scope;
use merchant::sealed::{MasterKeys, SealedKind, Sealer};
use testing::Postgres;
use testing::backend::shop::configuration;
use testing::backend::{Shop, text};
use testing::details::DETAILS_KEY;

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

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sealed_anew_while_one_of_the_nodes_lacks_the_new_key() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let (mut one, mut other) = (node(&address).await, node(&address).await);
    let order = told(&one, true).await;
    let keys = format!("dk_next:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\n{DETAILS_KEY}");
    let rotate = async |shop: &Shop| {
        let config = on(&address, configuration(&shop.folder, "http://127.0.0.1:1", &shop.provider.settings_url()));
        let file = shop.folder.write("merchant.toml", config);
        tokio::task::spawn_blocking(move || run(&["details", "rotate", "--config", file.to_str().unwrap()])).await.unwrap()
    };
    for shop in [&mut one, &mut other] {
        shop.folder.write("details.keys", &keys);
        let refused = rotate(shop).await;
        let said = text(&refused.stderr);
        assert!(said.starts_with("a server at work seals by the key dk_test and not by dk_next"), "{said}");
        assert_eq!(refused.status.code(), Some(1));
        shop.close().await;
        shop.open_again_with(|config| on(&address, config)).await;
    }
    let done = rotate(&one).await;
    assert!(done.status.success(), "{}", text(&done.stderr));
    for shop in [&one, &other] {
        let answers = shop.merchant().store().detail(&order.id, SealedKind::Answers, "").await.unwrap();
        assert!(answers.is_some(), "what was sealed anew opens everywhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_kept_for_the_node_that_seals_by_it_and_a_node_that_is_gone_is_waited_for_no_longer_than_that() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let one = node(&address).await;
    let keys = format!("dk_next:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\n{DETAILS_KEY}");
    let store = one.merchant().store().clone().sealing(Arc::new(Sealer::new(MasterKeys::parse(&keys).unwrap())));
    assert_eq!(store.forget_keys(one.now()).await.unwrap(), ["dk_test"], "no record needs it, and a node does");
    assert!(store.begin_rotation(one.now() + 100).await.is_err());
    store.begin_rotation(one.now() + 200).await.unwrap();
    assert_eq!(store.forget_keys(one.now() + 200).await.unwrap(), [] as [String; 0]);
}

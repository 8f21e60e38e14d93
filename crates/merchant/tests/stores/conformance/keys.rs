//! What every store must do for keys of the admin API, tokens of providers, and notes of what was done.

use std::collections::BTreeSet;

use merchant::store::{ApiKey, Store};
use protocol::{Currency, Money};

use super::made::{NOW, made};

pub async fn one_of_many_gets_a_token_and_all_use_it(store: &Store) {
    assert_eq!(store.token("t", NOW).await.unwrap(), None);
    let tries = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.lease_token("t", NOW, NOW + 15).await.unwrap() })
    });
    let mut won = 0;
    for lease in tries.collect::<Vec<_>>() {
        won += i32::from(lease.await.unwrap());
    }
    assert_eq!(won, 1);
    assert!(store.lease_token("t", NOW + 15, NOW + 30).await.unwrap(), "whoever died leaves it to another");
    store.keep_token("t", "value", NOW + 7_200).await.unwrap();
    assert_eq!(store.token("t", NOW + 7_200).await.unwrap().as_deref(), Some("value"));
    assert_eq!(store.token("t", NOW + 7_201).await.unwrap(), None);
    assert!(store.lease_token("t", NOW + 15, NOW + 45).await.unwrap());
    store.give_lease_back("t", NOW + 30).await.unwrap();
    assert!(!store.lease_token("t", NOW + 16, NOW + 46).await.unwrap(), "nobody gives another's lease back");
    store.give_lease_back("t", NOW + 45).await.unwrap();
    assert!(store.lease_token("t", NOW + 16, NOW + 46).await.unwrap());
    store.drop_token("t", "an older one").await.unwrap();
    assert!(store.token("t", NOW).await.unwrap().is_some());
    store.drop_token("t", "value").await.unwrap();
    assert_eq!(store.token("t", NOW).await.unwrap(), None);
}

pub async fn what_was_done_is_found_by_its_beginning_and_since_when_it_is_to_be_done(store: &Store) {
    for (name, value) in [("bill a 2026-01-01", "done"), ("bill a 2026-01-02", ""), ("bill b 2026-01-01", "done"), ("bill_a 2026", "done")]
    {
        assert!(store.lease_token(name, NOW, NOW + 15).await.unwrap());
        store.keep_token(name, value, i64::MAX).await.unwrap();
    }
    assert_eq!(store.tokens_of("bill a ", "done").await.unwrap(), BTreeSet::from(["2026-01-01".to_owned()]));
    assert_eq!(store.first_payment_at("wechat_pay").await.unwrap(), None);
    made(store, 2, "wechat_pay", NOW + 9).await;
    made(store, 1, "wechat_pay", NOW).await;
    assert_eq!(store.first_payment_at("wechat_pay").await.unwrap(), Some(NOW));
    assert_eq!(store.first_payment_at("pix").await.unwrap(), None);
}

/// A key with that id.
pub(super) fn key(id: &str) -> ApiKey {
    ApiKey {
        id: id.to_owned(),
        name: "shop".to_owned(),
        scopes: "read orders refunds".to_owned(),
        role: Some("cashier".to_owned()),
        created_at: NOW,
        expires_at: Some(NOW + 9),
        refund_limit: Some(Money { amount: 50_000, currency: Currency::parse("EUR").unwrap() }),
        revoked_at: None,
    }
}

pub async fn keys_are_found_by_hash_until_they_are_revoked(store: &Store) {
    let key = key("key_1");
    store.add_api_key(&key, "hash").await.unwrap();
    assert_eq!(store.api_key("hash").await.unwrap(), Some(key));
    assert_eq!(store.api_key("other").await.unwrap(), None);
    assert!(store.revoke_api_key("key_1", NOW + 1).await.unwrap());
    assert!(!store.revoke_api_key("key_1", NOW + 2).await.unwrap());
    assert_eq!(store.api_key("hash").await.unwrap(), None);
    assert_eq!(store.api_keys().await.unwrap()[0].revoked_at, Some(NOW + 1));
}

//! What an order gives once its money, or some of it, is back: nothing any more.

use merchant::api_keys::Scope;
use protocol::OwnerKey;
use serde_json::{Value, json};
use testing::backend::{Shop, text};

use crate::giving::{CATALOG, GUIDE, download, load, open, ordered, owner_key, pay, sold};

#[tokio::test]
async fn a_file_is_loaded_so_often_and_not_after_its_money_went_back() {
    let shop = Shop::open_as("currency = \"CNY\"\n", |config| config + "[downloads]\nmost = 2\n").await;
    shop.folder.write("guide é.pdf", text(GUIDE));
    shop.folder.write("catalog.toml", CATALOG);
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    let order = sold(&shop, &[("guide", 1)]).await;
    let owner = owner_key(&shop, &order).await;
    let url = download(&shop, &order, &owner, "guide").await.1["url"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        assert_eq!(load(&shop, &url, &[]).await.status().as_u16(), 200);
    }
    let rest = load(&shop, &url, &[("range", "bytes=30-")]).await;
    assert_eq!(rest.status().as_u16(), 206, "what is left of what was counted is theirs");
    let refused = load(&shop, &url, &[]).await;
    assert_eq!(refused.status().as_u16(), 403);
    assert!(refused.text().await.unwrap().contains("as often as it may be"));
    let (status, told) = download(&shop, &order, &owner, "guide").await;
    assert_eq!((status, &told["code"]), (409, &json!("download-used-up")));

    let other = sold(&shop, &[("guide", 1)]).await;
    let owner = owner_key(&shop, &other).await;
    let url = download(&shop, &other, &owner, "guide").await.1["url"].as_str().unwrap().to_owned();
    // It is taken off the disk: the shopper is told to come again, and a person is, once.
    let file = shop.folder.path().join("guide é.pdf");
    std::fs::remove_file(&file).unwrap();
    for _ in 0..2 {
        assert_eq!(load(&shop, &url, &[]).await.status().as_u16(), 503);
        let (status, told) = download(&shop, &other, &owner, "guide").await;
        assert_eq!((status, &told["code"]), (409, &json!("download-missing")));
    }
    let figures = shop.call(&shop.key(&[Scope::Read]).await, "GET", "../../metrics", None).await.text;
    assert!(figures.contains("alarm_lines_total{kind=\"file-missing\"} 1\n"), "{figures}");
    assert_eq!(shop.look(&other.id).await.status.as_str(), "paid", "the order is as it was");
    std::fs::write(&file, GUIDE).unwrap();
    assert_eq!(load(&shop, &url, &[]).await.status().as_u16(), 200);
    let admin = shop.key(&Scope::ALL).await;
    let refund = json!({ "amount": other.amount, "by_hand": true });
    assert_eq!(shop.call(&admin, "POST", &format!("orders/{}/refunds", other.id), Some(("r", refund))).await.status, 201);
    assert_eq!(load(&shop, &url, &[("accept-language", "ja")]).await.status().as_u16(), 410);
    assert_eq!(download(&shop, &other, &owner, "guide").await.1["code"], "download-gone");
}

#[tokio::test]
async fn a_thing_whose_money_is_back_gives_nothing_any_more_and_the_others_do() {
    let shop = open().await;
    let order = ordered(&shop, &[("guide", 1), ("app", 1), ("plugin", 2), ("seat", 1)]).await;
    let owner = OwnerKey::from_random([7; 16]);
    shop.merchant().store().add_owner_key(&order.id, owner.digest(), 0).await.unwrap();
    pay(&shop, &order).await;
    let url = download(&shop, &order, owner.as_str(), "guide").await.1["url"].as_str().unwrap().to_owned();
    let admin = shop.key(&Scope::ALL).await;
    let back = async |once: &str, wish: Value| {
        assert_eq!(shop.call(&admin, "POST", &format!("orders/{}/refunds", order.id), Some((once, wish))).await.status, 201);
        (shop.look(&order.id).await.seq, shop.open_order(&order, &owner).await.unwrap())
    };
    let line = |sku: &str| json!({ "lines": [{ "sku": sku, "quantity": 1 }], "by_hand": true });
    let (first, opened) = back("a", json!({ "amount": 100, "by_hand": true })).await;
    assert_eq!((opened.downloads.len(), opened.licence_keys.len()), (1, 2), "of which thing it is, an amount does not say");
    let (second, opened) = back("b", line("guide")).await;
    assert!(second > first, "an open page asks anew, although the order is partly refunded as before");
    assert_eq!((opened.downloads.len(), opened.licence_keys.len(), opened.tickets[0].state.as_str()), (0, 2, "good"));
    assert_eq!(download(&shop, &order, owner.as_str(), "guide").await.1["code"], "download-gone");
    assert_eq!(load(&shop, &url, &[]).await.status().as_u16(), 410, "nor by an address of before");
    let (third, opened) = back("c", line("app")).await;
    assert!(third > second);
    assert_eq!(opened.licence_keys.iter().map(|keys| (keys.sku.as_str(), keys.owed)).collect::<Vec<_>>(), [("plugin", 2)]);
    // One piece of two that are owed: the other one still is, and nothing is owed of what is returned.
    let (_, opened) = back("d", line("plugin")).await;
    assert_eq!(opened.licence_keys[0].owed, 1);
    let (_, opened) = back("e", line("plugin")).await;
    assert!(opened.licence_keys.is_empty());
    assert_eq!(shop.merchant().store().attention(&order.id).await.unwrap(), [], "nobody has to add keys for it");
    let more = json!({ "sku": "plugin", "keys": ["PLUG-1"] });
    assert_eq!(shop.call(&admin, "POST", "licence-keys", Some(("k", more))).await.json()["given"], 0);
    let (_, opened) = back("f", line("seat")).await;
    assert_eq!(opened.tickets[0].state, "refunded");
}

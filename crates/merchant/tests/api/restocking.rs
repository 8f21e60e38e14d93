//! The catalog's file changes while the shop is open.

use testing::backend::{SHOP_CATALOG, Shop, item, key, nonce};

/// Writes the catalog's file anew and answers what is wrong with it.
async fn rewrite(shop: &Shop, catalog: &str) -> Option<String> {
    shop.folder.write("catalog.toml", catalog);
    shop.merchant().look_at_catalog().await
}

#[tokio::test]
async fn a_changed_file_sells_at_its_prices_and_orders_that_exist_keep_theirs() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let agreed = shop.quote(&[item("tea", 1)]).await.price.digest();
    assert_eq!(rewrite(&shop, &SHOP_CATALOG.replacen("6800", "7000", 1)).await, None);
    let told = shop.ask(&shop.wish_at(&[item("tea", 1)], agreed, key())).await;
    let body: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
    let price: serde_json::Value = serde_json::from_str(body["quote"]["price"].as_str().unwrap()).unwrap();
    assert_eq!((told.status, &body["code"], &price["total"]), (409, &"price-changed".into(), &8200.into()));
    assert_eq!(shop.look(&order.id).await.amount, 8000);
}

#[tokio::test]
async fn a_bad_file_names_its_line_and_sells_nothing_new() {
    let shop = Shop::open().await;
    let fault = rewrite(&shop, &SHOP_CATALOG.replacen("1201", "12.01", 1)).await.unwrap();
    assert!(fault.contains("catalog.toml: line 11 (price = 12.01)"), "{fault}");
    assert_eq!(shop.quote(&[item("cup", 1)]).await.price.subtotal, 1201);
    std::fs::remove_file(shop.folder.path().join("catalog.toml")).unwrap();
    assert!(shop.merchant().look_at_catalog().await.unwrap().contains("catalog.toml: No such file"));
    assert_eq!(shop.quote(&[item("cup", 1)]).await.price.subtotal, 1201);
    assert_eq!(rewrite(&shop, &SHOP_CATALOG.replacen("1201", "1202", 1)).await, None, "a good file heals it");
    assert_eq!(shop.quote(&[item("cup", 1)]).await.price.subtotal, 1202);
}

#[tokio::test]
async fn a_new_number_in_stock_is_counted_anew_and_the_same_file_is_not_after_a_restart() {
    let stocked = |number: &str| SHOP_CATALOG.replacen("price = 6800", &format!("price = 6800\nstock = {number}"), 1);
    let mut shop = Shop::open_selling(&stocked("2")).await;
    shop.order_tea().await;
    shop.close().await;
    shop.open_again().await;
    let left = async |shop: &Shop| {
        let told = shop.ask(&shop.backend.quote(&[item("tea", 900)], "en", nonce())).await;
        serde_json::from_slice::<serde_json::Value>(&told.bytes).unwrap()["stock"]["left"].clone()
    };
    assert_eq!(left(&shop).await, 1);
    assert_eq!(rewrite(&shop, &stocked("7")).await, None);
    assert_eq!(left(&shop).await, 6, "the open order keeps its piece");
    assert_eq!(rewrite(&shop, SHOP_CATALOG).await, None);
    shop.quote(&[item("tea", 900)]).await;
}

#[tokio::test]
async fn a_change_is_noticed_within_seconds() {
    let shop = Shop::open().await;
    shop.folder.write("catalog.toml", SHOP_CATALOG.replacen("6800", "7000", 1));
    let noticed = async {
        while shop.quote(&[item("tea", 1)]).await.price.subtotal != 7000 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), noticed).await.unwrap();
}

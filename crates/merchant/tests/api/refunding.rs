//! Money that goes back by line, with the pieces.

use merchant::api_keys::Scope;
use merchant::order_record::RefundStatus;
use merchant::store::{Counted, StockItem};
use serde_json::{Value, json};
use testing::backend::{SHOP_CATALOG, Shop, item, key as shop_key};

/// What an order of the shop's costs: 2 × 10.00, 3.33 × 3 and 5.01, less 5.00, plus delivery 4.00 and tax on top; 39.30 in all.
fn wish() -> Value {
    json!({
        "currency": "CNY",
        "lines": [
            { "name": "Pot", "sku": "pot", "unit_price": 1_000, "quantity": 2 },
            { "name": "Cup", "sku": "cup", "unit_price": 333, "quantity": 3 },
            { "name": "Tin", "sku": "tin", "unit_price": 501 },
        ],
        "discounts": [{ "label": "Spring", "amount": 500 }],
        "delivery": { "label": "Post", "amount": 400 },
        "taxes": [{ "label": "VAT", "rate": "15", "amount": 510 }],
        "rounding": 20,
    })
}

const TOTAL: i64 = 3_930;

/// Such an order, paid: where its refunds are asked for.
async fn paid(shop: &Shop, key: &str, wish: Value) -> String {
    let made = shop.call(key, "POST", "orders", Some(("made", wish))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    pay(shop, &made.json()["order"]).await
}

async fn pay(shop: &Shop, order: &Value) -> String {
    let payment = order["payment"]["id"].as_str().unwrap();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, payment)).await, 204);
    format!("orders/{}", order["id"].as_str().unwrap())
}

#[tokio::test]
async fn pieces_go_back_for_what_they_are_worth_and_the_last_one_takes_the_rest() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let order = paid(&shop, &key, wish()).await;
    let refund = async |once: &str, body: Value| shop.call(&key, "POST", &format!("{order}/refunds"), Some((once, body))).await;
    let amount = |told: testing::backend::admin::Told| told.json()["refund"]["amount"].as_i64();
    let one = json!({ "lines": [{ "line": 1, "quantity": 1 }], "by_hand": true });
    let first = amount(refund("one", one.clone()).await).unwrap();
    assert_eq!(amount(refund("one", one).await), Some(first), "the same once more is the same");
    let account = shop.call(&key, "GET", &order, None).await.json();
    let left = &account["lines"];
    assert_eq!((&left[0]["refunded"], &left[1]["refunded"], &left[1]["quantity"]), (&json!(0), &json!(1), &json!(3)));
    assert_eq!(account["refundable"], TOTAL - first);
    // All that the parts are worth is the total.
    let rest: i64 = left.as_array().unwrap().iter().chain([&account["delivery"]]).map(|one| one["left_to_refund"].as_i64().unwrap()).sum();
    assert_eq!(first + rest, TOTAL);
    let all_cups = left[1]["left_to_refund"].as_i64();
    assert_eq!(amount(refund("two", json!({ "lines": [{ "sku": "cup" }], "by_hand": true })).await), all_cups);
    let again = refund("three", json!({ "lines": [{ "line": 1, "quantity": 1 }, { "line": 0, "quantity": 1 }] })).await;
    assert_eq!(again.code(), (409, "refund-too-much".to_owned()));
    let said = "left to return are line 0 (pot): 2 of 2, line 1 (cup): 0 of 3, line 2 (tin): 1 of 1, delivery: 1 of 1";
    assert_eq!(again.json()["detail"], said);
    let post = account["delivery"]["left_to_refund"].as_i64();
    assert_eq!(amount(refund("post", json!({ "delivery": true, "by_hand": true })).await), post);
    assert_eq!(refund("post2", json!({ "delivery": true })).await.code(), (409, "refund-too-much".to_owned()));
    let before = shop.call(&key, "GET", &order, None).await.json()["refundable"].as_i64();
    let last = refund("last", json!({ "lines": [{ "line": 0 }, { "line": 2 }], "by_hand": true })).await;
    assert_eq!(last.json()["order"]["status"], "refunded", "{}", last.text);
    assert_eq!(last.json()["refund"]["amount"].as_i64(), before, "with the rounding");
    assert_eq!(refund("more", json!({ "lines": [{ "line": 0, "quantity": 1 }] })).await.code(), (409, "refund-too-much".to_owned()));
}

#[tokio::test]
async fn money_that_went_back_by_amount_is_the_bound_of_the_lines() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let order = paid(&shop, &key, wish()).await;
    let refund = async |once: &str, body: Value| shop.call(&key, "POST", &format!("{order}/refunds"), Some((once, body))).await;
    assert_eq!(refund("amount", json!({ "amount": 3_000, "by_hand": true })).await.status, 201);
    let pots = refund("pots", json!({ "lines": [{ "line": 0 }] })).await;
    assert_eq!(
        (pots.code(), &pots.json()["detail"]),
        ((409, "refund-too-much".to_owned()), &json!("9.30 CNY are left to return, in minor units 930"))
    );
    let all = json!({ "lines": [{ "line": 0 }, { "line": 1 }, { "line": 2 }], "delivery": true, "by_hand": true });
    assert_eq!(refund("all", all).await.json()["refund"]["amount"], 930);
}

#[tokio::test]
async fn lines_that_cannot_be_meant_are_refused_and_named() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let mut wish = wish();
    wish["lines"]
        .as_array_mut()
        .unwrap()
        .extend([json!({ "name": "Cup, blue", "sku": "cup", "unit_price": 1 }), json!({ "name": "Paid before", "unit_price": -1 })]);
    let order = paid(&shop, &key, wish).await;
    for (body, named) in [
        (json!({ "lines": [{ "line": 9 }] }), "lines[0]: the order has no such line"),
        (json!({ "lines": [{ "sku": "jar" }] }), "lines[0]: the order has no such line"),
        (json!({ "lines": [{ "sku": "cup" }] }), "lines[0]: several lines have that sku"),
        (json!({ "lines": [{ "line": 0 }, { "line": 0 }] }), "lines[1]: that line stands twice"),
        (json!({ "lines": [{ "line": 4 }] }), "lines[0]: takes something off"),
        (json!({ "lines": [{ "line": 0, "sku": "pot" }] }), "lines[0]: named by line"),
        (json!({ "lines": [{ "line": 0, "quantity": 0 }] }), "lines[0]: quantity"),
        (json!({ "lines": [{ "line": 0 }], "amount": 5 }), "amount: "),
        (json!({ "restock": true, "amount": 5 }), "amount: "),
        (json!({ "lines": [{ "line": -1 }] }), "-1"),
    ] {
        let told = shop.call(&key, "POST", &format!("{order}/refunds"), Some(("bad", body.clone()))).await;
        assert_eq!(told.code(), (400, "bad-request".to_owned()), "{body}");
        assert!(told.text.contains(named), "{body}: {}", told.text);
    }
    assert_eq!(shop.call(&key, "GET", &order, None).await.json()["refunds"], json!([]));
}

#[tokio::test]
async fn what_goes_back_is_put_into_stock_once() {
    let stocked = SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 10", 1);
    let mut shop = Shop::open_selling(&stocked).await;
    let key = shop.key(&Scope::ALL).await;
    let (_, bought) = shop.order(&shop.wish(&[item("tea", 4), item("cup", 1)], shop_key()).await).await;
    let order = pay(&shop, &json!(bought.to_json())).await;
    let left = async |shop: &Shop| shop.merchant().store().left(&StockItem::Product("tea".to_owned())).await.unwrap();
    assert_eq!(left(&shop).await, 6);
    let refund =
        async |shop: &Shop, once: &str, body: Value| shop.call(&key, "POST", &format!("{order}/refunds"), Some((once, body))).await;
    assert_eq!(refund(&shop, "kept", json!({ "lines": [{ "sku": "tea", "quantity": 1 }], "by_hand": true })).await.status, 201);
    assert_eq!(left(&shop).await, 6, "not asked for");
    let back = json!({ "lines": [{ "sku": "tea", "quantity": 2 }], "restock": true, "by_hand": true });
    for _ in 0..2 {
        assert_eq!(refund(&shop, "back", back.clone()).await.status, 201);
    }
    assert_eq!(left(&shop).await, 8);
    let told = refund(&shop, "rest", json!({ "restock": true, "by_hand": true })).await;
    assert_eq!((told.status, &told.json()["order"]["status"]), (201, &json!("refunded")));
    assert_eq!(left(&shop).await, 9, "in full: the last one, and no cup, of which there are as many as you like");
    let counted = shop.merchant().store().counted().await.unwrap();
    assert_eq!(counted, [Counted { of: StockItem::Product("tea".to_owned()), stock: 13, taken: 4, open: 0 }]);
    shop.close().await;
    shop.open_again().await;
    assert_eq!(left(&shop).await, 9, "the same number in the file is no news");
}

#[tokio::test]
async fn pieces_of_a_refund_that_failed_are_in_stock_once_however_often_it_is_asked_for() {
    let stocked = SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 10", 1);
    let shop = Shop::open_selling(&stocked).await;
    let key = shop.key(&Scope::ALL).await;
    let (_, bought) = shop.order(&shop.wish(&[item("tea", 4)], shop_key()).await).await;
    let order = pay(&shop, &json!(bought.to_json())).await;
    let store = shop.merchant().store();
    for once in ["first", "second"] {
        let body = json!({ "lines": [{ "sku": "tea", "quantity": 3 }], "restock": true });
        let told = shop.call(&key, "POST", &format!("{order}/refunds"), Some((once, body))).await.json();
        assert_eq!(told["refund"]["lines"][0]["quantity"], 3, "{told}");
        let id = told["refund"]["id"].as_str().unwrap();
        store.change(&bought.id, shop.now(), |record| record.refund_stands(id, RefundStatus::Failed)).await.unwrap();
        assert_eq!(store.left(&StockItem::Product("tea".to_owned())).await.unwrap(), 9, "{once}");
    }
}

#[tokio::test]
async fn what_is_worth_nothing_may_be_left_behind() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    for rounding in [-2, 3] {
        let wish = json!({
            "currency": "CNY",
            "lines": [{ "name": "Tea", "sku": "tea", "unit_price": 5_001, "quantity": 2 }, { "name": "A gift", "sku": "gift", "unit_price": 0 }],
            "delivery": { "label": "Pick up", "amount": 0 },
            "rounding": rounding,
        });
        let made = shop.call(&key, "POST", "orders", Some((&format!("made {rounding}"), wish))).await;
        let order = pay(&shop, &made.json()["order"]).await;
        let back = json!({ "lines": [{ "sku": "tea" }], "by_hand": true });
        let told = shop.call(&key, "POST", &format!("{order}/refunds"), Some(("back", back))).await;
        assert_eq!(told.status, 201, "{}", told.text);
        assert_eq!((&told.json()["refund"]["amount"], &told.json()["order"]["status"]), (&json!(10_002 + rounding), &json!("refunded")));
    }
}

#[tokio::test]
async fn another_reason_under_the_same_key_is_another_refund_and_refused() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let order = paid(&shop, &key, wish()).await;
    let refund = async |reason: &str| {
        let body = json!({ "amount": 100, "by_hand": true, "reason": reason });
        shop.call(&key, "POST", &format!("{order}/refunds"), Some(("one", body))).await
    };
    let first = refund("for Lin").await;
    assert_eq!((first.status, refund("for Lin").await.json()), (201, first.json()), "the same once more is the same");
    assert_eq!(refund("for Li").await.code(), (409, "idempotency-conflict".to_owned()));
    let other = shop.key(&[Scope::Read, Scope::Refunds]).await;
    for reason in ["for Lin", "for Li"] {
        let body = json!({ "amount": 100, "by_hand": true, "reason": reason });
        let told = shop.call(&other, "POST", &format!("{order}/refunds"), Some(("one", body))).await;
        assert_eq!((told.status, told.json()), (201, first.json()), "nobody else learns by trying what was written");
    }
    assert_eq!(shop.call(&key, "GET", &order, None).await.json()["refundable"], TOTAL - 100);
}

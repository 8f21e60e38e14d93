//! What is scarce, over HTTP: pieces in stock and uses of a discount code, taken by an order and given back when it ends without money.

use std::process::Command;
use std::sync::Arc;

use merchant::api_keys::Scope;
use merchant::store::StockItem;
use protocol::{Cart, NewOrder, Order, OrderId, OrderStatus, PaymentStatus, Request, Way};
use serde_json::{Value, json};
use testing::backend::client::wechat_pay;
use testing::backend::{SHOP_CATALOG, Shop, item, key, nonce, text};

/// Ten teas, and a code that two may use.
fn catalog() -> String {
    let spring = "[[discount]]\nlabel = \"Code\"\ncode = \"SPRING\"\namount = 500\nlimit = 2\n[shipping]";
    SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 10", 1).replacen("[shipping]", spring, 1)
}

fn quote_with(shop: &Shop, code: &str) -> Request {
    shop.backend.quote_with_code(&[item("tea", 1)], "en", code, nonce())
}

/// The request that orders a tea at the price that it has where that code applies.
fn order_with(shop: &Shop, code: &str) -> Request {
    let price_digest = testing::price_digest(&catalog(), shop.backend.as_str(), &[("tea", 1)], Some(code));
    let (items, method) = ([item("tea", 1)], wechat_pay());
    let order = NewOrder {
        cart: Cart { items: &items, locale: "en", code, ..Cart::default() },
        way: Way::qr(&method),
        price_digest,
        answers: None,
        owner: None,
    };
    shop.backend.create_order(&order, nonce(), key())
}

/// The price in an answer.
fn price(body: &Value) -> Value {
    serde_json::from_str(body["price"].as_str().unwrap()).unwrap()
}

/// Status and body of an answer that verifies.
async fn told(shop: &Shop, request: &Request) -> (u16, Value) {
    let told = shop.ask(request).await;
    (told.status, serde_json::from_slice(&told.bytes).unwrap())
}

async fn cancel(shop: &Shop, order: &OrderId) {
    let (_, order) = shop.order(&shop.backend.close(order, nonce(), key())).await;
    assert_eq!(order.status, OrderStatus::Canceled);
}

/// The request for another code of an order.
fn another_code(shop: &Shop, order: &Order) -> Request {
    shop.backend.new_payment(&order.id, &Way::qr(&wechat_pay()), nonce(), key())
}

/// So many teas are left, and no count is wrong.
async fn left(shop: &Shop) -> i64 {
    assert_eq!(shop.merchant().store().miscounted().await.unwrap(), []);
    shop.merchant().store().left(&StockItem::Product("tea".to_owned())).await.unwrap()
}

/// The time of codes made now passes, and the reconciler looks.
async fn codes_end(shop: &Shop) {
    shop.advance(901);
    shop.merchant().reconcile().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_shoppers_who_want_the_last_ten_exactly_ten_get_one() {
    let shop = Arc::new(Shop::open_selling(&catalog()).await);
    let expected = shop.quote(&[item("tea", 1)]).await.price.digest();
    let shoppers = (0..40).map(|_| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { told(&shop, &shop.wish_at(&[item("tea", 1)], expected, key())).await })
    });
    let mut sold = 0;
    for shopper in shoppers.collect::<Vec<_>>() {
        let (status, body) = shopper.await.unwrap();
        if status == 201 {
            sold += 1;
        } else {
            let code = body["code"].as_str().unwrap();
            assert_eq!((status, code, &body["stock"]), (409, "out-of-stock", &json!({ "sku": "tea", "left": 0 })));
        }
    }
    assert_eq!(sold, 10);
}

#[tokio::test]
async fn a_quote_says_early_that_there_is_too_little() {
    let shop = Shop::open_selling(&catalog()).await;
    let (status, body) = told(&shop, &shop.backend.quote(&[item("cup", 1), item("tea", 11)], "en", nonce())).await;
    assert_eq!((status, &body["code"], &body["stock"]), (409, &json!("out-of-stock"), &json!({ "sku": "tea", "left": 10 })));
    shop.quote(&[item("cup", 99), item("tea", 10)]).await;
}

#[tokio::test]
async fn what_an_order_took_comes_back_when_it_is_canceled_or_expires_and_stays_sold_when_paid() {
    let shop = Shop::open_selling(&catalog()).await;
    let ten = [item("tea", 10)];
    let take_all = async || {
        let request = shop.wish(&ten, key()).await;
        shop.order(&request).await.1
    };
    let sold_out = async || told(&shop, &shop.backend.quote(&[item("tea", 1)], "en", nonce())).await.0 == 409;
    let first = take_all().await;
    assert!(sold_out().await);
    cancel(&shop, &first.id).await;
    take_all().await;
    assert!(sold_out().await);
    shop.advance(1801);
    shop.merchant().reconcile().await.unwrap();
    let third = take_all().await;
    let payment = third.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await;
    shop.advance(1801);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.stored(&third.id).await.status, OrderStatus::Paid);
    assert!(sold_out().await, "sold is sold");
}

#[tokio::test]
async fn an_order_whose_code_is_over_holds_nothing_and_takes_it_again_with_another_code_if_it_is_there() {
    let shop = Shop::open_selling(&catalog()).await;
    let eight = [item("cup", 1), item("tea", 8)];
    let (_, first) = shop.order(&shop.wish(&eight, key()).await).await;
    assert_eq!(left(&shop).await, 2);
    codes_end(&shop).await;
    let over = shop.stored(&first.id).await;
    assert_eq!((over.status, over.payment.unwrap().status), (OrderStatus::Pending, PaymentStatus::Expired));
    assert_eq!(left(&shop).await, 10);

    let (_, second) = shop.order(&shop.wish(&[item("tea", 9)], key()).await).await;
    let renewal = another_code(&shop, &first);
    let (status, refusal) = told(&shop, &renewal).await;
    assert_eq!((status, &refusal["code"], &refusal["stock"]), (409, &json!("out-of-stock"), &json!({ "sku": "tea", "left": 1 })));
    assert_eq!(refusal["faults"], json!([{ "code": "out-of-stock", "sku": "tea", "left": 1 }]));
    assert_eq!(refusal["lines"].as_array().unwrap().len(), 2, "the lines of the order are told");
    let told_now = shop.look(&first.id).await;
    assert_eq!((told_now.status, told_now.payment.unwrap().status), (OrderStatus::Pending, PaymentStatus::Expired), "the order stays");

    cancel(&shop, &second.id).await;
    let (status, again) = shop.order(&renewal).await;
    assert_eq!((status, again.id, again.payment.unwrap().status), (201, first.id.clone(), PaymentStatus::Waiting), "the key was not used");
    assert_eq!(left(&shop).await, 2);
    cancel(&shop, &first.id).await;
    assert_eq!(left(&shop).await, 10);
}

#[tokio::test]
async fn codes_in_turn_keep_one_hold_and_a_canceled_attempt_holds_nothing() {
    let shop = Shop::open_selling(&catalog()).await;
    let (_, order) = shop.order(&shop.wish(&[item("tea", 10)], key()).await).await;
    for _ in 0..3 {
        let (status, again) = shop.order(&another_code(&shop, &order)).await;
        assert_eq!((status, again.payment.unwrap().status, left(&shop).await), (201, PaymentStatus::Waiting, 0));
    }
    let (_, canceled) = shop.order(&shop.backend.cancel(&order.id, nonce(), key())).await;
    assert_eq!((canceled.status, left(&shop).await), (OrderStatus::Pending, 10));
    let (_, again) = shop.order(&another_code(&shop, &order)).await;
    let payment = again.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await;
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Paid);
    codes_end(&shop).await;
    assert_eq!(left(&shop).await, 0, "sold is sold");
}

#[tokio::test]
async fn a_code_that_the_provider_cannot_close_now_holds_on_until_it_has_said_so() {
    let shop = Shop::open_selling(&catalog()).await;
    shop.order(&shop.wish(&[item("tea", 10)], key()).await).await;
    shop.provider.set_down(true);
    codes_end(&shop).await;
    assert_eq!(left(&shop).await, 0, "money may be on its way");
    shop.provider.set_down(false);
    shop.advance(61);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(left(&shop).await, 10);
}

#[tokio::test]
async fn late_money_for_an_order_that_holds_nothing_any_more_sells_it_all_the_same() {
    let shop = Shop::open_selling(&catalog()).await;
    let (_, first) = shop.order(&shop.wish(&[item("tea", 6)], key()).await).await;
    codes_end(&shop).await;
    shop.order(&shop.wish(&[item("tea", 9)], key()).await).await;
    let payment = first.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await;
    assert_eq!(shop.stored(&first.id).await.status, OrderStatus::Paid);
    let ledger = shop.merchant().store().ledger(&first.id).await.unwrap();
    assert!(ledger.iter().any(|(_, kind, detail)| kind == "oversold" && detail == r#"{"missing":5,"sku":"tea"}"#), "{ledger:?}");
    assert_eq!(left(&shop).await, 0);
}

#[tokio::test]
async fn the_use_of_a_discount_code_ends_with_the_code_to_pay_by() {
    let shop = Shop::open_selling(&catalog()).await;
    let (_, first) = shop.order(&order_with(&shop, "SPRING")).await;
    shop.order(&order_with(&shop, "SPRING")).await;
    assert_eq!(told(&shop, &order_with(&shop, "SPRING")).await.0, 409);
    codes_end(&shop).await;
    for _ in 0..2 {
        assert_eq!(told(&shop, &order_with(&shop, "SPRING")).await.0, 201);
    }
    let (status, refusal) = told(&shop, &another_code(&shop, &first)).await;
    assert_eq!((status, &refusal["code"], &refusal["stock"]), (409, &json!("out-of-stock"), &Value::Null));
    assert_eq!(refusal["faults"], json!([{ "code": "out-of-stock", "field": "code", "left": 0 }]));
    assert_eq!(left(&shop).await, 8, "of what was there nothing is taken either");
}

#[tokio::test]
async fn a_code_takes_off_as_often_as_it_may_and_a_quote_says_how_it_fared() {
    let shop = Shop::open_selling(&catalog()).await;
    let (status, body) = told(&shop, &quote_with(&shop, "spring")).await;
    let told_price = price(&body);
    let applied = json!({ "code": "SPRING", "state": "applied" });
    assert_eq!((status, &told_price["total"], &told_price["discount_code"]), (200, &json!(7500), &applied));
    let told_price = price(&told(&shop, &quote_with(&shop, "WINTER")).await.1);
    assert_eq!((&told_price["total"], &told_price["discount_code"]["state"]), (&json!(8000), &json!("unknown")));

    let (_, first) = shop.order(&order_with(&shop, "Spring")).await;
    let (_, second) = shop.order(&order_with(&shop, "SPRING")).await;
    assert_eq!((first.amount, second.amount), (7500, 7500));
    let (status, body) = told(&shop, &order_with(&shop, "SPRING")).await;
    let changed = price(&body["quote"]);
    assert_eq!((status, &body["code"], &changed["total"]), (409, &json!("price-changed"), &json!(8000)));
    assert_eq!(changed["discount_code"]["state"], "used-up");
    assert_eq!(price(&told(&shop, &quote_with(&shop, "spring")).await.1)["discount_code"]["state"], "used-up");

    cancel(&shop, &first.id).await;
    let (status, _) = told(&shop, &order_with(&shop, "SPRING")).await;
    assert_eq!(status, 201, "what was given back may be used again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_for_two_is_used_by_two_of_many_who_come_at_once() {
    let shop = Arc::new(Shop::open_selling(&catalog()).await);
    let shoppers = (0..8).map(|_| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { told(&shop, &order_with(&shop, "SPRING")).await })
    });
    let mut used = 0;
    for shopper in shoppers.collect::<Vec<_>>() {
        let (status, body) = shopper.await.unwrap();
        used += i32::from(status == 201);
        assert!(status == 201 || body["code"] == "price-changed", "{body}");
    }
    assert_eq!(used, 2);
}

#[tokio::test]
async fn the_same_order_again_takes_nothing_twice() {
    let shop = Shop::open_selling(&catalog()).await;
    let request = shop.wish(&[item("tea", 6)], key()).await;
    let (_, first) = shop.order(&request).await;
    let (_, second) = shop.order(&request).await;
    assert_eq!(first.id, second.id);
    shop.quote(&[item("tea", 4)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_stock_lists_what_is_left_and_changes_it() {
    let shop = Shop::open_selling(&catalog()).await;
    let key = shop.key(&Scope::ALL).await;
    let (_, order) = shop.order(&order_with(&shop, "SPRING")).await;
    cancel(&shop, &order.id).await;
    shop.order(&order_with(&shop, "SPRING")).await;
    let stock = async |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
        command.arg("stock").args(arguments).env("QR_CHECKOUT_API_KEY", &key).env("QR_CHECKOUT_BACKEND", shop.url(""));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        (text(&output.stdout), text(&output.stderr))
    };
    let (lines, _) = stock(&["list"]).await;
    assert_eq!(lines, "      9 of 10          1 open  product tea\n      1 of 2           1 open  code SPRING\n");
    for _ in 0..2 {
        assert_eq!(stock(&["add", "tea", "5", "--once", "parcel 7"]).await.0, "     14 of 15          1 open  product tea\n");
    }
    assert_eq!(stock(&["remove", "tea", "14", "--once", "flood"]).await.0, "      0 of 1           1 open  product tea\n");
    assert_eq!(stock(&["remove", "tea", "1", "--once", "more"]).await.1, "stock-too-low: 0 are left, and no more can be taken out\n");
    assert_eq!(stock(&["add", "spring", "3", "--code", "--once", "x"]).await.0, "      4 of 5           1 open  code SPRING\n");
}

#[tokio::test]
async fn goods_that_arrive_are_sold_and_are_counted_until_the_file_says_another_number() {
    let mut shop = Shop::open_selling(&catalog()).await;
    let (owner, reader) = (shop.key(&Scope::ALL).await, shop.key(&[Scope::Read]).await);
    let change = async |shop: &Shop, key: &str, once: &str, path: &str, change: Value| {
        shop.call(key, "POST", &format!("stock/{path}"), Some((once, json!({ "change": change })))).await
    };
    assert_eq!(change(&shop, &reader, "a", "product/tea", json!(5)).await.code(), (403, "scope".to_owned()));
    let told = change(&shop, &owner, "a", "product/tea", json!(5)).await.json();
    assert_eq!(told, json!({ "kind": "product", "name": "tea", "stock": 15, "left": 15, "open": 0 }));
    assert_eq!(change(&shop, &owner, "a", "product/tea", json!(6)).await.code(), (409, "idempotency-conflict".to_owned()));
    let (_, order) = shop.order(&shop.wish(&[item("tea", 12)], key()).await).await;
    let short = change(&shop, &owner, "b", "product/tea", json!(-4)).await;
    assert_eq!(
        (short.code(), &short.json()["detail"]),
        ((409, "stock-too-low".to_owned()), &json!("3 are left, and no more can be taken out"))
    );
    for (path, by, code) in [
        ("product/cup", json!(1), (404, "not-found")),
        ("thing/tea", json!(1), (400, "bad-request")),
        ("product/tea", json!(0), (400, "bad-request")),
        ("product/tea", json!(1.5), (400, "bad-request")),
    ] {
        assert_eq!(change(&shop, &owner, "c", path, by).await.code(), (code.0, code.1.to_owned()), "{path}");
    }
    let left = async |shop: &Shop| shop.call(&reader, "GET", "stock", None).await.json()["stock"][0]["left"].clone();
    assert_eq!(left(&shop).await, 3);
    let takers = (0..4).map(|number| {
        let (shop, key) = (&shop, &owner);
        async move { shop.call(key, "POST", "stock/product/tea", Some((&format!("d{number}"), json!({ "change": -1 })))).await.status }
    });
    let mut taken = futures_util::future::join_all(takers).await;
    taken.sort_unstable();
    assert_eq!(taken, [200, 200, 200, 409], "no more than there are, at once");
    cancel(&shop, &order.id).await;
    assert_eq!(left(&shop).await, 12);
    shop.close().await;
    shop.open_again().await;
    assert_eq!(left(&shop).await, 12, "the same number in the file is no news");
    shop.folder.write("catalog.toml", catalog().replacen("stock = 10", "stock = 20", 1));
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    assert_eq!(left(&shop).await, 20, "another number is all there are");
}

/// A cup in two variants, of which one is scarce.
fn variants() -> String {
    let cup = r#"[[item]]
sku = "mug"
name = { en = "Mug", de = "Becher" }
price = 1250
[[item.variant]]
sku = "mug-blue"
options = { en = "Blue", de = "Blau" }
stock = 1
[[item.variant]]
sku = "mug-large"
options = { en = "Large", de = "Groß" }
price = 1650
[[item]]"#;
    SHOP_CATALOG.replacen("[[item]]", cup, 1)
}

#[tokio::test]
async fn a_variant_is_ordered_by_its_own_sku_with_stock_of_its_own() {
    let shop = Shop::open_selling(&variants()).await;
    let cart = [item("mug-blue", 1), item("mug-large", 2)];
    let (status, body) = told(&shop, &shop.backend.quote(&cart, "de", nonce())).await;
    let lines = price(&body)["lines"].clone();
    assert_eq!(
        (status, &lines[0]["name"], &lines[0]["options"], &lines[0]["unit_price"]),
        (200, &json!("Becher"), &json!("Blau"), &json!(1250))
    );
    assert_eq!((&lines[1]["options"], &lines[1]["total"]), (&json!("Groß"), &json!(3300)));
    let price_digest = shop.quote(&cart).await.price.digest();
    let (status, order) = told(&shop, &shop.wish_at(&cart, price_digest, key())).await;
    assert_eq!((status, &price(&order)["lines"][0]["options"]), (201, &json!("Blue")));
    // The blue one is taken; the large one is not counted.
    let (status, body) = told(&shop, &shop.backend.quote(&[item("mug-blue", 1), item("mug-large", 9)], "en", nonce())).await;
    assert_eq!((status, &body["faults"]), (409, &json!([{ "code": "out-of-stock", "sku": "mug-blue", "left": 0 }])));
    assert_eq!(body["lines"][0]["options"], "Blue", "which of them is gone can be seen");
    // The mug as such is nothing that can be ordered.
    let (status, body) = told(&shop, &shop.backend.quote(&[item("mug", 1)], "en", nonce())).await;
    assert_eq!((status, &body["code"]), (404, &json!("unknown-sku")));
}

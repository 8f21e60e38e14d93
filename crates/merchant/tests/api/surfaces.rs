//! The table of methods and surfaces for codes that banks read: each cell is told with the price, and every door keeps to it.

use merchant::api_keys::Scope;
use protocol::{Cart, Method, NewOrder, Order, PayBy, PaymentStatus, Surface, Way, Ways};
use serde_json::json;
use testing::backend::bank::EVERY_SCHEME;
use testing::backend::{Shop, item, key, nonce};

const SURFACES: [Surface; 4] = [Surface::Qr, Surface::App, Surface::Wechat, Surface::InApp];

async fn selling_in(currency: &str, price: i64) -> Shop {
    let catalog = format!("currency = \"{currency}\"\n[[item]]\nsku = \"tea\"\nname = \"Tea\"\nprice = {price}\n");
    Shop::open_as(&catalog, |config| config + EVERY_SCHEME).await
}

/// Orders a tea by that method on that surface: status, and the order if it was made.
async fn order_by(shop: &Shop, method: &Method, surface: Surface) -> (u16, Option<Order>) {
    let items = [item("tea", 1)];
    let price_digest = shop.quote(&items).await.price.digest();
    let way = Way { method, surface, return_url: None, browser: None };
    let wish = NewOrder { cart: Cart { items: &items, locale: "en", ..Cart::default() }, way, price_digest, answers: None, owner: None };
    let told = shop.ask(&shop.backend.create_order(&wish, nonce(), key())).await;
    if told.status != 201 {
        return (told.status, None);
    }
    (201, Some(Order::from_json(&protocol::json::parse(&told.bytes).unwrap()).unwrap()))
}

#[tokio::test]
async fn every_banks_code_is_scanned_at_a_desk_and_taken_along_on_a_phone() {
    use PayBy::{Copy, Save, Scan};
    for (word, currency, on_phones) in [
        ("pix", "BRL", Copy),
        ("promptpay", "THB", Save),
        ("paynow", "SGD", Save),
        ("qris", "IDR", Save),
        ("vietqr", "VND", Save),
        ("fps", "HKD", Save),
        ("khqr", "KHR", Save),
        ("khqr", "USD", Save),
    ] {
        let shop = selling_in(currency, 10_000).await;
        let method = Method::parse(word).unwrap();
        let quote = shop.quote(&[item("tea", 1)]).await;
        assert_eq!(quote.methods, std::slice::from_ref(&method), "{word} {currency}");
        assert_eq!(quote.ways.len(), 1);
        for (surface, way) in SURFACES.into_iter().zip([Scan, on_phones, on_phones, on_phones]) {
            assert_eq!(Ways::find(&quote.ways, &method, surface), way, "{word} {surface:?}");
            let (status, order) = order_by(&shop, &method, surface).await;
            let order = order.unwrap_or_else(|| panic!("{word} {surface:?}: {status}"));
            let payment = order.payment.as_ref().unwrap();
            assert_eq!((payment.surface, payment.status), (Surface::Qr, PaymentStatus::Waiting), "{word} {surface:?}");
            assert!(payment.payload.as_ref().is_some_and(|payload| payload.starts_with("0002")), "{word} {surface:?}");
            assert_eq!(order.ways, quote.ways);
        }
    }
}

#[tokio::test]
async fn a_total_that_a_scheme_cannot_write_is_sold_by_no_door() {
    for (currency, writable, not, method) in [("IDR", 1_370_300, 1_370_295, "qris"), ("KHR", 10_000, 10_050, "khqr")] {
        let shop = selling_in(currency, not).await;
        assert_eq!(shop.quote(&[item("tea", 1)]).await.methods, [], "a quote");
        let (status, _) = order_by(&shop, &Method::parse(method).unwrap(), Surface::Qr).await;
        assert_eq!(status, 409, "an order");
        let key = shop.key(&Scope::ALL).await;
        let order = |amount: i64| json!({ "currency": currency, "lines": [{ "name": "Tea", "unit_price": amount }] });
        let refused = shop.call(&key, "POST", "orders", Some(("one", order(not)))).await;
        assert_eq!(refused.code(), (409, "method-not-offered".to_owned()), "an order of the shop");
        assert!(refused.text.contains("no payment method here collects"), "{}", refused.text);
        let made = shop.call(&key, "POST", "orders", Some(("two", order(writable)))).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(made.json()["order"]["payment"]["status"], "waiting");
    }
}

#[tokio::test]
async fn a_change_to_a_method_that_cannot_collect_leaves_the_code_that_is_there() {
    let shop = selling_in("HKD", 10_000).await;
    let method = Method::parse("fps").unwrap();
    let order = order_by(&shop, &method, Surface::Qr).await.1.unwrap();
    let other = Method::parse("wechat_pay").unwrap();
    for method in [&other, &Method::parse("pix").unwrap()] {
        let told = shop.ask(&shop.backend.new_payment(&order.id, &Way::qr(method), nonce(), key())).await;
        assert_eq!(told.code(), (409, "method-not-offered".to_owned()));
    }
    assert_eq!(shop.look(&order.id).await.payment, order.payment, "it can still be paid");
}

#[tokio::test]
async fn what_is_too_much_or_of_another_currency_is_not_offered() {
    // Tag 54 of EMV has room for 13 characters.
    for (price, offered) in [(999_999_999_999, true), (1, true)] {
        let shop = selling_in("BRL", price).await;
        assert_eq!(!shop.quote(&[item("tea", 1)]).await.methods.is_empty(), offered, "{price}");
    }
    let shop = selling_in("BRL", 999_999_999_999).await;
    assert_eq!(shop.quote(&[item("tea", 2)]).await.methods, []);
    let shop = selling_in("EUR", 100).await;
    assert_eq!(shop.quote(&[item("tea", 1)]).await.methods, []);
}

#[tokio::test]
async fn a_phone_whose_address_nobody_knows_gets_a_code_and_pays_by_it() {
    let shop = Shop::open_with(|config| config.replacen("[server]\n", "[server]\ntrusted_proxies = 1\n", 1)).await;
    let method = Method::parse("wechat_pay").unwrap();
    for written in [&b"unknown"[..], b"", b"garbage", b"\xff"] {
        let items = [item("tea", 1)];
        let price_digest = shop.quote(&items).await.price.digest();
        let way = Way { method: &method, surface: Surface::App, return_url: Some("https://shop.example/tea"), browser: None };
        let wish =
            NewOrder { cart: Cart { items: &items, locale: "en", ..Cart::default() }, way, price_digest, answers: None, owner: None };
        let request = shop.backend.create_order(&wish, nonce(), key());
        let told = shop.ask_as(&request, |sending| {
            testing::carrying(sending, &request).header("x-forwarded-for", reqwest::header::HeaderValue::from_bytes(written).unwrap())
        });
        let order = Order::from_json(&protocol::json::parse(&told.await.bytes).unwrap()).unwrap();
        let payment = order.payment.unwrap();
        assert_eq!((payment.surface, payment.status), (Surface::Qr, PaymentStatus::Waiting), "{written:?}");
        assert!(payment.payload.is_some_and(|payload| payload.starts_with("weixin://")), "{written:?}");
    }
}

#[tokio::test]
async fn inside_wechat_without_a_way_back_no_order_is_made_by_a_code_on_the_phones_own_screen() {
    let account = "[official_account]\nappid = \"wx8888888888888888\"\nsecret = \"word\"\ntoken = \"word\"\n\
                   base_url = \"http://127.0.0.1:1\"\nopen_url = \"http://127.0.0.1:1\"\n";
    let shop = Shop::open_with(|config| config + account).await;
    let (method, items) = (Method::parse("wechat_pay").unwrap(), [item("tea", 1)]);
    let quote = shop.quote(&items).await;
    assert_eq!(Ways::find(&quote.ways, &method, Surface::Wechat), PayBy::Bridge);
    let price_digest = quote.price.digest();
    let open = shop.order_tea().await;
    for page in [None, Some("capacitor://localhost/tea")] {
        let way = Way { method: &method, surface: Surface::Wechat, return_url: page, browser: None };
        let wish =
            NewOrder { cart: Cart { items: &items, locale: "en", ..Cart::default() }, way, price_digest, answers: None, owner: None };
        let told = shop.ask(&shop.backend.create_order(&wish, nonce(), key())).await;
        assert_eq!(told.code(), (409, "method-not-offered".to_owned()), "{page:?}");
        let told = shop.ask(&shop.backend.new_payment(&open.id, &way, nonce(), key())).await;
        assert_eq!(told.code(), (409, "method-not-offered".to_owned()), "{page:?}: of an order");
    }
    assert_eq!(shop.stored(&open.id).await.payment.unwrap().status, PaymentStatus::Waiting, "and its code is left open");
    assert_eq!(shop.provider.calls("create"), 1);
}

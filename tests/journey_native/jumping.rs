//! Paying on the phone itself: what a jump into the wallet leads to, and how long.

use protocol::{Backend, Cart, IdempotencyKey, Item, Method, NewOrder, Nonce, OrderId, Sku, Surface, Way};
use reqwest::RequestBuilder;
use sandbox::Faults;
use serde_json::Value;

use crate::stage::Stage;
use testing::shop::{CATALOG, ShopOptions};

const PAGE: &str = "https://shop.example/tea";

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_counts_down_the_five_minutes_that_it_works() {
    let mut stage = Stage::open_with_methods().await;
    stage.visit_on(Surface::App, PAGE);
    let jump = stage.reach_code_by("wechat_pay").await;
    assert!(jump.contains("/checkmweb?prepay_id=") && jump.ends_with("&redirect_url=https%3A%2F%2Fshop.example%2Ftea"), "{jump}");
    stage.pass(300);
    stage.shopper.comes_to("expired").await;
    assert!(stage.shop.sandbox.pay(&jump).is_err(), "the wallet still takes money by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_without_a_jump_has_its_code_on_a_phone_too() {
    let mut stage = Stage::open_with_methods().await;
    stage.visit_on(Surface::App, PAGE);
    let code = stage.reach_code_by("fps").await;
    assert!(code.starts_with("000201"), "{code}");
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().surface, Surface::Qr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_changes_its_network_after_an_answer_was_lost_still_gets_its_jump() {
    let stage = Stage::open_as(ShopOptions { behind_proxy: true, ..ShopOptions::default() }).await;
    stage.faults(Faults { server_error_after_effect: 2, ..Faults::default() });
    let wish = |nonce| order(&stage, nonce, 7, Surface::App, Some(PAGE));
    let mut told = Vec::new();
    // The second time under the same key; for the provider it has to be the same payment to the letter.
    for (nonce, address) in [(1, "203.0.113.7"), (2, "198.51.100.9")] {
        told.push(send(wish(nonce).header("x-forwarded-for", address)).await);
    }
    assert_eq!(told[0].0, 503, "{told:?}");
    assert_eq!((told[1].0, told[1].1["payment"]["status"].as_str()), (201, Some("waiting")), "{told:?}");
    let payload = told[1].1["payment"]["payload"].as_str().expect("a jump");
    assert!(payload.contains("/checkmweb?prepay_id="), "{payload}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widget_of_before_that_does_not_say_which_browser_it_is_comes_back_from_wechat_too() {
    let stage = Stage::open_with_methods().await;
    let (status, made) = send(order(&stage, 1, 1, Surface::Wechat, Some(PAGE))).await;
    let mut next = made["payment"]["payload"].as_str().unwrap_or_else(|| panic!("{status} {made}")).to_owned();
    assert!(!next.ends_with("x#wechat_redirect"), "{next}");
    while !next.starts_with(PAGE) {
        let reply = client().get(&next).header("user-agent", "MicroMessenger/8.0.60").send().await.unwrap();
        next = reply.headers()["location"].to_str().unwrap().to_owned();
    }
    let id = OrderId::parse(made["id"].as_str().unwrap()).unwrap();
    let record = stage.shop.merchant().unwrap().store().record(&id).await.unwrap();
    assert_eq!(record.payments[0].payer, Some(stage.shop.sandbox.official_account().openid));
}

/// The order of two teas, from a page of that address.
fn order(stage: &Stage, nonce: u8, key: u8, surface: Surface, page: Option<&str>) -> RequestBuilder {
    let (items, method) = ([Item { sku: Sku::parse("tea-100g").unwrap(), quantity: 2 }], Method::parse("wechat_pay").unwrap());
    let price_digest = testing::price_digest(CATALOG, &stage.shop.url(), &[("tea-100g", 2)], None);
    let way = Way { method: &method, surface, return_url: page, browser: None };
    let wish = NewOrder { cart: Cart { items: &items, locale: "en", ..Cart::default() }, way, price_digest, answers: None, owner: None };
    let backend = Backend::parse(&stage.shop.url()).unwrap();
    let request = backend.create_order(&wish, Nonce::from_random([nonce; 16]), IdempotencyKey::from_random([key; 16]));
    testing::sending(&client(), &request)
}

async fn send(request: RequestBuilder) -> (u16, Value) {
    let reply = request.send().await.unwrap();
    (reply.status().as_u16(), serde_json::from_str(&reply.text().await.unwrap()).unwrap())
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Addresses of pages, and what a wallet is given to come back to.
fn pages() -> Vec<(String, Option<String>)> {
    let long = format!("https://shop.example/tea?{}", "q=%E8%8C%B6&".repeat(80));
    let whole = |page: &str| (page.to_owned(), Some(page.to_owned()));
    vec![
        whole("https://shop.example/spa.html#/checkout"),
        whole("https://shop.example/#!/checkout?step=2"),
        whole("https://shop.example/tea?path=a\\b&say=it%27s"),
        ("https://shop.example/\u{8336}?\"#\"".to_owned(), Some("https://shop.example/%E8%8C%B6?%22#%22".to_owned())),
        (format!("{long}#/checkout"), Some("https://shop.example/tea".to_owned())),
        ("capacitor://localhost/index.html#/checkout".to_owned(), None),
        ("about:srcdoc".to_owned(), None),
        ("file:///android_asset/www/index.html".to_owned(), None),
        ("blob:https://shop.example/0f8e7c52-6a1c".to_owned(), None),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_leads_back_to_the_whole_address_or_to_nothing_and_never_to_a_part_of_it() {
    let stage = Stage::open().await;
    for (at, (page, back)) in (1..).zip(pages()) {
        let (status, told) = send(order(&stage, at, at, Surface::App, Some(&page))).await;
        assert_eq!((status, &told["payment"]["surface"]), (201, &"app".into()), "{page}: {told}");
        let payload = told["payment"]["payload"].as_str().unwrap();
        let query: Vec<(String, String)> = reqwest::Url::parse(payload).unwrap().query_pairs().into_owned().collect();
        let given = query.into_iter().find(|(name, _)| name == "redirect_url").map(|(_, page)| page);
        assert_eq!(given, back, "{page}: {payload}");
    }
    let (status, told) = send(order(&stage, 99, 99, Surface::App, Some("https://[shop"))).await;
    assert_eq!((status, &told["code"]), (400, &"return-url".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wechat_recognized_is_led_back_to_the_whole_address() {
    let stage = Stage::open_as(ShopOptions { has_official_account: true, ..ShopOptions::default() }).await;
    for (at, (page, back)) in (1..).zip(pages()) {
        let Some(back) = back else { continue };
        let (status, told) = send(order(&stage, at, at, Surface::Wechat, Some(&page))).await;
        assert_eq!((status, &told["payment"]["surface"]), (201, &"wechat".into()), "{page}: {told}");
        let mut address = told["payment"]["payload"].as_str().unwrap().to_owned();
        for _ in 0..2 {
            let reply = client().get(&address).header("user-agent", "MicroMessenger/8.0.60").send().await.unwrap();
            address = reply.headers()["location"].to_str().unwrap().to_owned();
        }
        assert_eq!(address, back, "{page}");
    }
}

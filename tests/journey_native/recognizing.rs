//! The Official Account: who the shopper inside of WeChat is, and that nobody takes that place.

use protocol::Surface;
use sandbox::Faults;
use serde_json::Value;

use crate::following::open;
use crate::stage::TEA;

const PAGE: &str = "https://shop.example/tea?leaf=green";

/// The browser inside of WeChat, as far as addresses go.
fn browser() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.user_agent("Mozilla/5.0 (iPhone) MicroMessenger/8.0").build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_of_wechat_a_payment_begins_with_who_it_is_and_ends_at_the_bridge() {
    let mut stage = open().await;
    stage.visit_on(Surface::Wechat, PAGE);
    let way = stage.reach_code_by("wechat_pay").await;
    assert!(way.contains("/connect/oauth2/authorize?appid=") && way.ends_with("#wechat_redirect"), "{way}");
    let client = browser();
    let mut leads = Vec::new();
    let mut next = way;
    while !next.starts_with(PAGE) {
        let reply = client.get(&next).send().await.unwrap();
        next = reply.headers()["location"].to_str().unwrap().to_owned();
        leads.push(next.clone());
    }
    assert!(leads[0].contains("/wechat/openid?code="), "{leads:?}");
    // The page again, which remembers its order.
    stage.visit_on(Surface::Wechat, PAGE);
    stage.shopper.comes_to("awaiting").await;
    let call: Value = serde_json::from_str(&stage.shopper.code()).unwrap();
    stage.shop.sandbox.pay(call["package"].as_str().unwrap()).unwrap();
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().surface, Surface::Wechat);
    // A code works once: the same address again changes nothing and leads to the page.
    let again = client.get(&leads[0]).send().await.unwrap();
    assert_eq!(again.headers()["location"], PAGE);
}

/// Where WeChat's page leads back to.
async fn led_back(client: &reqwest::Client, way: &str) -> String {
    let reply = client.get(way).send().await.unwrap();
    reply.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_an_order_does_not_come_back_from_wechat_in_its_shoppers_place() {
    const END: &str = "#wechat_redirect";
    let mut stage = open().await;
    stage.visit_on(Surface::Wechat, PAGE);
    let way = stage.reach_code_by("wechat_pay").await;
    let order = stage.shopper.order();
    let (id, seen) = (order.id.clone(), order.payment.as_ref().unwrap().payload.clone().unwrap());
    let start = seen.strip_suffix(END).unwrap().strip_suffix('x').unwrap();
    assert!(way.starts_with(&format!("{start}x")) && way.len() > seen.len() + 12, "{way}");
    let store = stage.shop.merchant().unwrap().store().clone();
    let payer = async || store.record(&id).await.unwrap().payments[0].payer.clone();
    let come_back = async |way: &str| {
        let reply = browser().get(led_back(&browser(), way).await).send().await.unwrap();
        let page = reply.headers().get("location").map(|page| page.to_str().unwrap().to_owned());
        (reply.status().as_u16(), page)
    };
    // Somebody else's browser, with what everybody sees of the order: as it is, without the place for a browser, and as some browser.
    stage.faults(Faults { snapshot_user: true, ..Faults::default() });
    for other in ["x".to_owned(), String::new(), format!("x{}", "A".repeat(42)), "xx".to_owned()] {
        let told = come_back(&[start, &other, END].concat()).await;
        assert_eq!((told, payer().await), ((404, None), None), "{other}: neither who pays nor the shopper's page");
    }
    stage.faults(Faults::default());
    assert_eq!(come_back(&way).await, (303, Some(PAGE.to_owned())));
    assert_eq!(payer().await, Some(stage.shop.sandbox.official_account().openid));
    // Once: another account that comes by the same address is nobody.
    stage.faults(Faults { snapshot_user: true, ..Faults::default() });
    assert_eq!(come_back(&way).await, (303, Some(PAGE.to_owned())));
    assert_eq!(come_back(&seen).await, (404, None));
    assert_eq!(payer().await, Some(stage.shop.sandbox.official_account().openid));
    stage.visit_on(Surface::Wechat, PAGE);
    stage.shopper.comes_to("awaiting").await;
    assert!(stage.shopper.code().starts_with('{'), "the bridge's call");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_refuses_to_be_known_is_back_on_the_page_with_the_same_order() {
    let mut stage = open().await;
    stage.visit_on(Surface::Wechat, PAGE);
    let way = stage.reach_code_by("wechat_pay").await;
    let state = way.split("state=").nth(1).unwrap().split('#').next().unwrap();
    let client = browser();
    let reply = client.get(format!("{}/wechat/openid?state={state}", stage.shop.url())).send().await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.headers()["location"].to_str().unwrap()), (303, PAGE));
    stage.visit_on(Surface::Wechat, PAGE);
    stage.shopper.comes_to("awaiting").await;
    assert_eq!(stage.shopper.code(), way);
    for nonsense in ["", "7061795f", "zz"] {
        let reply = client.get(format!("{}/wechat/openid?code=x&state={nonsense}", stage.shop.url())).send().await.unwrap();
        assert_eq!(reply.status().as_u16(), 404, "{nonsense}");
    }
}

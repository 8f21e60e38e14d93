//! An order of the shop's own that asks something, on its page, as browsers without scripts have it.

use merchant::api_keys::Scope;
use protocol::OrderId;
use serde_json::{Value, json};
use testing::backend::Shop;

use super::page::{DESK, Told, browser, filled};

async fn asking(shop: &Shop, more: Value) -> OrderId {
    let key = shop.key(&[Scope::Orders]).await;
    let mut wish = json!({ "currency": "CNY", "lines": [{ "name": "Lamp", "unit_price": 9_900 }] });
    wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let told = shop.call(&key, "POST", "orders", Some(("one", wish))).await;
    assert_eq!(told.status, 201, "{}", told.text);
    OrderId::parse(told.json()["order"]["id"].as_str().unwrap()).unwrap()
}

async fn look(shop: &Shop, id: &OrderId, query: &str, language: &str) -> Told {
    let sending = browser().get(shop.url(&format!("/pay/{id}?plain{query}"))).header("user-agent", DESK);
    Told::of(sending.header("accept-language", language)).await
}

/// Sends the form of the page that holds that, filled in.
async fn press(shop: &Shop, id: &OrderId, page: &Told, holds: &str, given: &[(&str, &str)]) -> Told {
    let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let fields: Vec<_> = page.hidden(holds).into_iter().chain(given).collect();
    let sending = browser().post(shop.url(&format!("/pay/{id}"))).header("user-agent", DESK).header("origin", shop.url(""));
    Told::of(filled(sending.header("accept-language", "en"), &fields)).await
}

#[tokio::test]
async fn an_order_that_asks_is_answered_and_paid_by_forms_alone() {
    let shop = Shop::open().await;
    let deliveries = json!([{ "id": "post", "label": "Post", "amount": 500 }, { "id": "courier", "label": "Courier", "amount": 1_500 }]);
    let id = asking(&shop, json!({ "asks": ["email", "address"], "countries": ["DE", "FR"], "deliveries": deliveries })).await;
    let first = look(&shop, &id, "", "de").await;
    assert!(first.status == 200 && first.html.contains("<option value=\"FR\">Frankreich</option>"), "{}", first.html);
    assert!(!first.html.contains("answer.email") && !first.html.contains("name=\"method\""), "{}", first.html);
    let page = look(&shop, &id, "&country=DE", "en").await;
    assert!(page.html.contains("value=\"post\" checked") && page.html.contains("answer.address.postal_code"), "{}", page.html);

    let given = [("delivery", "courier"), ("answer.email", "<lin>"), ("answer.address.city", "Ort & See")];
    let faulty = press(&shop, &id, &page, "name=\"salt\"", &given).await;
    assert_eq!(faulty.status, 400, "{}", faulty.html);
    for part in ["Email: Please write an e-mail address", "value=\"&lt;lin&gt;\"", "value=\"courier\" checked", "value=\"Ort &amp; See\""] {
        assert!(faulty.html.contains(part), "{part}: {}", faulty.html);
    }
    assert!(shop.stored(&id).await.answers_digest.is_none());

    let good = [
        ("delivery", "courier"),
        ("answer.email", "lin@example.org"),
        ("answer.address.line1", "Weg 1"),
        ("answer.address.postal_code", "12345"),
        ("answer.address.city", "Ort"),
    ];
    for _ in 0..2 {
        let led = press(&shop, &id, &faulty, "name=\"salt\"", &good).await;
        assert_eq!(led.status, 303, "the same form counts once: {}", led.html);
    }
    let page = look(&shop, &id, "", "en").await;
    assert!(page.html.contains("114.00 CNY") && page.html.contains("name=\"method\""), "{}", page.html);
    assert!(
        !page.html.contains("lin@example.org") && !page.html.contains("Weg 1"),
        "whoever knows the address sees none of it: {}",
        page.html
    );
    assert_eq!(press(&shop, &id, &page, "value=\"wechat_pay\"", &[("method", "wechat_pay")]).await.status, 303);
    assert!(look(&shop, &id, "", "en").await.html.contains("<svg class=\"code\""));
    let late = press(&shop, &id, &faulty, "name=\"salt\"", &[("answer.email", "other@example.org")]).await;
    assert!(late.status == 409 && !late.html.contains("other@"), "{} {}", late.status, late.html);
}

#[tokio::test]
async fn what_names_no_country_is_asked_at_once_and_pages_of_others_answer_nothing() {
    let shop = Shop::open().await;
    let id = asking(&shop, json!({ "asks": ["email"] })).await;
    let page = look(&shop, &id, "&country=Germany", "zh-CN").await;
    assert!(page.html.contains("answer.email") && page.html.contains("付款前需要"), "{}", page.html);
    let fields: Vec<_> =
        page.hidden("name=\"salt\"").into_iter().chain([("answer.email".to_owned(), "lin@example.org".to_owned())]).collect();
    let sending = browser().post(shop.url(&format!("/pay/{id}"))).header("origin", "https://evil.example");
    assert_eq!(Told::of(filled(sending, &fields)).await.status, 403);
    assert!(shop.stored(&id).await.answers_digest.is_none());
    assert_eq!(press(&shop, &id, &page, "name=\"salt\"", &[("answer.email", "lin@example.org")]).await.status, 303);
}

//! The code on a table, scanned by a phone that runs no scripts: what waits there is paid, and what is offered is ordered.

use merchant::api_keys::{self, Scope};
use serde_json::{Value, json};
use testing::{Browser, Engine, Look, Scene, ShopOptions};

use crate::plain::{click, fault_free, says, scan, text};

// Only Chromium can be told to run no scripts.
told_in!([chromium]: at_a_place_what_waits_is_paid_and_what_is_offered_is_ordered_without_scripts);

/// What a call of the admin API makes; its name makes it once.
async fn made(scene: &Scene, key: &str, path: &str, body: Value) -> Value {
    let call = reqwest::Client::new().post(format!("{}/admin/v1/{path}", scene.shop.url())).bearer_auth(key);
    let call = call.header("idempotency-key", body.to_string().len().to_string() + path).body(body.to_string());
    let told = call.send().await.unwrap();
    assert_eq!(told.status(), 201);
    serde_json::from_str(&told.text().await.unwrap()).unwrap()
}

/// The id of an order that the shop makes for the table.
async fn bill(scene: &Scene, key: &str, reference: &str) -> String {
    let lines = json!([{ "name": "Dinner", "unit_price": 9_900 }]);
    let body = json!({ "currency": "CNY", "lines": lines, "place": "Table 7", "reference": reference });
    made(scene, key, "orders", body).await["order"]["id"].as_str().unwrap().to_owned()
}

/// Waits until the page says that. Where no script runs, nothing but the driver can look.
async fn comes_to_say(browser: &Browser, words: &str) {
    for _ in 0..500 {
        if text(browser).await.contains(words) {
            return;
        }
    }
    says(browser, words).await;
}

async fn at_a_place_what_waits_is_paid_and_what_is_offered_is_ordered_without_scripts(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { browser, shop, .. } = &scene;
    let (_, key) = api_keys::create(shop.merchant().unwrap().store(), "tests", &Scope::ALL, 0).await.unwrap();
    let place = made(&scene, &key, "places", json!({ "name": "Table 7" })).await["url"].as_str().unwrap().to_owned();
    browser.resize(390, 900).await;
    browser.goto(&place).await;
    fault_free(browser).await;
    browser.run_scripts(false).await;
    browser.goto(&place).await;
    comes_to_say(browser, "Table 7").await;
    browser.keep("place-menu-390").await;
    browser.run("document.querySelector(\"option[value='tea-100g:2']\").selected = true", json!([])).await;
    click(browser, "button.go").await;
    comes_to_say(browser, "Table 7").await;
    comes_to_say(browser, "136.00 CNY").await;
    click(browser, "button[name=method]").await;
    comes_to_say(browser, "press “Check now”").await;
    scan(&scene).await;
    // Looks until the provider has told of it: then there is nothing to look for.
    let look = "return document.querySelector('button[value=look]')";
    while let Some(button) = browser.run(look, json!([])).await.as_object().and_then(|found| found.values().next()).and_then(Value::as_str)
    {
        browser.click(button).await;
    }
    comes_to_say(browser, "has received your payment").await;

    bill(&scene, &key, "A").await;
    browser.goto(&place).await;
    comes_to_say(browser, "Dinner").await;
    let orders = [bill(&scene, &key, "BB").await, bill(&scene, &key, "CCC").await];
    browser.goto(&place).await;
    comes_to_say(browser, "Which order would you like to pay?").await;
    browser.keep("place-bills-390").await;
    click(browser, &format!("a[href='../pay/{}']", orders[0])).await;
    comes_to_say(browser, "99.00 CNY").await;
    scan(&scene).await;
    browser.run_scripts(true).await;
    browser.goto(&place).await;
    fault_free(browser).await;
    browser.goto(&format!("{}/pay/{}", shop.url(), orders[0])).await;
    testing::Widget::first(browser).comes_to("paid").await;
    assert_eq!(shop.sandbox.codes().len(), 4, "a code for each order, and none for a look");
}

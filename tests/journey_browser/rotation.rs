//! A new signing key, as `docs/keys.md` tells to change it, while a shopper looks at a code; and the old key after its pin is gone.

use serde_json::json;

use crate::purchase::{click_page, names, reasons, to_code};
use testing::{Engine, Look, Scene, ShopOptions, read_qr, sees_qr, snippet_pinning};

told_in!([chromium firefox webkit]:
    a_key_that_changes_while_the_code_is_shown_is_noticed_by_nobody
    once_its_pin_is_gone_the_old_key_draws_nothing
);

/// The settings in which the next key is published and nothing signs with it yet.
fn published(settings: &str, next: &str) -> String {
    settings.replace("signing.seed\"", &format!("signing.seed\"\nnext_seed_file = \"{next}\""))
}

/// The settings in which the next key signs and the first one is remembered.
fn switched(settings: &str, next: &str, retired: &str) -> String {
    let (before, section) = settings.split_once("[signing]\n").unwrap();
    let (_, after) = section.split_once("[catalog]").unwrap();
    format!("{before}[signing]\nseed_file = \"{next}\"\nretired = [\"{retired}\"]\n[catalog]{after}")
}

async fn a_key_that_changes_while_the_code_is_shown_is_noticed_by_nobody(engine: Engine) {
    let mut scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, pages } = &mut scene;
    let (next, new) = shop.make_key("next.seed");
    let old = shop.pin().to_owned();
    shop.restart_with(|settings| published(settings, &next)).await;
    browser.goto(&pages.put("shop", "en", &snippet_pinning(shop, &format!("{old} {new}"), ""))).await;
    let widget = to_code(browser).await;
    let (order, payload) = (widget.property("order").await["id"].clone(), read_qr(&browser.screenshot().await));

    shop.restart_with(|settings| switched(settings, &next, &old)).await;
    widget.click("Check now").await;
    widget.says("Not paid yet").await;
    assert_eq!(read_qr(&browser.screenshot().await), payload, "the code on the screen is another one");
    shop.sandbox.pay(&payload).unwrap();
    widget.comes_to("paid").await;
    assert_eq!(widget.property("order").await["id"], order);
    let heard = names(browser).await;
    assert!(heard.iter().all(|name| name != "unsure" && name != "violation"), "{heard:?}");
    let distrust = browser.events().await.into_iter().find(|event| event["detail"]["severity"] == "attack-suspected");
    assert_eq!(distrust, None, "the new key is taken for an attacker's");
}

async fn once_its_pin_is_gone_the_old_key_draws_nothing(engine: Engine) {
    let mut scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, pages } = &mut scene;
    let (next, new) = shop.make_key("next.seed");
    let old = shop.pin().to_owned();
    browser.goto(&pages.put("shop", "en", &snippet_pinning(shop, &format!("{old} {new}"), ""))).await;
    let widget = to_code(browser).await;
    let (order, payload) = (widget.property("order").await["id"].clone(), read_qr(&browser.screenshot().await));

    // The merchant drops the old pin too early: the backend still signs with its key.
    let page = pages.put("shop", "en", &snippet_pinning(shop, &new, ""));
    browser.goto(&page).await;
    assert_eq!(reasons(browser).await[0], "key-unknown");
    widget.comes_to("unsure").await;
    assert_eq!(widget.property("order").await, json!(null));
    assert!(!sees_qr(&browser.screenshot().await) && !widget.has("group", "Payment code").await);

    // Once the next key signs, the shopper goes on with the same order and the same code.
    shop.restart_with(|settings| switched(settings, &next, &old)).await;
    widget.click("Check now").await;
    widget.comes_to("awaiting").await;
    assert_eq!((&widget.property("order").await["id"], read_qr(&browser.screenshot().await)), (&order, payload));

    // And a price of the old key is not drawn either.
    let first = |settings: &str| settings.replace("next.seed", "signing.seed").replace("retired", "# retired");
    shop.restart_with(first).await;
    browser.forget_everything(&page).await;
    widget.comes_to("cart").await;
    click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
    assert_eq!(reasons(browser).await[0], "key-unknown");
    widget.says("could not be verified").await;
    assert!(!widget.is_saying("148.00").await, "a price of the old key is drawn");
}

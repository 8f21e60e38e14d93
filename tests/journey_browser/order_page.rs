//! After the money in a browser: the paid screen tells what becomes of the order, and the order's own page opens it by the key in its address,
//! for whoever has that and for nobody else.

use std::path::Path;

use merchant::api_keys::{self, Scope};
use serde_json::{Value, json};
use testing::{Browser, Engine, Folder, Scene, ShopOptions, Widget};

use crate::purchase::{order_tea, to_code};

told_in!([chromium firefox webkit]: an_order_is_followed_on_its_own_page_by_its_buyer_alone);

told_in!([chromium firefox webkit]: what_was_bought_to_be_loaded_and_shown_is_on_the_paid_screen);

const PARCEL: &str = "00340434161094021501";

/// Says what became of an order's things, as the shop's own program does.
async fn fulfil(scene: &Scene, order: &str, body: Value) {
    let store = scene.shop.merchant().unwrap().store();
    let (_, key) = api_keys::create(store, "tests", &Scope::ALL, 0).await.unwrap();
    let call = reqwest::Client::new().post(format!("{}/admin/v1/orders/{order}/fulfilments", scene.shop.url())).bearer_auth(key);
    let call = call.header("idempotency-key", body.to_string()).header("content-type", "application/json");
    assert_eq!(call.body(body.to_string()).send().await.unwrap().status(), 201);
}

/// Pays what is on the screen; answers the order's id and the address of its page.
async fn pay(scene: &Scene, widget: &Widget<'_>) -> (String, String) {
    let code = &scene.shop.sandbox.codes()[0];
    scene.shop.sandbox.pay(&code.payload).unwrap();
    widget.comes_to("paid").await;
    let link = widget.find("link", "Keep the page of this order").await;
    let page = scene.browser.run("return arguments[0].href", json!([Browser::reference(&link)])).await;
    let order = widget.property("order").await["id"].as_str().unwrap().to_owned();
    (order, page.as_str().unwrap().to_owned())
}

async fn an_order_is_followed_on_its_own_page_by_its_buyer_alone(engine: Engine) {
    let scene = Scene::open(engine).await;
    let browser = &scene.browser;
    let (order, page) = pay(&scene, &to_code(browser).await).await;
    let (address, key) = page.split_once('#').unwrap();
    assert_eq!(address, format!("{}/o/{order}", scene.shop.url()));

    browser.goto(&page).await;
    let widget = Widget::first(browser);
    widget.comes_to("paid").await;
    let parcel = json!({ "kind": "shipped", "carrier": "DHL", "tracking": PARCEL, "link": "https://carrier.example/parcel" });
    fulfil(&scene, &order, parcel).await;
    widget.says(PARCEL).await;
    widget.find("link", "Track the parcel").await;
    assert!(!widget.has("link", "Keep the page of this order").await, "this is it");
    assert!(!widget.has("button", "Continue shopping").await, "there is no shop around it");
    assert_eq!(browser.axe("main").await, [""; 0]);
    browser.keep("order-page-1280").await;

    // Another browser, to which somebody has sent the address without its end.
    browser.forget_everything(&scene.shop.url()).await;
    browser.goto(address).await;
    let widget = Widget::first(browser);
    widget.comes_to("paid").await;
    widget.says("Shipped").await;
    fulfil(&scene, &order, json!({ "kind": "returned" })).await;
    widget.says("Returned").await;
    assert!(!widget.is_saying(PARCEL).await, "who knows the order alone sees no parcel");

    let told = scene.shop.line.addresses().join("\n");
    assert!(told.contains(&order) && !told.contains(key), "no address that went over the line has the key");
}

/// A shop that sells a file and a seat.
fn with_goods(folder: &Path) -> &'static str {
    std::fs::write(folder.join("guide.pdf"), b"%PDF-1.4 a guide").unwrap();
    Box::leak(format!("[downloads]\nfolder = \"{}\"\n", folder.display()).into_boxed_str())
}

const GOODS: &str = "currency = \"CNY\"\n[[item]]\nsku = \"tea-100g\"\nname = \"Guide\"\nprice = 1000\nfile = \"guide.pdf\"\nticket = true\n\
    event = \"tasting\"\nstarts = \"2027-03-21 15:00\"\nplace = \"Tea House\"\n";

async fn what_was_bought_to_be_loaded_and_shown_is_on_the_paid_screen(engine: Engine) {
    let folder = Folder::new("goods");
    let options = ShopOptions { catalog: GOODS, more: with_goods(folder.path()), ..ShopOptions::default() };
    let scene = Scene::open_with(engine, options).await;
    let widget = order_tea(&scene.browser).await;
    widget.call("setQuantity", json!(["tea-100g", 1])).await;
    widget.comes_to("quoted").await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    pay(&scene, &widget).await;
    widget.says("Tea House").await;
    let order = widget.property("order").await["id"].as_str().map(|id| protocol::OrderId::parse(id).unwrap()).unwrap();
    let ticket = scene.shop.merchant().unwrap().store().tickets_of(&order).await.unwrap().remove(0);
    widget.says(&ticket.number.to_string()).await;
    scene.browser.resize(390, 1800).await;
    let code = testing::read_qr(&scene.browser.keep("paid-ticket-390").await);
    let claims = code.split('.').nth(1).and_then(|part| protocol::base64::decode(protocol::base64::Alphabet::Url, part)).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((claims["number"].as_str(), claims["event"].as_str()), (Some(ticket.number.to_string().as_str()), Some("tasting")));
    assert!(!code.contains(order.as_str()), "a ticket names no order");
    widget.click("Download guide.pdf").await;
    let loads = || scene.shop.line.addresses().iter().filter(|address| address.contains("/d/")).count();
    while loads() == 0 {
        scene.browser.breathe().await;
    }
    widget.comes_to("paid").await;
    // What cannot be had is told beside its button, and the page stays.
    std::fs::remove_file(folder.path().join("guide.pdf")).unwrap();
    widget.click("Download guide.pdf").await;
    widget.says("The shop could not do that just now.").await;
    widget.find("button", "Download guide.pdf").await;
    assert_eq!(loads(), 1, "nobody was led away");
}

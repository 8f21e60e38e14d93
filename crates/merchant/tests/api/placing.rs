//! Places: what a printed code at a table or a shelf opens, and the orders that are made there.

use std::process::{Command, Output};

use merchant::api_keys::Scope;
use protocol::OrderId;
use serde_json::{Value, json};
use testing::Folder;
use testing::backend::{Shop, text};

use super::page::{DESK, Told, browser, filled};

/// A place that the shop makes.
async fn made(shop: &Shop, key: &str, name: &str, items: &[&str]) -> Value {
    let told = shop.call(key, "POST", "places", Some((name, json!({ "name": name, "items": items })))).await;
    assert_eq!(told.status, 201, "{}", told.text);
    told.json()
}

fn id(place: &Value) -> &str {
    place["id"].as_str().unwrap()
}

fn path(place: &Value) -> String {
    format!("/at/{}", id(place))
}

async fn look(shop: &Shop, path: &str, language: &str) -> Told {
    Told::of(browser().get(shop.url(path)).header("user-agent", DESK).header("accept-language", language)).await
}

/// An order that the shop makes for a place.
async fn bill(shop: &Shop, key: &str, place: &str, once: &str) -> OrderId {
    let body = json!({ "currency": "CNY", "lines": [{ "name": "Dinner", "unit_price": 9_900 }], "place": place });
    let told = shop.call(key, "POST", "orders", Some((once, body))).await;
    assert_eq!(told.status, 201, "{}", told.text);
    OrderId::parse(told.json()["order"]["id"].as_str().unwrap()).unwrap()
}

/// Sends the form of that button on a page.
async fn press(shop: &Shop, path: &str, page: &Told, button: (&str, &str)) -> Told {
    let marker = format!("name=\"{}\" value=\"{}\"", button.0, button.1);
    let fields: Vec<_> = page.hidden(&marker).into_iter().chain([(button.0.to_owned(), button.1.to_owned())]).collect();
    let sending = browser().post(shop.url(path)).header("user-agent", DESK).header("origin", shop.url("")).header("accept-language", "en");
    Told::of(filled(sending, &fields)).await
}

async fn pay(shop: &Shop, order: &OrderId) {
    let payment = shop.stored(order).await.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), order.as_str())).await, 204);
}

#[tokio::test]
async fn a_place_offers_what_is_sold_there_and_its_orders_keep_it() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let place = made(&shop, &key, "Table <7>", &["tea"]).await;
    assert_eq!((&place["url"], &place["state"]), (&json!(shop.url(&path(&place))), &json!("open")));
    for _ in 0..3 {
        let page = look(&shop, &path(&place), "en").await;
        assert!(page.status == 200 && page.html.contains("<h1>Mountain Tea</h1><h2>Table &lt;7&gt;</h2>"), "{}", page.html);
        assert!(page.html.contains("<option value=\"tea:2\">2</option>") && !page.html.contains("cup:1"), "{}", page.html);
        assert_eq!(page.headers["x-robots-tag"], "noindex, nofollow, noarchive");
    }
    // What a form of it sends: a choice for each thing, most of them none.
    let query = format!("/pay?place={}&item=tea%3A2&item=", id(&place));
    let page = look(&shop, &query, "en").await;
    assert!(page.status == 200 && page.html.contains(&format!("<a href=\"at/{}\">Table &lt;7&gt;</a>", id(&place))), "{}", page.html);
    let own = press(&shop, "/pay", &page, ("method", "wechat_pay")).await;
    assert!(own.status == 200 && own.html.contains("<svg class=\"code\""), "{}", own.html);
    let told = shop.call(&key, "GET", &format!("orders?place={}", id(&place)), None).await.json();
    assert_eq!(told["orders"].as_array().unwrap().len(), 1);
    assert_eq!(told["orders"][0]["place"], json!({ "id": id(&place), "name": "Table <7>" }));
    let order = told["orders"][0]["order"]["id"].as_str().unwrap().to_owned();
    let account = shop.call(&key, "GET", &format!("orders/{order}"), None).await.json();
    assert_eq!(account["place"]["name"], "Table <7>");
    // An order that a shopper makes is no bill for whoever sits there next.
    assert_eq!(look(&shop, &path(&place), "en").await.status, 200);

    let nothing = look(&shop, &format!("/pay?place={}&item=", id(&place)), "en").await;
    assert!(nothing.status == 400 && nothing.html.contains("Your cart is empty"), "{}", nothing.html);
    assert!(nothing.html.contains("<option value=\"tea:2\">"), "{}", nothing.html);
    let foreign = look(&shop, &format!("/pay?place={}&item=cup:1", id(&place)), "en").await;
    assert!(foreign.html.contains("No longer sold"), "{}", foreign.html);
}

#[tokio::test]
async fn an_order_that_waits_at_a_place_is_paid_once_however_many_scan_its_code() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let place = made(&shop, &key, "Table 7", &[]).await;
    let order = bill(&shop, &key, "Table 7", "one").await;
    let scanned = look(&shop, &path(&place), "en").await;
    assert_eq!((scanned.status, scanned.headers["location"].to_str().unwrap()), (303, format!("../pay/{order}").as_str()));

    // Two at the table scan it, and each asks for a code of his own: the one before is closed.
    let paying = format!("/pay/{order}");
    let pages = [look(&shop, &paying, "en").await, look(&shop, &paying, "en").await];
    for page in &pages {
        assert_eq!(press(&shop, &paying, page, ("method", "wechat_pay")).await.status, 303);
    }
    let account = shop.call(&key, "GET", &format!("orders/{order}"), None).await.json();
    let payments = account["payments"].as_array().unwrap();
    let open: Vec<_> = payments.iter().filter(|payment| payment["status"] == "waiting").collect();
    assert_eq!((open.len(), payments.len()), (1, 3), "{account}");
    let closed = payments.iter().filter(|payment| payment["status"] != "waiting");
    assert!(closed.map(|payment| payment["id"].as_str().unwrap()).all(|payment| shop.provider.is_closed(payment)), "{account}");

    pay(&shop, &order).await;
    // It waits no more.
    let after = look(&shop, &path(&place), "en").await;
    assert!(after.status == 200 && after.html.contains("<form method=\"get\" action=\"../pay\">"), "{}", after.html);
    for page in &pages {
        press(&shop, &paying, page, ("method", "wechat_pay")).await;
    }
    let account = shop.call(&key, "GET", &format!("orders/{order}"), None).await.json();
    assert_eq!(account["payments"].as_array().unwrap().len(), 3, "nobody pays it again: {account}");
}

#[tokio::test]
async fn of_several_orders_that_wait_the_shopper_chooses_one() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let place = made(&shop, &key, "Table 7", &[]).await;
    let (first, second) = (bill(&shop, &key, id(&place), "one").await, bill(&shop, &key, id(&place), "two").await);
    let page = look(&shop, &path(&place), "en").await;
    assert!(page.status == 200 && page.html.contains("99.00 CNY") && page.html.contains("Which order"), "{}", page.html);
    for order in [&first, &second] {
        assert!(page.html.contains(&format!("href=\"../pay/{order}\"")), "{}", page.html);
    }
    shop.call(&key, "POST", &format!("orders/{first}/cancel"), Some(("x", json!({})))).await;
    assert_eq!(look(&shop, &path(&place), "en").await.headers["location"].to_str().unwrap(), format!("../pay/{second}"));
    shop.advance(2 * 86_400);
    assert_eq!(look(&shop, &path(&place), "en").await.status, 200, "its time is over");
}

#[tokio::test]
async fn places_that_are_unknown_or_closed_say_so_and_what_is_no_place_is_refused() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    for unknown in ["/at/plc_AAAAAAAAAAAAAAAAAAAAAA", "/at/x", "/at/%3Cb%3E", "/pay?item=tea:1&place=plc_AAAAAAAAAAAAAAAAAAAAAA"] {
        let told = look(&shop, unknown, "zh-CN").await;
        assert!(told.status == 404 && told.html.contains("没有这个位置") && told.html.contains("<h1>"), "{}", told.html);
    }
    let place = made(&shop, &key, "Table 7", &[]).await;
    let cart = format!("/pay?item=tea:1&place={}", id(&place));
    let page = look(&shop, &cart, "en").await;
    let ordered = press(&shop, "/pay", &page, ("method", "wechat_pay")).await;
    assert_eq!(ordered.status, 200);
    let close = format!("places/{}/close", id(&place));
    assert_eq!(shop.call(&key, "POST", &close, Some(("x", json!({})))).await.json()["state"], "closed");
    for path in [path(&place), cart] {
        let told = look(&shop, &path, "de").await;
        assert!(told.status == 410 && told.html.contains("Dieser Platz ist geschlossen"), "{path} {}", told.html);
        assert!(told.html.contains("<h1>Mountain Tea</h1>"), "{}", told.html);
    }
    // Whoever ordered before goes on, and a form that was sent twice is the same order.
    assert_eq!(press(&shop, "/pay", &page, ("method", "wechat_pay")).await.status, 200);
    let again = shop.call(&key, "POST", "places", Some(("other", json!({ "name": "Table 7" })))).await;
    assert_eq!(again.status, 201, "a closed place keeps its name from nobody");
    made(&shop, &key, "Twice", &[]).await;
    assert_eq!(shop.call(&key, "POST", "places", Some(("twin", json!({ "name": "Twice" })))).await.status, 201);

    let line = json!([{ "name": "x", "unit_price": 1 }]);
    for (path, body, status, said) in [
        ("places", json!({ "name": "" }), 400, "name"),
        ("places", json!({ "name": "\u{202e}x" }), 400, "U+202E"),
        ("places", json!({ "name": "x".repeat(65) }), 400, "name"),
        ("places", json!({ "name": id(&place) }), 400, "is the id"),
        ("places", json!({ "name": "x", "items": ["nothing"] }), 400, "items: unknown-sku nothing"),
        ("places", json!({ "name": "x", "items": ["tea", "tea"] }), 400, "items[1]: stands twice"),
        ("places", json!({ "name": "x", "surprise": 1 }), 400, "surprise"),
        ("orders", json!({ "currency": "CNY", "lines": line, "place": id(&place) }), 400, "place: is closed"),
        ("orders", json!({ "currency": "CNY", "lines": line, "place": "Nowhere" }), 404, "no such place"),
        ("orders", json!({ "currency": "CNY", "lines": line, "place": "Twice" }), 409, "several places"),
    ] {
        let told = shop.call(&key, "POST", path, Some(("bad", body.clone()))).await;
        assert!(told.status == status && told.text.contains(said), "{body}: {}", told.text);
    }
    assert_eq!(shop.call(&key, "GET", "orders?place=Nowhere", None).await.status, 404);
    let reader = shop.key(&[Scope::Read]).await;
    assert_eq!(shop.call(&reader, "POST", "places", Some(("bad", json!({ "name": "x" })))).await.status, 403);
    assert_eq!(shop.call(&reader, "POST", &close, Some(("bad", json!({})))).await.status, 403);
}

async fn run(shop: &Shop, key: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.args(arguments).env("QR_CHECKOUT_API_KEY", key).env("QR_CHECKOUT_BACKEND", shop.url(""));
    // The backend that it asks goes on meanwhile.
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

async fn told(shop: &Shop, key: &str, arguments: &[&str]) -> String {
    let output = run(shop, key, arguments).await;
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_made_printed_and_closed_at_a_terminal() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let create = ["places", "create", "Table 7", "--item", "tea", "--item", "cup", "--once", "table 7"];
    let made = told(&shop, &key, &create).await;
    assert!(made.starts_with("open    Table 7") && made.contains("tea, cup") && made.contains("/at/plc_"), "{made}");
    assert_eq!(told(&shop, &key, &create).await, made, "the same word is the same place");
    told(&shop, &key, &["places", "create", "桌 8"]).await;
    assert_eq!(told(&shop, &key, &["places", "list"]).await.lines().count(), 2);
    let url = made.split_whitespace().last().unwrap();
    let order = ["orders", "create", "--line", "Tea:1:68.00", "--currency", "CNY", "--reference", "A-1", "--place"];
    for place in ["Table 7", url] {
        let ordered = told(&shop, &key, &[&order[..], &[place, "--once", place]].concat()).await;
        assert!(ordered.contains("  at Table 7  plc_"), "{ordered}");
    }
    assert_eq!(told(&shop, &key, &["orders", "list", "--place", "Table 7"]).await.lines().count(), 2);
    let folder = Folder::new("place");
    let file = folder.path().join("label.svg");
    told(&shop, &key, &["places", "label", "Table 7", "--out", file.to_str().unwrap()]).await;
    let label = std::fs::read_to_string(&file).unwrap();
    assert!(label.contains(">Table 7<") && label.contains(">Mountain Tea<"), "{label}");
    assert!(told(&shop, &key, &["places", "close", url]).await.starts_with("closed"));
    let refused = run(&shop, &key, &["places", "close", "Table 7"]).await;
    assert!(text(&refused.stderr).contains("there is no such place"), "{}", text(&refused.stderr));
}

//! Orders under accounts for tests: no money moves, nothing real is given, and everything says so.

use merchant::api_keys::Scope;
use protocol::{OrderStatus, OwnerKey, Receipt, Way};
use serde_json::{Value, json};
use testing::backend::{Shop, item, key, nonce, text};

use crate::configuring::{check, live};

const CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "tea"
name = "Tea"
price = 6800
[[item]]
sku = "guide"
name = "Guide"
price = 1000
file = "guide.pdf"
[[item]]
sku = "app"
name = "App"
price = 2000
keys = "keys.txt"
[[item]]
sku = "seat"
name = "Workshop"
price = 3000
digital = true
ticket = true
event = "workshop"
"#;

fn of_test(config: String) -> String {
    config.replace("settings_url = ", "test = true\nsettings_url = ")
}

async fn open() -> Shop {
    let shop = Shop::open_as("currency = \"CNY\"\n", of_test).await;
    shop.folder.write("guide.pdf", "what is sold");
    shop.folder.write("keys.txt", "KEY-1\nKEY-2\n");
    shop.folder.write("catalog.toml", CATALOG);
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    shop
}

/// An order of one of each, paid.
async fn paid(shop: &Shop, skus: &[&str]) -> protocol::Order {
    let items: Vec<_> = skus.iter().map(|sku| item(sku, 1)).collect();
    let order = shop.order(&shop.wish(&items, key()).await).await.1;
    let payment = order.payment.as_ref().unwrap().id.as_str();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, &format!("EV-{payment}"))).await, 204);
    shop.look(&order.id).await
}

#[tokio::test]
async fn an_order_under_a_test_account_is_a_test_from_its_quote_to_its_receipt() {
    let shop = open().await;
    assert!(shop.quote(&[item("tea", 1)]).await.is_test);
    let order = shop.order(&shop.wish(&[item("tea", 1)], key()).await).await.1;
    assert!(order.is_test);
    let order = paid(&shop, &["tea"]).await;
    assert_eq!((order.is_test, order.status), (true, OrderStatus::Paid));
    let receipt = Receipt::open(order.receipt.as_deref().unwrap(), &shop.pins).unwrap();
    assert!(receipt.is_test);
    assert!(shop.stored(&order.id).await.is_test, "the records have it");
    let reader = shop.key(&[Scope::Read]).await;
    let told = shop.call(&reader, "GET", &format!("orders/{}", order.id), None).await.json();
    assert_eq!((&told["order"]["test"], &told["ledger"][0]["detail"]["order"]["test"]), (&json!(true), &json!(true)));
    let listed = shop.call(&reader, "GET", "orders", None).await.json();
    assert_eq!(listed["orders"][0]["order"]["test"], true);
    // The books have it apart.
    let rows = shop.call(&reader, "GET", "export", None).await.text;
    assert!(rows.lines().nth(1).is_some_and(|row| row.contains(",sale,") && row.ends_with(",true")), "{rows}");
    let row = shop.call(&reader, "GET", "export?format=jsonl", None).await.text;
    assert_eq!(serde_json::from_str::<Value>(row.lines().next().unwrap()).unwrap()["test"], true);
    let taken = shop.call(&reader, "GET", "insights?by=method", None).await.text;
    assert!(!taken.contains("wechat_pay"), "{taken}");
}

#[tokio::test]
async fn a_live_order_says_nothing_of_tests() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    assert!(!order.is_test && order.to_json().get("test").is_none());
    shop.provider.pay(order.payment.as_ref().unwrap().id.as_str());
    let receipt = shop.look(&order.id).await.receipt.unwrap();
    assert!(!Receipt::open(&receipt, &shop.pins).unwrap().is_test);
}

#[tokio::test]
async fn a_test_gives_no_key_no_file_and_admits_nobody() {
    let shop = open().await;
    let order = paid(&shop, &["guide", "app", "seat"]).await;
    let (store, number) = (shop.merchant().store(), order.number.clone().unwrap());
    let owner = OwnerKey::from_random([7; 16]);
    store.add_owner_key(&order.id, owner.digest(), 0).await.unwrap();
    let opened = shop.open_order(&order, &owner).await.unwrap();
    assert_eq!((opened.licence_keys[0].keys.clone(), opened.licence_keys[0].owed), (vec![format!("TEST-{number}-1")], 0));
    assert_eq!(store.key_pools().await.unwrap()[0].free, 2, "nothing was taken from those who pay");
    assert_eq!(opened.downloads[0].name, "TEST-guide.pdf.txt");
    let asked = shop.ask(&shop.backend.download(&order.id, (owner.as_str(), "guide"), nonce(), key())).await;
    let told: Value = serde_json::from_slice(&asked.bytes).unwrap();
    let reply = shop.client.get(told["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(reply.headers()["content-length"].to_str().unwrap(), told["bytes"].to_string());
    let file = reply.text().await.unwrap();
    assert!(file.starts_with("This is a test.") && !file.contains("what is sold"), "{file}");
    let part = shop.client.get(told["url"].as_str().unwrap()).header("range", "bytes=0-3").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.text().await.unwrap().as_str()), (206, "This"));

    let ticket = opened.tickets[0].ticket.clone().unwrap();
    let head = protocol::base64::decode(protocol::base64::Alphabet::Url, ticket.split('.').next().unwrap()).unwrap();
    assert!(text(&head).contains("\"qr-checkout-test-ticket+jwt\""), "{}", text(&head));
    let door = shop.key(&[Scope::Doors]).await;
    let listed = shop.call(&door, "GET", "tickets?event=workshop", None).await.json();
    assert_eq!(listed["tickets"][0]["state"], "test");
    for once in ["a", "b"] {
        let path = format!("tickets/{}/admit", opened.tickets[0].number);
        let told = shop.call(&door, "POST", &path, Some((once, json!({ "door": "north", "event": "workshop" })))).await.json();
        assert_eq!((&told["outcome"], &told["ticket"]["admitted_at"]), (&json!("test"), &Value::Null));
    }
}

#[tokio::test]
async fn no_live_order_is_paid_by_a_test_account_and_no_test_by_a_live_one() {
    let mut shop = Shop::open().await;
    for to_test in [true, false] {
        let order = shop.order_tea().await;
        assert_eq!(order.is_test, !to_test);
        shop.close().await;
        shop.open_again_with(|config| if to_test { of_test(config) } else { config }).await;
        let told = shop.told(&order.id).await;
        assert_eq!(told.is_test, order.is_test, "once a test, always one");
        let again = shop.backend.new_payment(&order.id, &Way::qr(&order.methods[0]), nonce(), key());
        assert_eq!(shop.ask(&again).await.code().1, "method-not-offered");
    }
}

#[test]
fn accounts_for_tests_stand_beside_no_live_one_and_on_no_public_host_by_accident() {
    let (folder, config) = live();
    let test = config.replace("[wechat_pay]\n", "[wechat_pay]\ntest = true\n");
    let bank = "[bank]\nname = \"Tea\"\ncity = \"Here\"\n[bank.promptpay]\ntarget = \"0812345678\"\n";
    for (config, told) in [
        (test.clone(), "merchant.test: [wechat_pay] is an account for tests"),
        (format!("{test}{bank}"), "wechat_pay: is an account for tests, and [bank] is a live one"),
        (format!("{config}{}", bank.replacen("\n", "\ntest = true\n", 1)), "bank: is an account for tests, and [wechat_pay] is a live one"),
    ] {
        let output = check(&folder, &config);
        let complaint = text(&output.stderr);
        assert!(output.status.code() == Some(1) && complaint.starts_with(told), "{told}: {complaint}");
    }
    let meant = test.replace("[merchant]\n", "[merchant]\ntest = true\n");
    let output = check(&folder, &meant);
    assert!(output.status.success() && text(&output.stdout).contains("no money moves"), "{}", text(&output.stderr));
    let idle = check(&folder, &config.replace("[merchant]\n", "[merchant]\ntest = true\n"));
    assert!(idle.status.success() && text(&idle.stdout).contains("merchant.test: true, and no account"), "{}", text(&idle.stdout));
}

#[test]
fn the_host_of_alipays_sandbox_is_known() {
    for (url, is_test) in [
        ("https://openapi-sandbox.dl.alipaydev.com", true),
        ("https://OPENAPI-SANDBOX.dl.alipaydev.com/", true),
        ("https://openapi.alipay.com", false),
        ("http://127.0.0.1:8081", false),
        ("https://openapi-sandbox.dl.alipaydev.com.evil.example", false),
    ] {
        assert_eq!(gateway::alipay::is_test(url), is_test, "{url}");
    }
}

//! `doctor`: each thing that can be wrong is made so from outside, and is said in words with what to do.

use std::process::{Command, Output};
use std::sync::Arc;

use gateway::wechat_pay::{PlatformCertificate, Settings, WechatPay};
use merchant::api_keys::Scope;
use serde_json::{Value, json};
use sqlx::Executor as _;
use testing::Folder;
use testing::backend::bank::FPS;
use testing::backend::{Receiver, SHOP_CATALOG, Shop, account, description, text};

/// The codes of what is wrong.
async fn codes(shop: &Shop, key: &str) -> Vec<String> {
    let told = shop.call(key, "GET", "doctor", None).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let findings = told.json()["findings"].clone();
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let described = description::document()["paths"]["/admin/v1/doctor"].to_string();
    for one in findings.as_array().unwrap() {
        assert!(["words", "what_to_do"].iter().all(|name| word(one, name).len() > 10), "{one}");
        assert!(described.contains(&format!("\"{}\"", word(one, "code"))), "{one} is not in the description");
        assert!(["error", "warning"].contains(&word(one, "severity").as_str()), "{one}");
    }
    findings.as_array().unwrap().iter().map(|one| word(one, "code")).collect()
}

async fn make_order(shop: &Shop, key: &str, once: &str) -> Value {
    let wish = json!({ "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": 100 }] });
    let made = shop.call(key, "POST", "orders", Some((once, wish))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()
}

async fn doctor(shop: &Shop, key: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.arg("doctor").args(arguments).env("QR_CHECKOUT_API_KEY", key).env("QR_CHECKOUT_BACKEND", shop.url(""));
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_is_well_is_told_so() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Read]).await;
    let well = doctor(&shop, &key, &[]).await;
    let told = text(&well.stdout);
    assert!(well.status.success() && told == "Nothing is wrong.\n", "{told}{}", text(&well.stderr));
    shop.folder.write("catalog.toml", "price");
    shop.merchant().look_at_catalog().await;
    let ill = doctor(&shop, &key, &[]).await;
    let told = text(&ill.stdout);
    assert!(told.starts_with("error catalog-stale: ") && told.contains("line 1"), "{told}");
    assert_eq!(ill.status.code(), Some(1));
    assert_eq!(doctor(&shop, &key, &["--json"]).await.status.code(), Some(1), "for programs, too");
    shop.folder.write("catalog.toml", SHOP_CATALOG);
    shop.merchant().look_at_catalog().await;
    assert!(codes(&shop, &key).await.is_empty());
    let missing = doctor(&shop, &key, &["--config", "/nonexistent.toml"]).await;
    assert!(missing.status.code() == Some(1) && text(&missing.stderr).starts_with("/nonexistent.toml"), "{}", text(&missing.stderr));
    let other = shop.key(&[Scope::Orders]).await;
    assert_eq!(shop.call(&other, "GET", "doctor", None).await.code(), (403, "scope".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalog_in_a_currency_that_nobody_collects_is_told() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Read]).await;
    assert!(codes(&shop, &key).await.is_empty());
    shop.folder.write("catalog.toml", SHOP_CATALOG.replace("CNY", "EUR"));
    shop.merchant().look_at_catalog().await;
    assert_eq!(codes(&shop, &key).await, ["nothing-collects"]);
    // Of orders of its own lines, each in its currency, the catalog says nothing.
    shop.folder.write("catalog.toml", "currency = \"EUR\"\n");
    shop.merchant().look_at_catalog().await;
    assert!(codes(&shop, &key).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_answer_is_named_until_it_does() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    shop.provider.set_down(true);
    for once in ["one", "two"] {
        make_order(&shop, &key, once).await;
    }
    assert_eq!(codes(&shop, &key).await, ["provider-away"]);
    shop.provider.set_down(false);
    make_order(&shop, &key, "three").await;
    assert!(codes(&shop, &key).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn money_bills_and_questions_that_wait_for_somebody_are_named() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let made = make_order(&shop, &key, "one").await;
    let payment = made["payments"][0]["id"].as_str().unwrap();
    shop.deliver(&shop.provider.notice_of(payment, "EV-1", 99)).await;
    assert_eq!(codes(&shop, &key).await, ["attention"]);
    shop.advance(3_600);
    assert_eq!(codes(&shop, &key).await, ["payments-unasked", "attention"]);
    shop.advance(3 * 86_400);
    let told = codes(&shop, &key).await;
    assert!(told.contains(&"bills-uncompared".to_owned()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_whose_bill_is_gone_before_it_was_compared_are_named_for_a_month() {
    const DAY: i64 = 86_400;
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    shop.merchant().compare_bills().await.unwrap();
    make_order(&shop, &key, "one").await;
    // WeChat Pay keeps bills for 90 days; the first day is the 15th of January.
    shop.advance(90 * DAY);
    assert!(!codes(&shop, &key).await.contains(&"bills-gone".to_owned()));
    shop.advance(2 * DAY);
    assert!(codes(&shop, &key).await.contains(&"bills-gone".to_owned()));
    let told = shop.call(&key, "GET", "doctor", None).await.json();
    let gone = told["findings"].as_array().unwrap().iter().find(|one| one["code"] == "bills-gone").unwrap();
    let words = gone["words"].as_str().unwrap();
    assert!(words.starts_with("2 days ") && words.ends_with(": 2027-01-15 of wechat_pay, 2027-01-16 of wechat_pay"), "{words}");
    shop.advance(29 * DAY);
    let told = shop.call(&key, "GET", "doctor", None).await.text;
    assert!(told.contains("31 days were never compared") && told.contains("2027-01-15"), "{told}");
    shop.advance(DAY);
    let told = shop.call(&key, "GET", "doctor", None).await.text;
    assert!(told.contains("31 days were never compared") && !told.contains("2027-01-15"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_no_program_could_compare_are_not_named() {
    const DAY: i64 = 86_400;
    let mut shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    make_order(&shop, &key, "one").await;
    shop.close().await;
    // As after a program that knew no bills.
    shop.records().await.execute("DELETE FROM tokens WHERE name LIKE 'bill%'").await.unwrap();
    shop.advance(100 * DAY);
    shop.provider.set_down(true);
    shop.open_again().await;
    shop.merchant().compare_bills().await.unwrap();
    assert!(!codes(&shop, &key).await.contains(&"bills-gone".to_owned()));
    shop.advance(2 * DAY);
    let told = shop.call(&key, "GET", "doctor", None).await.text;
    assert!(told.contains("2 days were never compared") && told.contains(": 2027-01-25 of wechat_pay, 2027-01-26"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_the_shops_server_does_not_take_are_named() {
    let receiver = Receiver::start().await;
    let folder = Folder::new("doctor");
    let hooks = receiver.section(folder.path(), "").replace(&receiver.url, "http://127.0.0.1:1/hooks");
    let shop = Shop::open_with(|config| config + &hooks).await;
    let key = shop.key(&Scope::ALL).await;
    let made = make_order(&shop, &key, "one").await;
    let cancel = format!("orders/{}/cancel", made["order"]["id"].as_str().unwrap());
    assert_eq!(shop.call(&key, "POST", &cancel, Some(("cancel", json!({})))).await.status, 200);
    shop.advance(1_000);
    let told = codes(&shop, &key).await;
    assert!(told.contains(&"webhooks-wait".to_owned()), "{told:?}");
    shop.records().await.execute("UPDATE outbox SET next_at = NULL").await.unwrap();
    let told = codes(&shop, &key).await;
    assert!(told.contains(&"webhooks-failed".to_owned()) && !told.contains(&"webhooks-wait".to_owned()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_take_no_write_are_named() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Read]).await;
    let mut somebody = shop.records().await;
    somebody.execute("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(codes(&shop, &key).await, ["store-not-writable"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_differs_from_a_providers_is_told() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    for (behind, words) in
        [(61, Some("61 seconds ahead of wechat_pay's")), (-300, Some("300 seconds behind wechat_pay's")), (59, None), (0, None)]
    {
        shop.provider.set_slow(behind);
        make_order(&shop, &key, &behind.to_string()).await;
        let told = shop.call(&key, "GET", "doctor", None).await.json();
        let clock = told["findings"].as_array().unwrap().iter().find(|one| one["code"] == "clock-off");
        assert_eq!(clock.is_some(), words.is_some(), "{told}");
        assert!(words.is_none_or(|words| clock.unwrap()["words"].as_str().unwrap().contains(words)), "{told}");
    }
    // Banks are asked nothing, and so tell no time.
    let in_its_currency = SHOP_CATALOG.replace("CNY", "HKD");
    let of_a_bank =
        Shop::open_as(&in_its_currency, |config| config.split("[wechat_pay]").next().unwrap_or_default().to_owned() + FPS).await;
    let key = of_a_bank.key(&[Scope::Read]).await;
    let told = doctor(&of_a_bank, &key, &[]).await;
    assert!(text(&told.stdout).starts_with("Nothing is wrong.\nnot checked: the clock"), "{}", text(&told.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_that_do_not_get_on_are_told_after_a_day() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let made = make_order(&shop, &key, "made").await;
    let payment = made["order"]["payment"]["id"].as_str().unwrap();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, "EV-1")).await, 204);
    // This provider takes no money back.
    let refunds = format!("orders/{}/refunds", made["order"]["id"].as_str().unwrap());
    assert_eq!(shop.call(&key, "POST", &refunds, Some(("back", json!({})))).await.json()["refund"]["status"], "pending");
    assert!(!codes(&shop, &key).await.contains(&"refunds-wait".to_owned()));
    shop.advance(86_400 + 1);
    assert!(codes(&shop, &key).await.contains(&"refunds-wait".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_by_which_a_provider_is_believed_are_told_of_before_they_end() {
    let mut shop = Shop::open().await;
    let ends = shop.now() + 30 * 86_400;
    shop.close().await;
    shop.collect_by(Arc::new(believed_by_a_certificate(ends)));
    shop.open_again_with(|config| config.split("[wechat_pay]").next().unwrap_or_default().to_owned()).await;
    let key = shop.key(&[Scope::Read]).await;
    shop.advance(20 * 86_400);
    assert!(!codes(&shop, &key).await.contains(&"certificates-end".to_owned()));
    shop.advance(1);
    let told = shop.call(&key, "GET", "doctor", None).await.json();
    let finding = told["findings"].as_array().unwrap().iter().find(|one| one["code"] == "certificates-end").unwrap();
    let words = finding["words"].as_str().unwrap();
    assert!(words.starts_with("wechat_pay is believed by certificates until 2027-02-14T08:00:00Z"), "{told}");
}

/// WeChat Pay for an account that was never given the public key, and to which newer certificates do not come.
fn believed_by_a_certificate(expires_at: i64) -> WechatPay {
    let (key, serial) = (account::platform_key().key.public_key(), "5A".repeat(20));
    let settings = account::settings("http://127.0.0.1:1");
    let pem = settings.platform_keys.into_values().next().unwrap();
    let settings = Settings { platform_keys: [(serial.clone(), pem)].into(), public_key_id: serial.clone(), ..settings };
    let gateway = WechatPay::new(gateway::wechat_pay::Config::parse(&settings).unwrap());
    gateway.with_certificates(&[PlatformCertificate { serial, key, effective_at: 0, expires_at }])
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_of_an_older_program_that_cannot_be_read_are_missing_in_the_books() {
    let mut shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    make_order(&shop, &key, "one").await;
    shop.close().await;
    shop.records().await.execute("UPDATE orders SET unbooked = 1, metadata = 'words'").await.unwrap();
    shop.open_again().await;
    assert_eq!(codes(&shop, &key).await, ["books-incomplete"]);
    shop.close().await;
    shop.records().await.execute("UPDATE orders SET metadata = NULL").await.unwrap();
    shop.open_again().await;
    assert!(codes(&shop, &key).await.is_empty(), "a good copy is booked by the next start");
}

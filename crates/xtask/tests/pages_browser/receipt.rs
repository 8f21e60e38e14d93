//! The page that checks receipts, in Chromium: the four verdicts, keys that are missing or cannot be read, facts only of what is
//! signed; and how it is drawn, printed and said in each language.

use std::time::Duration;

use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use protocol::signature::Signer;
use protocol::{Charge, Currency, Item, Line, MerchantId, Method, Money, OrderId, Price, PriceText, Receipt, Sku};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use testing::{Browser, Engine, Look};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// For one case; on a slow machine the first one waits for the browser to start.
const DEADLINE: Duration = Duration::from_secs(60);
const LANGUAGES: [&str; 5] = ["en", "de", "ja", "zh-Hans", "ar"];
/// The largest amount that a receipt has: more digits than a float holds.
const LARGEST: i64 = 999_999_999_999_999_999;

/// How a receipt comes to the page.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    Pasted,
    Chosen,
    Dropped,
}

/// What is filled in, and what the page must say.
#[derive(Clone, Serialize)]
struct Case {
    name: &'static str,
    receipt: String,
    trusted: String,
    revoked: String,
    way: Way,
    #[serde(skip)]
    verdict: &'static str,
    #[serde(skip)]
    words: &'static str,
}

#[derive(Deserialize)]
struct Told {
    name: String,
    verdict: String,
    text: String,
}

fn signer(seed: u8) -> Signer {
    Signer::from_seed([seed; 32]).unwrap()
}

fn pin(seed: u8) -> String {
    signer(seed).pin().token()
}

fn receipt(amount: i64, currency: &str) -> String {
    receipt_over(None, Money { amount, currency: Currency::parse(currency).unwrap() })
}

/// A receipt that says what was bought: two pots and a discount.
fn with_price() -> Price {
    let item = Item { sku: Sku::parse("pot").unwrap(), quantity: 2 };
    let line =
        Line { item, name: "<i>Pot</i>".to_owned(), options: Some("<i>Blue</i>".to_owned()), image: None, unit_price: 4500, total: 9000 };
    let off = Charge { label: "Spring".to_owned(), amount: 1000 };
    Price { discounts: vec![off], total: 8000, ..Price::of_lines(Currency::parse("CNY").unwrap(), vec![line]) }
}

fn receipt_over(price: Option<Price>, money: Money) -> String {
    let receipt = Receipt {
        is_test: false,
        merchant: MerchantId::parse("mountain-tea").unwrap(),
        order: OrderId::from_random([1; 16]),
        money,
        method: Method::parse("wechat_pay").unwrap(),
        transaction: "<b>4200001</b>".to_owned(),
        paid_at: 1_800_000_000,
        number: None,
        price: price.map(PriceText::of),
    };
    receipt.sign(&signer(7))
}

/// A receipt over the largest amount, which is also what its only line costs.
fn largest() -> String {
    let item = Item { sku: Sku::parse("pot").unwrap(), quantity: 4 };
    let line = Line { item, name: "Pot".to_owned(), options: None, image: None, unit_price: 1, total: LARGEST };
    let price = Price::of_lines(Currency::parse("CNY").unwrap(), vec![line]);
    let money = price.money();
    receipt_over(Some(price), money)
}

/// A page as the checkout saves it, of a shop whose name looks like a receipt.
fn saved_page(jws: &str) -> String {
    format!("<!doctype html>\n<title>1</title><h1>eyJ0.eyJ9.AAAA</h1><pre dir=\"ltr\">{jws}</pre>")
}

/// A key that nobody may use: its first and last byte, and between them zeros, or ones if the first is high.
fn weak(first: u8, last: u8) -> String {
    let mut key = [if first > 0x80 { 0xff } else { 0 }; 32];
    (key[0], key[31]) = (first, last);
    format!("ed25519-{}", protocol::base64::encode(protocol::base64::Alphabet::Standard, &key))
}

/// The receipt with another character at that place from the end.
fn changed(at: usize) -> String {
    let mut bytes = receipt(8000, "CNY").into_bytes();
    let index = bytes.len() - at;
    bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}

/// Each differs from the one before in its verdict, so that the page is seen to change its mind.
fn cases() -> Vec<Case> {
    let both = format!("{} {}", pin(8), pin(7));
    let case = |name, receipt: String, trusted: &str, revoked: &str, verdict, words| {
        let (trusted, revoked) = (trusted.to_owned(), revoked.to_owned());
        Case { name, receipt, trusted, revoked, way: Way::Pasted, verdict, words }
    };
    let honest = || receipt(8000, "CNY");
    let nothing = |name| case(name, String::new(), "", "", "", "");
    vec![
        case("an honest receipt", honest(), &both, "", "valid", "CN¥80.00"),
        case("its key revoked", honest(), &pin(8), &pin(7), "revoked", "revoked since"),
        case("its key unknown", honest(), &pin(8), &pin(9), "unknown-key", "None of the keys"),
        case("a changed signature", changed(40), &both, "", "invalid", "changed after it was signed"),
        case("no key at all", honest(), "", "", "no-key", "key of the shop"),
        case("a changed amount", changed(150), &both, "", "invalid", ""),
        case("a key both trusted and revoked", honest(), &pin(7), &pin(7), "revoked", ""),
        case("a key with a slip", honest(), &pin(7)[..50], "", "key", "ed25519-"),
        case("something else", "hello".to_owned(), &both, "", "invalid", ""),
        case("an example key", honest(), "ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=", "", "key", ""),
        case("yen, which have no smaller unit", receipt(8000, "JPY"), &both, "", "valid", "¥8,000"),
        case("a key of small order", honest(), &weak(0x01, 0x80), "", "key", "weak keys are refused"),
        nothing("nothing"),
        Case { way: Way::Chosen, ..case("a file", format!("{}\n", honest()), &both, "", "valid", "<b>4200001</b>") },
        nothing("nothing in between"),
        Case { way: Way::Chosen, ..case("a saved page", saved_page(&honest()), &both, "", "valid", "CN¥80.00") },
        case("a spelling that is not canonical", format!("{}=", honest()), &both, "", "invalid", ""),
        case("a key that is not canonical", honest(), &weak(0xee, 0x7f), "", "key", ""),
        nothing("nothing again"),
        case("what was bought", receipt_over(Some(with_price()), with_price().money()), &both, "", "valid", "2 × <i>Pot</i> – <i>Blue</i>"),
        nothing("nothing once more"),
        case("what was taken off", receipt_over(Some(with_price()), with_price().money()), &both, "", "valid", "−CN¥10.00"),
        case(
            "a price of another sum",
            receipt_over(Some(with_price()), Money { amount: 1, ..with_price().money() }),
            &both,
            "",
            "invalid",
            "",
        ),
        Case { way: Way::Dropped, ..case("a dropped page", saved_page(&honest()), &both, "", "valid", "CN¥80.00") },
        nothing("nothing after it"),
        Case { way: Way::Dropped, ..case("a dropped picture", "\u{fffd}PNG".to_owned(), &both, "", "invalid", "not a receipt") },
        case("eighteen digits", largest(), &both, "", "valid", "4 × PotCN¥9,999,999,999,999,999.99"),
        nothing("nothing at last"),
        case("dinars, which have three digits", receipt(8, "KWD"), &both, "", "valid", "KWD\u{a0}0.008"),
    ]
}

#[tokio::test]
async fn the_page_gives_each_receipt_its_verdict_in_chromium() {
    let (url, mut told) = serve(cases()).await;
    let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
    browser.goto(&url).await;
    let mut wrong = Vec::new();
    for case in cases() {
        let Ok(Some(Told { name, verdict, text })) = tokio::time::timeout(DEADLINE, told.recv()).await else {
            wrong.push(format!("nothing was said of: {}", case.name));
            break;
        };
        let tells_facts = text.contains("mountain-tea");
        let may_tell = matches!(verdict.as_str(), "valid" | "revoked");
        if name != case.name || verdict != case.verdict || !text.contains(case.words) || tells_facts != may_tell {
            wrong.push(format!("{}: expected {}, {:?}; {name}: {verdict}: {text}", case.name, case.verdict, case.words));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Opens the page by itself; also its address.
async fn open(look: Look) -> (Browser, String) {
    let url = format!("{}/receipt/index.html", testing::serve(page()).await);
    let browser = Browser::open(Engine::Chromium, look).await;
    browser.goto(&url).await;
    (browser, url)
}

/// Fills in a receipt and a key, and waits for a verdict.
async fn fill_in(browser: &Browser, receipt: &str, trusted: &str, verdict: &str) {
    let script = "document.getElementById('trusted').value = arguments[1];
        const receipt = document.getElementById('receipt');
        receipt.value = arguments[0];
        receipt.dispatchEvent(new Event('input', { bubbles: true }));
        document.querySelectorAll('details').forEach(details => details.open = true)";
    browser.run(script, json!([receipt, trusted])).await;
    browser.until("document.getElementById('answer').dataset.verdict === a[0]", json!([verdict])).await;
    browser.run("document.querySelectorAll('details').forEach(details => details.open = true)", json!([])).await;
}

fn with_everything() -> String {
    receipt_over(Some(with_price()), with_price().money())
}

/// Title, language and direction of the page, and the verdict.
async fn face(browser: &Browser) -> Value {
    let script = "const { lang, dir } = document.documentElement;
        return [document.title, lang, dir, document.querySelector('h2').textContent]";
    browser.run(script, json!([])).await
}

#[tokio::test]
async fn the_page_speaks_the_first_language_of_the_browser_that_it_knows_or_the_one_that_is_chosen() {
    let (browser, url) = open(Look::LIGHT).await;
    assert_eq!(face(&browser).await, json!(["Check a receipt", "en", "ltr", ""]));
    browser.prefer_languages("zh-TW,zh-CN,de").await;
    browser.reload().await;
    assert_eq!(face(&browser).await, json!(["验证收据", "zh-Hans", "ltr", ""]));
    browser.goto(&format!("{url}?lang=ar-EG")).await;
    fill_in(&browser, &receipt(8000, "KWD"), &pin(7), "valid").await;
    assert_eq!(face(&browser).await, json!(["التحقق من إيصال", "ar", "rtl", "هذا الإيصال صالح"]));
    // Digits are those of the wallets, in every language.
    assert!(browser.run("return document.querySelector('.total dd').textContent", json!([])).await.as_str().unwrap().contains("8.000"));
    browser.click_on("document.querySelector('[hreflang=de]')", json!([])).await;
    assert_eq!(face(&browser).await, json!(["Quittung prüfen", "de", "ltr", "Diese Quittung ist gültig"]));
    assert_eq!(browser.run("return location.search", json!([])).await, "?lang=de");
}

#[tokio::test]
async fn every_language_of_the_page_says_everything_in_its_own_words() {
    let (browser, _) = open(Look::LIGHT).await;
    let words = browser.run("return WORDS", json!([])).await;
    let words = words.as_object().unwrap();
    let english = words["en"].as_object().unwrap();
    // Names, and the direction.
    let alike = ["dir", "wechat_pay", "alipay"];
    assert_eq!(words.len(), LANGUAGES.len());
    for language in &LANGUAGES[1..] {
        let said = words[*language].as_object().unwrap();
        assert_eq!(said.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>(), "{language}");
        for (name, text) in said {
            let text = text.as_str().unwrap();
            assert!(!text.is_empty() && (alike.contains(&name.as_str()) || english[name] != text), "{language}: {name}: {text}");
            for place in ["{shop}", "{label}"] {
                assert_eq!(text.contains(place), english[name].as_str().unwrap().contains(place), "{language}: {name}: {text}");
            }
        }
    }
    let silent =
        "return [...document.querySelectorAll('[data-word]')].filter(place => !place.textContent).map(place => place.dataset.word)";
    assert_eq!(browser.run(silent, json!([])).await, json!([]));
}

#[tokio::test]
async fn the_page_that_checks_receipts_prints_the_verdict_and_the_receipt() {
    let (browser, _) = open(Look::DARK).await;
    fill_in(&browser, &with_everything(), &pin(7), "valid").await;
    let drawn = "return [...document.querySelectorAll('header, form, .keys, nav, h2, h3, .price')]
        .filter(element => element.getClientRects().length).map(element => element.localName)";
    assert_eq!(browser.run(drawn, json!([])).await, json!(["header", "form", "h2", "h3", "dl", "div", "nav"]));
    browser.be_media("print", &[("prefers-color-scheme", "dark")]).await;
    assert_eq!(browser.run(drawn, json!([])).await, json!(["h2", "h3", "dl"]));
    // Dark words, for the paper is white.
    assert_eq!(browser.run("return getComputedStyle(document.querySelector('h3')).color", json!([])).await, "rgb(23, 33, 28)");
}

#[tokio::test]
async fn axe_finds_nothing_on_the_page_that_checks_receipts() {
    for look in [Look::LIGHT, Look::DARK] {
        let (browser, _) = open(look).await;
        assert_eq!(browser.axe("html").await, [""; 0], "{look:?}");
        for (receipt, key, verdict) in [(with_everything(), 7, "valid"), (changed(40), 7, "invalid"), (with_everything(), 8, "unknown-key")]
        {
            fill_in(&browser, &receipt, &pin(key), verdict).await;
            assert_eq!(browser.axe("html").await, [""; 0], "{look:?}: {verdict}");
        }
    }
}

#[tokio::test]
async fn nothing_on_the_page_that_checks_receipts_is_cut_off_or_too_small_to_touch() {
    let (browser, url) = open(Look::LIGHT).await;
    browser.resize(320, 800).await;
    let wrong = "const room = document.documentElement.clientWidth;
        const told = element => element.outerHTML.slice(0, 80);
        const all = [...document.querySelectorAll('body *:not(svg *)')];
        const leaves = ({ left, right }) => left < 0 || right > room;
        const cut = all.filter(element => leaves(element.getBoundingClientRect()) || element.scrollWidth > element.clientWidth + 1 && element.clientWidth);
        const small = [...document.querySelectorAll('a, summary, textarea, .drop')].filter(element => {
          const { width, height } = element.getBoundingClientRect();
          return width < 44 || height < 44;
        });
        return [...cut, ...small].map(told)";
    for language in LANGUAGES {
        browser.goto(&format!("{url}?lang={language}")).await;
        for receipt in [with_everything(), largest()] {
            fill_in(&browser, "", "", "").await;
            fill_in(&browser, &receipt, &pin(7), "valid").await;
            assert_eq!(browser.run(wrong, json!([])).await, json!([]), "{language}");
        }
    }
}

/// The page as it is served, and beside it the script that asks.
async fn serve(cases: Vec<Case>) -> (String, UnboundedReceiver<Told>) {
    let (tell, told) = unbounded_channel();
    let asking = "<!doctype html><html lang=en><body><script type=module src=/ask.js></script>";
    let routes = page()
        .route("/", file("text/html", asking))
        .route("/ask.js", file("text/javascript", include_str!("ask.js")))
        .route("/cases", get(move || async move { Json(cases) }))
        .route(
            "/told",
            post(move |body: String| async move {
                // The test has ended when nobody listens any more.
                tell.send(serde_json::from_str(&body).unwrap()).ok();
            }),
        );
    (format!("{}/", testing::serve(routes).await), told)
}

fn page() -> Router {
    Router::new()
        .route("/receipt/index.html", file("text/html", include_str!("../../../../www/receipt/index.html")))
        .route("/receipt/words.js", file("text/javascript", include_str!("../../../../www/receipt/words.js")))
        .route("/receipt/receipt.js", file("text/javascript", include_str!("../../../../www/receipt/receipt.js")))
        .route("/receipt/receipt.css", file("text/css", include_str!("../../../../www/receipt/receipt.css")))
}

fn file(kind: &'static str, text: &'static str) -> MethodRouter {
    get(move || async move { ([("content-type", kind)], text) })
}

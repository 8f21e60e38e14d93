//! The page that checks receipts, in Chromium: the four verdicts, keys that cannot be read, and facts only of what is signed.

use std::time::Duration;

use axum::routing::{get, post};
use axum::{Json, Router};
use protocol::signature::Signer;
use protocol::{Charge, Currency, Item, Line, MerchantId, Method, Money, OrderId, Price, PriceText, Receipt, Sku};
use serde::{Deserialize, Serialize};
use testing::{Browser, Engine, Look};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// For one case; on a slow machine the first one waits for the browser to start.
const DEADLINE: Duration = Duration::from_secs(60);

/// What is filled in, and what the page must say.
#[derive(Clone, Serialize)]
struct Case {
    name: &'static str,
    receipt: String,
    trusted: String,
    revoked: String,
    file: bool,
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
        Case { name, receipt, trusted, revoked, file: false, verdict, words }
    };
    let honest = || receipt(8000, "CNY");
    let nothing = |name| case(name, String::new(), "", "", "", "");
    vec![
        case("an honest receipt", honest(), &both, "", "valid", "80.00 CNY"),
        case("its key revoked", honest(), &pin(8), &pin(7), "revoked", "revoked since"),
        case("its key unknown", honest(), &pin(8), &pin(9), "unknown-key", "None of the keys"),
        case("a changed signature", changed(40), &both, "", "invalid", "changed after it was signed"),
        case("no key at all", honest(), "", "", "unknown-key", ""),
        case("a changed amount", changed(150), &both, "", "invalid", ""),
        case("a key both trusted and revoked", honest(), &pin(7), &pin(7), "revoked", ""),
        case("a key with a slip", honest(), &pin(7)[..50], "", "key", "ed25519-"),
        case("something else", "hello".to_owned(), &both, "", "invalid", ""),
        case("an example key", honest(), "ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=", "", "key", ""),
        case("yen, which have no smaller unit", receipt(8000, "JPY"), &both, "", "valid", "8000 JPY"),
        case("a key of small order", honest(), &weak(0x01, 0x80), "", "key", "weak keys are refused"),
        nothing("nothing"),
        Case { file: true, ..case("a file", format!("{}\n", honest()), &both, "", "valid", "<b>4200001</b>") },
        case("a spelling that is not canonical", format!("{}=", honest()), &both, "", "invalid", ""),
        case("a key that is not canonical", honest(), &weak(0xee, 0x7f), "", "key", ""),
        nothing("nothing again"),
        case("what was bought", receipt_over(Some(with_price()), with_price().money()), &both, "", "valid", "2 × <i>Pot</i> – <i>Blue</i>"),
        nothing("nothing once more"),
        case("what was taken off", receipt_over(Some(with_price()), with_price().money()), &both, "", "valid", "−10.00 CNY"),
        case(
            "a price of another sum",
            receipt_over(Some(with_price()), Money { amount: 1, ..with_price().money() }),
            &both,
            "",
            "invalid",
            "",
        ),
        case("dinars, which have three digits", receipt(8, "KWD"), &both, "", "valid", "0.008 KWD"),
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

/// The page as it is served, and beside it the script that asks.
async fn serve(cases: Vec<Case>) -> (String, UnboundedReceiver<Told>) {
    let (tell, told) = unbounded_channel();
    let file = |kind: &'static str, text: &'static str| get(move || async move { ([("content-type", kind)], text) });
    let asking = "<!doctype html><html lang=en><body><script type=module src=/ask.js></script>";
    let routes = Router::new()
        .route("/", file("text/html", asking))
        .route("/ask.js", file("text/javascript", include_str!("ask.js")))
        .route("/receipt/index.html", file("text/html", include_str!("../../../../www/receipt/index.html")))
        .route("/receipt/receipt.js", file("text/javascript", include_str!("../../../../www/receipt/receipt.js")))
        .route("/receipt/receipt.css", file("text/css", include_str!("../../../../www/receipt/receipt.css")))
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

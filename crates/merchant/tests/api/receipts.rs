//! Receipts after the purchase: what `verify-receipt` says of them, and how it ends.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use protocol::base64::{Alphabet, encode};
use protocol::signature::Signer;
use protocol::{Charge, Currency, Item, Line, MerchantId, Method, Money, OrderId, Price, PriceText, Receipt, Sku};
use testing::Folder;
use testing::backend::Shop;

fn signer(seed: u8) -> Signer {
    Signer::from_seed([seed; 32]).unwrap()
}

fn pin(seed: u8) -> String {
    signer(seed).pin().token()
}

fn price() -> Price {
    let item = Item { sku: Sku::parse("tea").unwrap(), quantity: 2 };
    let line =
        Line { item, name: "Tea\u{1b}[31m".to_owned(), options: Some("Blue".to_owned()), image: None, unit_price: 4500, total: 9000 };
    let off = Charge { label: "Spring".to_owned(), amount: 1000 };
    Price { discounts: vec![off], total: 8000, ..Price::of_lines(Currency::parse("CNY").unwrap(), vec![line]) }
}

fn receipt() -> String {
    let receipt = Receipt {
        is_test: false,
        merchant: MerchantId::parse("mountain-tea").unwrap(),
        order: OrderId::from_random([1; 16]),
        money: Money { amount: 8000, currency: Currency::parse("CNY").unwrap() },
        method: Method::parse("wechat_pay").unwrap(),
        transaction: "4200001\u{1b}[31m".to_owned(),
        paid_at: 1_800_000_000,
        number: None,
        price: Some(PriceText::of(price())),
    };
    receipt.sign(&signer(7))
}

/// Exit code and words about a file with that content.
fn told(content: impl AsRef<[u8]>, options: &[&str]) -> (Option<i32>, String) {
    let folder = Folder::new("merchant");
    let file = folder.write("receipt.jws", content);
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    said(&command.arg("verify-receipt").arg(&file).args(options).output().unwrap())
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap())
}

#[test]
fn a_receipt_of_a_named_key_is_valid_and_tells_its_facts() {
    let (code, words) = told(format!("{}\n", receipt()), &["--key", &pin(8), "--key", &pin(7)]);
    assert_eq!(code, Some(0));
    let facts = "valid\n  amount       80.00 CNY\n               2 × Tea[31m – Blue  90.00\n               Spring  -10.00\n  order        ord_AQEBAQEBAQEBAQEBAQEBAQ\n  merchant     mountain-tea\n  \
        method       wechat_pay\n  transaction  4200001[31m\n  paid at      2027-01-15T08:00:00Z\n";
    assert_eq!(words, facts);
}

#[test]
fn a_receipt_of_a_revoked_key_is_told_as_such_even_if_the_key_is_trusted_too() {
    for options in [&["--key", &pin(8), "--revoked", &pin(7)][..], &["--key", &pin(7), "--revoked", &pin(7)], &["--revoked", &pin(7)]] {
        let (code, words) = told(receipt(), options);
        assert_eq!(code, Some(3), "{words}");
        assert!(words.starts_with("valid, but its key has been revoked since") && words.contains("80.00 CNY"), "{words}");
    }
}

#[test]
fn a_receipt_of_a_key_that_nobody_named_is_of_an_unknown_key() {
    let (code, words) = told(receipt(), &["--key", &pin(8), "--revoked", &pin(9)]);
    assert_eq!(code, Some(4));
    assert!(words.starts_with("unknown key") && !words.contains("80.00"), "{words}");
}

#[test]
fn the_page_that_a_shopper_saved_is_worth_what_is_signed_in_it() {
    let page = |name: &str, jws: &str| format!("<!doctype html>\n<h1>{name}</h1><p>9.00</p><pre dir=\"ltr\">{jws}</pre>");
    let (code, words) = told(page("Mountain Tea", &receipt()), &["--key", &pin(7)]);
    assert!(code == Some(0) && words.contains("80.00 CNY"), "{words}");
    // What a shop calls itself is not taken for what it signed.
    let (code, words) = told(page("eyJ0.eyJ9.AAAA", &receipt()), &["--key", &pin(7)]);
    assert!(code == Some(0) && words.contains("80.00 CNY"), "{words}");
    let (code, words) = told(page("Mountain Tea", &receipt().replace("eyJ", "eyK")), &["--key", &pin(7)]);
    assert!(code == Some(5) && words.starts_with("invalid ("), "{words}");
}

#[test]
fn a_receipt_of_a_test_is_told_as_one_and_never_as_valid() {
    let receipt =
        Receipt { is_test: true, ..Receipt::open(&receipt(), &protocol::Pins::parse(&pin(7)).unwrap()).unwrap() }.sign(&signer(7));
    let (code, words) = told(&receipt, &["--key", &pin(7)]);
    assert!(code == Some(6) && words.contains("TEST") && words.contains("no money moved") && !words.contains("valid"), "{words}");
    let (code, words) = told(&receipt, &["--key", &pin(7), "--revoked", &pin(7)]);
    assert!(code == Some(3) && words.contains("no money moved"), "{words}");
}

#[test]
fn what_was_changed_or_is_no_receipt_is_invalid() {
    let jws = receipt();
    let parts: Vec<&str> = jws.split('.').collect();
    let claims = String::from_utf8(protocol::base64::decode(Alphabet::Url, parts[1]).unwrap()).unwrap();
    let dearer = encode(Alphabet::Url, claims.replace("8000", "9000").as_bytes());
    let unsigned = encode(Alphabet::Url, br#"{"alg":"none","typ":"qr-checkout-receipt+jws"}"#);
    for (content, code) in [
        (format!("{}.{dearer}.{}", parts[0], parts[2]).into_bytes(), "crypto-invalid"),
        (format!("{}.{}.{}", parts[0], parts[1], &parts[2][..20]).into_bytes(), "body-schema"),
        (format!("{unsigned}.{}.", parts[1]).into_bytes(), "body-schema"),
        (format!("{jws}.").into_bytes(), "body-schema"),
        (b"hello".to_vec(), "body-schema"),
        (Vec::new(), "body-schema"),
        (vec![0xff, 0xfe], "body-encoding"),
    ] {
        let (exit, words) = told(&content, &["--key", &pin(7)]);
        assert_eq!(exit, Some(5), "{words}");
        assert!(words.starts_with("invalid (") && !words.contains("90.00"), "{words}");
        assert!(words.contains(code) || code == "body-schema", "{code}: {words}");
    }
}

#[test]
fn what_cannot_be_judged_is_neither_valid_nor_invalid() {
    for (options, complaint) in [
        (&["--key", "ed25519-AAAA"][..], "pin-length"),
        (&["--key"], "a value is required for '--key <PIN>'"),
        (&[], "Usage:"),
        (&["--key", &pin(7), "--keys"], "unexpected argument '--keys'"),
    ] {
        let (code, words) = told(receipt(), options);
        assert_eq!(code, Some(2), "{words}");
        assert!(words.contains(complaint), "{words}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    let (code, words) = said(&command.args(["verify-receipt", "/nonexistent.jws", "--key", &pin(7)]).output().unwrap());
    assert!(code == Some(1) && words.starts_with("/nonexistent.jws: "), "{words}");
}

#[tokio::test]
async fn the_receipt_that_a_shopper_saves_is_valid_from_standard_input() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(order.payment.as_ref().unwrap().id.as_str());
    let receipt = shop.look(&order.id).await.receipt.unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.args(["verify-receipt", "-", "--key", &shop.pins.first().token()]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(receipt.as_bytes()).unwrap();
    let (code, words) = said(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(0));
    assert!(words.contains(order.id.as_str()) && words.contains("80.00 CNY"), "{words}");
}

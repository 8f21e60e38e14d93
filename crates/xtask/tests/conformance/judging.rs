//! Verdicts: which backend is found good, and which fault gets which code.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::shop::Shop;
use crate::spoiler::Spoil;

/// Standard output and whether the command ended well.
fn told(output: &Output) -> (String, bool) {
    (String::from_utf8(output.stdout.clone()).unwrap(), output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_wrong_with_our_backend() {
    let shop = Shop::open_for_browsers().await;
    let (table, good) = told(&shop.judge(&["--item", "tea:2"]).await);
    assert!(good && table.ends_with("34 passed, 0 failed\n"), "{table}");
    assert!(!table.contains("--  "), "{table}");
}

/// Questions of every kind, of a cart that is sent.
const ASKS: &str = r#"
[[delivery]]
id = "post"
label = "Post"
countries = ["US", "GB"]
amount = 100
[[ask]]
kind = "email"
or = "phone"
[[ask]]
kind = "phone"
[[ask]]
kind = "address"
[[ask]]
kind = "tax_id"
[[ask]]
kind = "choice"
label = "Colour"
options = ["red"]
[[ask]]
kind = "checkbox"
label = "Terms"
[[ask]]
kind = "date"
label = "Day"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_asks_is_answered() {
    let shop = Shop::open_asking(ASKS).await;
    let (table, good) = told(&shop.judge(&["--item", "tea:2"]).await);
    assert!(good && table.contains("an order without answers is refused"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_with_a_list_of_origins_is_judged_without_one_and_told_which_option_is_missing() {
    let shop = Shop::open_for_browsers().await;
    let (table, good) = told(&shop.judge_from(&[], &["--item", "tea:2"]).await);
    assert!(good && table.ends_with("32 passed, 0 failed\n"), "{table}");
    assert!(table.contains("--    pages elsewhere may ask and read: ") && table.contains("give --origin https://"), "{table}");
    // One that is named is taken at its word, and what is spoilt is found from home, too.
    let (table, good) = told(&shop.judge_from(&["--origin", "https://other.example"], &[]).await);
    assert!(!good && table.contains("is missing for a page on https://other.example (--origin names another)"), "{table}");
    shop.spoiler.spoil(Spoil::UsesAnotherKeyId);
    let (table, good) = told(&shop.judge_from(&[], &[]).await);
    assert!(!good && table.contains(": key-unknown\n"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_something_to_order_it_says_what_was_left_out() {
    let shop = Shop::open().await;
    let (table, good) = told(&shop.judge(&[]).await);
    assert!(good && table.contains("--    prices and orders: give --item SKU:QTY"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_for_browsers_is_nobodys_duty_but_must_be_good() {
    let shop = Shop::open().await;
    let (table, good) = told(&shop.judge(&[]).await);
    assert!(good && table.contains("--    the signature for browsers holds: there is none"), "{table}");
    let shop = Shop::open_for_browsers().await;
    for (spoil, code, words) in [
        (Spoil::CoversLessForBrowsers, "native-signature", "crypto-invalid"),
        (Spoil::LeavesTheBodyToBrowsers, "native-components", "unencoded-digest is not covered"),
        (Spoil::NamesTheAlgorithmToBrowsers, "native-parameters", "alg is there"),
        (Spoil::NamesAnotherKeyToBrowsers, "native-key", "keyid is other"),
    ] {
        shop.spoiler.spoil(spoil);
        let (table, good) = told(&shop.judge(&[]).await);
        assert!(!good && table.contains(&format!(": {code}\n")) && table.contains(words), "{spoil:?}: {table}");
        assert!(table.ends_with(", 1 failed\n"), "ours is as good as before: {table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_compresses_is_good_if_it_digests_first() {
    let shop = Shop::open().await;
    shop.spoiler.spoil(Spoil::CompressesHonestly);
    let (table, good) = told(&shop.judge(&[]).await);
    assert!(good, "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_told_by_its_code() {
    let shop = Shop::open().await;
    let mut wrong = Vec::new();
    for (spoil, code, words) in [
        (Spoil::HidesTheHeaders, "sig-not-exposed", "lacks signature, signature-input"),
        (Spoil::AllowsNobody, "net-opaque", "is missing for a page on https://shop.example"),
        (Spoil::LeavesRefusalsUnsigned, "net-unsigned-error", "answered 404"),
        (Spoil::NamesACharset, "body-type", "exactly application/json"),
        (Spoil::DigestsTheCompressedBody, "digest-mismatch", "digested after compression"),
        (Spoil::LetsCachesKeep, "cache-control", "lacks no-store, no-transform"),
        (Spoil::SignsForAnHour, "time-lifetime", "at most 300 s"),
        (Spoil::LivesAnHourAgo, "time-created-skew", "behind this machine's clock"),
        (Spoil::SignsInDer, "crypto-length", "not DER"),
        (Spoil::TakesAnotherAddress, "crypto-invalid", "it signed the @target-uri http://localhost:"),
        (Spoil::EndsTheBaseWithALineBreak, "crypto-invalid", "a base that ends in a line break"),
        (Spoil::RepeatsANonce, "nonce-reused", "sent again"),
        (Spoil::NamesTheAlgorithm, "param-alg-present", "Leave the alg parameter out"),
        (Spoil::UsesAnotherKeyId, "key-unknown", "the pinned key's keyid is "),
        (Spoil::TakesPostsOfAnybody, "origin", "a POST with Origin: null was answered 400"),
        (Spoil::TakesForms, "fetch-mode", "a POST with Sec-Fetch-Mode: navigate was answered 400"),
        (Spoil::HasNoDirectory, "directory", "it answered 404"),
        (Spoil::SignsWithoutANonce, "nonce-missing", "it answered 400, signed"),
        (Spoil::NeedsNoKey, "idempotency-key-missing", "it answered 400, bad-request, instead of 400"),
        (Spoil::TakesAnyMediaType, "media-type", "it answered 400, bad-request, instead of 415"),
        (Spoil::TakesAnyRevision, "release-revoked", "it answered 400, bad-request, instead of 410"),
        (Spoil::ForgetsThatOriginsVary, "vary", "Vary does not name Origin"),
        (Spoil::LeadsElsewhere, "net-redirect", "leads to /login"),
    ] {
        shop.spoiler.spoil(spoil);
        let (table, good) = told(&shop.judge(&[]).await);
        if good || !table.contains(&format!(": {code}\n")) || !table.contains(words) {
            wrong.push(format!("{spoil:?}: expected {code}, {words:?}:\n{table}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_that_only_an_order_shows_are_told_too() {
    let shop = Shop::open().await;
    for (spoil, code, words) in [
        (Spoil::ForgetsAttempts, "idempotency", "the retry made ord_"),
        (Spoil::CountsOrders, "order-id", "ord_7 has 5 characters"),
        (Spoil::NumbersItsPrices, "price-text", "without an id or a time"),
        (Spoil::AnswersPollsAtOnce, "long-poll", "asked to wait 2 s, it answered after"),
        (Spoil::Nothing, "item", "coffee: unknown-sku"),
    ] {
        shop.spoiler.spoil(spoil);
        let item = if spoil == Spoil::Nothing { "coffee:1" } else { "tea:1" };
        let (table, good) = told(&shop.judge(&["--item", item]).await);
        assert!(!good && table.contains(&format!(": {code}\n")) && table.contains(words), "{spoil:?}: {table}");
    }
}

#[test]
fn a_backend_that_is_down_fails_in_one_check() {
    let pin = "ed25519-6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = run(&["--backend", &format!("http://{free}"), "--key", pin]);
    let (table, good) = told(&output);
    assert!(!good && table.contains("FAIL  the backend answers: net-failed") && table.contains("0 passed, 1 failed"), "{table}");
}

/// Takes connections and answers each without end; counts the most that is taken of an answer.
fn endless(listener: &TcpListener, most: &AtomicUsize) {
    for connection in listener.incoming() {
        let mut connection = connection.unwrap();
        let mut taken = 0;
        // The request is of no interest, but has to be read, or the answer breaks off.
        BufReader::new(&connection).lines().map_while(Result::ok).find(|line| line.is_empty());
        let mut part: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
        while connection.write_all(part).is_ok() {
            taken += part.len();
            most.fetch_max(taken, Ordering::SeqCst);
            part = &[b' '; 64 * 1024];
        }
    }
}

#[test]
fn no_more_is_taken_of_an_answer_than_a_widget_would_take() {
    let pin = "ed25519-6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let backend = format!("http://{}", listener.local_addr().unwrap());
    let most = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&most);
    std::thread::spawn(move || endless(&listener, &counted));
    let (table, good) = told(&run(&["--backend", &backend, "--key", pin]));
    assert!(!good && !table.contains("net-timeout"), "{table}");
    let most = most.load(Ordering::SeqCst);
    // What the kernel keeps for both sides counts as taken.
    assert!((1..16 * 1024 * 1024).contains(&most), "{most}");
}

#[test]
fn options_are_complained_about_by_name() {
    let key = "ed25519-6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";
    let test_key = "ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
    for (arguments, complaint) in [
        (&["--key", key][..], "--backend <URL>"),
        (&["--backend", "https://pay.example"], "--key <PIN>"),
        (&["--backend", "http://pay.example", "--key", key], "--backend http://pay.example: https://"),
        (&["--backend", "https://pay.example", "--key", "abc"], "pin-syntax"),
        (&["--backend", "https://pay.example", "--key", test_key], "pin-test-key"),
        (&["--backend", "https://pay.example", "--key", key, "--item", "tea"], "SKU:QTY"),
    ] {
        let output = run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(complaint), "{arguments:?}: {said}");
    }
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qr-checkout-xtask")).arg("conformance").args(arguments).output().unwrap()
}

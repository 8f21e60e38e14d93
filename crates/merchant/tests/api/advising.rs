//! What a person at a terminal is told who does not know better: each refusal names what to do.

use std::process::{Command, Output};

use merchant::api_keys::Scope;
use serde_json::json;
use testing::Folder;
use testing::backend::bank::FPS;
use testing::backend::{Receiver, Shop, text};

use super::sealed::{command, said};

async fn run(shop: &Shop, key: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.args(arguments).env("QR_CHECKOUT_API_KEY", key).env("QR_CHECKOUT_BACKEND", shop.url(""));
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_to_do() {
    let shop = Shop::open_with(|config| config.replace("[merchant]\n", "[merchant]\ntime_zone = \"Asia/Shanghai\"\n") + FPS).await;
    let key = shop.key(&Scope::ALL).await;
    let wish = json!({ "lines": [{ "name": "Tea", "unit_price": 6_800 }], "currency": "HKD", "reference": "A-1", "method": "fps" });
    let made = shop.call(&key, "POST", "orders", Some(("made", wish))).await.json();
    let payment = made["order"]["payment"]["id"].as_str().unwrap();
    let confirm =
        |amount, transaction| ["orders", "confirm", payment, "--amount", amount, "--currency", "HKD", "--transaction", transaction];
    let limited = ["api-key", "create", "--config", "x", "--name", "x"];
    for (arguments, said) in [
        (&confirm("60.00", "T-1")[..], "say what becomes of it: qr-checkout-server orders resolve T-1 --keep, or --return --by-hand\n"),
        (&confirm("61.00", "T-2"), "orders resolve T-2 --keep, or --return --by-hand\n"),
        (&["stock", "add", "SPRING", "5"], "`stock list` has what there is, and a discount code is meant by --code\n"),
        (&["doctor", "--backend", "http://127.0.0.1:1"], "the backend at http://127.0.0.1:1/ cannot be reached: "),
        (&[&limited[..], &["--role", "boss"]].concat(), "roles are cashier, bookkeeper, support, door, counter, owner\n"),
        (&[&limited[..], &["--scopes", "all"]].concat(), "scopes are read, orders, refunds, confirm, books, doors, counter, contact\n"),
        (&limited, "<--scopes <SCOPES>|--role <ROLE>>"),
    ] {
        let output = run(&shop, &key, arguments).await;
        assert!(!output.status.success() && text(&output.stderr).contains(said), "{arguments:?}: {}", text(&output.stderr));
    }
    let stranger = text(&run(&shop, "qrk_nobody", &["orders", "list"]).await.stderr);
    assert_eq!(stranger, "unauthorized: the backend has no such key that is good; `api-key list` has those that are\n");
    let two_lines = text(&run(&shop, "qrk_somebody\nThis is key_one", &["orders", "list"]).await.stderr);
    assert!(two_lines.starts_with("the API key is the one word that"), "{two_lines}");
    // Money that is named resolves its order, and times are the shop's in every answer.
    let kept = text(&run(&shop, &key, &["orders", "resolve", "A-1", "--transaction", "T-1", "--keep"]).await.stdout);
    assert!(
        kept.contains("\n  reference A-1\n") && kept.contains("  needs a person  2027-01-15T16:00:00+08:00  wrong-amount  entry 4\n"),
        "{kept}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_tells_its_references_and_no_rate_twice() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let wish = json!({
        "lines": [{ "name": "Tea", "unit_price": 1_070 }], "currency": "CNY", "reference": "A-1",
        "taxes": [{ "label": "VAT 7%", "rate": "7", "amount": 70, "included": true }, { "label": "MwSt.", "rate": "19", "amount": 0, "included": true }],
    });
    assert_eq!(shop.call(&key, "POST", "orders", Some(("made", wish))).await.status, 201);
    let shown = text(&run(&shop, &key, &["orders", "show", "A-1"]).await.stdout);
    for line in ["  reference A-1", "  VAT 7%  0.70 CNY  included", "  MwSt. 19 %  0.00 CNY  included"] {
        assert!(shown.lines().any(|told| told == line), "{line}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_listed_by_the_numbers_of_their_orders_and_the_shops_time() {
    let receiver = Receiver::start().await;
    let folder = Folder::new("advising");
    let shop = Shop::open_with(|config| config + &receiver.section(folder.path(), "")).await;
    let key = shop.key(&Scope::ALL).await;
    let wish = json!({ "lines": [{ "name": "Tea", "unit_price": 100 }], "currency": "CNY", "reference": "A-1" });
    let made = shop.call(&key, "POST", "orders", Some(("made", wish))).await.json();
    assert_eq!(shop.call(&key, "POST", "orders/A-1/cancel", Some(("gone", json!({})))).await.status, 200);
    let [number, id] = ["number", "id"].map(|name| made["order"][name].as_str().unwrap());
    let told = said(&command(&shop, &["webhooks", "list"], ""));
    assert!(told.contains("  2027-01-15T08:00:00Z  ") && told.contains("order.canceled") && told.contains(number), "{told}");
    assert!(!told.contains(id), "knowing the id is the right to read the order: {told}");
    let again = said(&command(&shop, &["webhooks", "replay", "--since", "2027-01-15"], ""));
    assert_eq!(again, "1 is sent again\n");
}

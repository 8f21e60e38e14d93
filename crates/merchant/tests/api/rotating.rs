//! A new signing key: published, switched to while an order is open, and the old one dropped (docs/spec/signing.md §6).

use std::os::unix::fs::PermissionsExt as _;

use protocol::base64::{Alphabet, encode};
use protocol::signature::Signer;
use protocol::{Code, OrderStatus, PaymentStatus, Pins};
use serde_json::Value;
use testing::backend::{Shop, nonce};

const OLD: [u8; 32] = [7; 32];
const NEW: [u8; 32] = [8; 32];

fn pin(seed: [u8; 32]) -> String {
    Signer::from_seed(seed).unwrap().pin().token()
}

fn pins(seeds: &[[u8; 32]]) -> Pins {
    let pins: Vec<String> = seeds.iter().map(|seed| pin(*seed)).collect();
    Pins::parse(&pins.join(" ")).unwrap()
}

/// The configuration in which the new key is the next one.
fn published(config: String) -> String {
    let file = config.split("seed_file = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let next = file.replace("signing.seed", "next.seed");
    std::fs::write(&next, encode(Alphabet::Url, &NEW)).unwrap();
    std::fs::set_permissions(&next, std::fs::Permissions::from_mode(0o600)).unwrap();
    config.replace(&format!("\"{file}\""), &format!("\"{file}\"\nnext_seed_file = \"{next}\""))
}

/// The configuration in which it signs, and the old one is retired.
fn switched(config: String) -> String {
    let retired = format!("next.seed\"\nretired = [\"{}\"]", pin(OLD));
    config.replace("signing.seed\"", &retired)
}

/// The configuration in which nobody remembers the old key.
fn forgotten(config: String) -> String {
    config.replace("signing.seed\"", "next.seed\"")
}

#[tokio::test]
async fn a_page_with_both_pins_notices_nothing_when_the_key_changes_under_an_open_order() {
    let mut shop = Shop::open_with(published).await;
    shop.pins = pins(&[OLD, NEW]);
    let order = shop.order_tea().await;
    let seen = shop.look(&order.id).await;
    shop.close().await;
    shop.open_again_with(switched).await;

    let again = shop.look(&order.id).await;
    assert_eq!((again.seq, again.status, &again.payment), (seen.seq, OrderStatus::Pending, &seen.payment));
    let payment = order.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    let paid = shop.look(&order.id).await;
    assert_eq!((paid.status, paid.payment.unwrap().status), (OrderStatus::Paid, PaymentStatus::Paid));
}

#[tokio::test]
async fn once_the_old_pin_is_dropped_each_key_is_known_to_its_own_pages_only() {
    let mut shop = Shop::open_with(published).await;
    let order = shop.order_tea().await;
    let request = |shop: &Shop| shop.backend.order(&order.id, 0, 0, nonce());
    assert_eq!(shop.order_by(&pins(&[NEW]), &request(&shop)).await, Err(Code::KeyUnknown), "not switched yet");
    shop.close().await;
    shop.open_again_with(switched).await;
    assert_eq!(shop.order_by(&pins(&[NEW]), &request(&shop)).await.unwrap().id, order.id);
    assert_eq!(shop.order_by(&pins(&[OLD]), &request(&shop)).await, Err(Code::KeyUnknown), "a page that missed the new pin");
}

#[tokio::test]
async fn an_order_paid_under_the_old_key_is_shown_under_the_new_one_while_the_old_one_is_remembered() {
    let mut shop = Shop::open_with(published).await;
    let order = shop.order_tea().await;
    shop.provider.pay(order.payment.as_ref().unwrap().id.as_str());
    let paid = shop.look(&order.id).await;
    let new = pins(&[NEW]);
    shop.close().await;
    shop.open_again_with(switched).await;
    let renewed = shop.order_by(&new, &shop.backend.order(&order.id, 0, 0, nonce())).await.unwrap();
    assert_ne!(renewed.receipt, paid.receipt);
    assert_eq!((renewed.seq, renewed.status), (paid.seq, OrderStatus::Paid));
    let receipt = |order: &protocol::Order, pins| protocol::Receipt::open(order.receipt.as_deref().unwrap(), pins).unwrap();
    assert_eq!(receipt(&renewed, &new), receipt(&paid, &pins(&[OLD])), "another signature on the same facts");
    assert_eq!(shop.stored(&order.id).await.receipt, paid.receipt, "the records keep what was signed");
    shop.close().await;

    // A receipt that no key of ours has signed is not vouched for: whoever can write records cannot have it signed.
    shop.open_again_with(forgotten).await;
    let request = shop.backend.order(&order.id, 0, 0, nonce());
    assert_eq!(shop.order_by(&new, &request).await, Err(Code::KeyUnknown));
}

#[tokio::test]
async fn the_directory_names_the_keys_of_today_of_tomorrow_and_of_before() {
    let mut shop = Shop::open_with(published).await;
    assert_eq!(directory(&shop).await, kids(&[OLD, NEW]));
    shop.close().await;
    shop.open_again_with(switched).await;
    assert_eq!(directory(&shop).await, kids(&[NEW, OLD]));
}

async fn directory(shop: &Shop) -> Vec<String> {
    let reply = shop.client.get(shop.url("/.well-known/http-message-signatures-directory")).send().await.unwrap();
    let keys: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kids(seeds: &[[u8; 32]]) -> Vec<String> {
    seeds.iter().map(|seed| Signer::from_seed(*seed).unwrap().pin().keyid().to_owned()).collect()
}

//! The receipt of a purchase, judged by the JOSE libraries of other people, and copies of it that were changed.

use protocol::base64::{Alphabet, decode, encode};
use serde_json::{Value, json};
use testing::backend::Shop;
use testing::judges::judge;

/// A receipt from a real purchase, what it must say, and what must not pass for it.
async fn case() -> String {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(order.payment.as_ref().unwrap().id.as_str());
    let jws = shop.look(&order.id).await.receipt.unwrap();
    let [header, claims, signature] = jws.split('.').collect::<Vec<_>>().try_into().unwrap();
    let paid: Value = serde_json::from_slice(&decode(Alphabet::Url, claims).unwrap()).unwrap();
    assert_eq!((&paid["amount"], &paid["order"]), (&json!("8000"), &json!(order.id.as_str())));
    let with = |claims: &Value| encode(Alphabet::Url, claims.to_string().as_bytes());
    let mut dearer = paid.clone();
    dearer["amount"] = json!("9000");
    let other_key = json!({ "alg": "EdDSA", "typ": "qr-checkout-receipt+jws", "kid": "key-1" });
    let unsigned = json!({ "alg": "none", "typ": "qr-checkout-receipt+jws", "kid": shop.pins.first().keyid() });
    let bad = |about: &str, jws: String| json!({ "about": about, "jws": jws, "good": false, "claims": null });
    let receipts = [
        json!({ "about": "the receipt", "jws": jws, "good": true, "claims": paid }),
        bad("another amount", format!("{header}.{}.{signature}", with(&dearer))),
        bad("another key id", format!("{}.{claims}.{signature}", with(&other_key))),
        bad("no algorithm", format!("{}.{claims}.", with(&unsigned))),
        bad("another signature", format!("{header}.{claims}.{}", encode(Alphabet::Url, &[1; 64]))),
    ];
    let pin = shop.pins.first();
    json!({ "keys": { pin.keyid(): encode(Alphabet::Url, pin.key()) }, "receipts": receipts }).to_string()
}

#[tokio::test]
async fn a_python_jose_library_accepts_our_receipts() {
    judge("receipts/judge.py", &["judge"], &case().await);
}

#[tokio::test]
async fn a_node_jose_library_accepts_our_receipts() {
    judge("receipts/judge.mjs", &["judge"], &case().await);
}

//! The native twin (docs/spec/signing.md §8): a second signature on every answer, for browsers; judged here by its own lines and by aws-lc.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use protocol::base64::{Alphabet, decode, encode};
use protocol::{Backend, OrderId, Request};
use reqwest::header::HeaderMap;
use testing::backend::{Shop, item, key, nonce};

fn switched_on(config: String) -> String {
    config.replace("[signing]", "[signing]\nnative_integrity = true")
}

/// The member of a dictionary field that has that label, to the end of the field: it is the last one.
fn member<'a>(headers: &'a HeaderMap, field: &str, label: &str) -> &'a str {
    let text = headers[field].to_str().unwrap();
    text.split_once(&format!(", {label}=")).unwrap_or_else(|| panic!("no {label} in {text}")).1
}

/// Whether a browser that pins the shop's key takes that answer to that request.
fn is_taken(shop: &Shop, request: &Request, status: u16, headers: &HeaderMap) -> bool {
    let public = shop.merchant().pin().key();
    let parameters = format!(
        "(\"@method\";req \"@target-uri\";req \"@status\" \"unencoded-digest\";sf);keyid=\"{}\";tag=\"ed25519-integrity\"",
        encode(Alphabet::Standard, public)
    );
    assert_eq!(member(headers, "signature-input", "native"), parameters);
    let lines = [
        format!("\"@method\";req: {}", request.method),
        format!("\"@target-uri\";req: {}", request.url),
        format!("\"@status\": {status}"),
        format!("\"unencoded-digest\";sf: {}", headers["unencoded-digest"].to_str().unwrap()),
        format!("\"@signature-params\": {parameters}"),
    ];
    let signature = member(headers, "signature", "native").trim_matches(':');
    let signature = decode(Alphabet::Standard, signature).unwrap();
    UnparsedPublicKey::new(&ED25519, public).verify(lines.join("\n").as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn every_answer_is_signed_for_browsers_too_and_ours_holds_beside_it() {
    let shop = Shop::open_with(switched_on).await;
    let backend: &Backend = &shop.backend;
    let wish = shop.wish(&[item("tea", 1)], key()).await;
    let unknown = backend.order(&OrderId::from_random([0; 16]), 0, 0, nonce());
    for (request, status) in [(backend.quote(&[item("tea", 1)], "en", nonce()), 200), (wish, 201), (unknown, 404)] {
        // Asking verifies ours.
        let told = shop.ask(&request).await;
        assert_eq!(told.status, status);
        assert!(is_taken(&shop, &request, status, &told.headers), "{}", request.url);
        assert!(!is_taken(&shop, &Request { url: format!("{}0", request.url), ..request }, status, &told.headers));
        assert!(told.headers["signature-input"].len() < 4096);
    }
}

#[tokio::test]
async fn unless_it_is_asked_for_there_is_one_signature() {
    let shop = Shop::open().await;
    let told = shop.ask(&shop.backend.quote(&[item("tea", 1)], "en", nonce())).await;
    for field in ["signature", "signature-input"] {
        assert!(!told.headers[field].to_str().unwrap().contains("native"));
    }
}

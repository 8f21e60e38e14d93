//! Across origins: listed pages may ask, others may not, and everything the verifier needs is exposed.

use crate::support::{Shop, nonce};

const LISTED: &str = "https://shop.example";

#[tokio::test]
async fn a_listed_origin_may_read_all_that_it_verifies() {
    let shop = Shop::open().await;
    let request = shop.backend.quote(&[crate::support::item("tea", 1)], "en", nonce());
    let told = shop.ask_as(&request, |sending| sending.header("origin", LISTED)).await;
    assert_eq!(told.headers["access-control-allow-origin"], LISTED);
    let exposed = told.headers["access-control-expose-headers"].to_str().unwrap().to_ascii_lowercase();
    for name in ["signature", "signature-input", "unencoded-digest", "retry-after"] {
        assert!(exposed.split(", ").any(|known| known == name), "{exposed}");
    }
    assert!(told.headers["vary"].to_str().unwrap().to_ascii_lowercase().contains("origin"));
    assert!(!told.headers.contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn refusals_and_unsigned_answers_are_readable_too() {
    let shop = Shop::open().await;
    for query in ["", "?n=AAECAwQFBgcICQoLDA0ODw"] {
        let reply = shop.client.get(shop.url(&format!("/v1/quote{query}"))).header("origin", LISTED).send().await.unwrap();
        assert_eq!((reply.status().as_u16(), reply.headers()["access-control-allow-origin"].to_str().unwrap()), (400, LISTED));
    }
}

#[tokio::test]
async fn another_origin_may_not() {
    let shop = Shop::open().await;
    for origin in ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"] {
        let request = shop.backend.quote(&[crate::support::item("tea", 1)], "en", nonce());
        let told = shop.ask_as(&request, |sending| sending.header("origin", origin)).await;
        assert!(!told.headers.contains_key("access-control-allow-origin"), "{origin}");
    }
}

#[tokio::test]
async fn a_preflight_allows_what_a_post_needs_for_two_hours() {
    let shop = Shop::open().await;
    let preflight = |origin: &'static str| {
        let method = reqwest::Method::OPTIONS;
        let sending = shop.client.request(method, shop.url("/v1/orders?n=x")).header("origin", origin);
        sending.header("access-control-request-method", "POST").header("access-control-request-headers", "idempotency-key").send()
    };
    let reply = preflight(LISTED).await.unwrap();
    assert_eq!(reply.status(), 204);
    let header = |name: &str| reply.headers()[name].to_str().unwrap();
    assert_eq!(header("access-control-allow-origin"), LISTED);
    assert!(header("access-control-allow-methods").contains("POST"));
    assert_eq!(header("access-control-allow-headers"), "content-type, content-digest, idempotency-key");
    assert_eq!(header("access-control-max-age"), "7200");
    assert!(!preflight("https://evil.example").await.unwrap().headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn answers_are_never_kept_or_rewritten_on_the_way() {
    let shop = Shop::open().await;
    let told = shop.ask(&shop.backend.quote(&[], "en", nonce())).await;
    assert_eq!(told.headers["cache-control"], "no-store, no-transform");
    assert_eq!(told.headers["content-type"], "application/json");
}

//! Across origins: listed pages may ask, others may not, and everything the verifier needs is exposed.

use protocol::Request;
use reqwest::RequestBuilder;
use testing::backend::{Shop, key, nonce};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const LISTED: &str = "https://shop.example";

#[tokio::test]
async fn a_listed_origin_may_read_all_that_it_verifies() {
    let shop = Shop::open().await;
    let request = shop.backend.quote(&[testing::backend::item("tea", 1)], "en", nonce());
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
        let request = shop.backend.quote(&[testing::backend::item("tea", 1)], "en", nonce());
        let told = shop.ask_as(&request, |sending| sending.header("origin", origin)).await;
        assert!(!told.headers.contains_key("access-control-allow-origin"), "{origin}");
    }
}

/// An order by a page of each of those origins (the empty one: by no page), and the status that it gets.
async fn orders_from(shop: &Shop, origins: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for origin in origins {
        let request = shop.wish(&[testing::backend::item("tea", 1)], key()).await;
        let sent = |sending: RequestBuilder| {
            let sending = if origin.is_empty() { sending } else { sending.header("origin", *origin) };
            testing::carrying(sending, &request)
        };
        let told = shop.ask_as(&request, sent).await;
        statuses.push(told.status);
        let readable = told.headers.get("access-control-allow-origin").map(|allowed| allowed.to_str().unwrap().to_owned());
        if told.status == 403 {
            assert_eq!((told.code().1.as_str(), readable), ("origin-not-allowed", None), "{origin}");
        } else {
            // A page of our own needs no leave to read.
            let is_elsewhere = !origin.is_empty() && *origin != shop.backend.as_str();
            assert!(readable.is_some() || !is_elsewhere, "{origin}");
        }
    }
    statuses
}

#[tokio::test]
async fn an_order_is_taken_from_pages_of_listed_origins_of_our_own_and_from_no_page() {
    let shop = Shop::open().await;
    let own = shop.backend.as_str().to_owned();
    assert_eq!(orders_from(&shop, &[LISTED, &own, ""]).await, [201, 201, 201]);
    let near = format!("{LISTED}.evil.example");
    let foreign = ["https://evil.example", "null", "http://shop.example", "https://SHOP.example", "https://shop.example:8443", "*", &near];
    assert_eq!(orders_from(&shop, &foreign).await, [403; 7]);
}

#[tokio::test]
async fn a_star_stands_for_every_origin_but_null_which_is_listed_by_name() {
    for (list, null) in [(r#"["*"]"#, 403), (r#"["*", "null"]"#, 201), (r#"["null"]"#, 201)] {
        let shop = Shop::open_with(|config| config.replace(r#"["https://shop.example"]"#, list)).await;
        let foreign = if list.contains('*') { 201 } else { 403 };
        let own = shop.backend.as_str().to_owned();
        assert_eq!(orders_from(&shop, &["https://any.example", "null", &own, ""]).await, [foreign, null, 201, 201], "{list}");
    }
}

#[tokio::test]
async fn a_post_of_a_foreign_page_is_refused_before_its_body_is_read() {
    let shop = Shop::open().await;
    let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
    let order = Request::post("/v1/orders?", nonce(), &key(), "{}".to_owned()).url;
    let head = format!("POST {order} HTTP/1.1\r\nhost: shop\r\norigin: https://evil.example\r\ncontent-length: 60000\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    // Not a byte of the body is sent.
    connection.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 403");
}

#[tokio::test]
async fn what_no_widget_sends_is_refused_whatever_it_asks_for() {
    let shop = Shop::open().await;
    let quote = shop.backend.quote(&[testing::backend::item("tea", 1)], "en", nonce());
    for mode in ["navigate", "no-cors", "same-origin", "websocket", "CORS", ""] {
        let told = shop.ask_as(&quote, |sending| sending.header("sec-fetch-mode", mode)).await;
        assert_eq!(told.code(), (403, "fetch-mode-not-allowed".to_owned()), "{mode}");
        let order = shop.wish(&[testing::backend::item("tea", 1)], key()).await;
        let posted = |sending: RequestBuilder| {
            let sending = sending.header("sec-fetch-mode", mode).header("origin", LISTED);
            sending.header("content-type", "text/plain").body(order.body.clone().unwrap())
        };
        assert_eq!(shop.ask_as(&order, posted).await.code(), (403, "fetch-mode-not-allowed".to_owned()), "{mode}");
    }
    assert_eq!(shop.ask_as(&quote, |sending| sending.header("sec-fetch-mode", "cors")).await.status, 200);
}

#[tokio::test]
async fn nobody_has_to_ask_first_so_options_is_no_method_of_ours() {
    let shop = Shop::open().await;
    let sending = shop.client.request(reqwest::Method::OPTIONS, shop.url("/v1/orders?n=x")).header("origin", LISTED);
    let reply = sending.header("access-control-request-method", "POST").send().await.unwrap();
    assert_eq!(reply.status(), 405);
    assert!(!reply.headers().contains_key("access-control-allow-methods"));
}

#[tokio::test]
async fn answers_are_never_kept_or_rewritten_on_the_way() {
    let shop = Shop::open().await;
    let told = shop.ask(&shop.backend.quote(&[], "en", nonce())).await;
    assert_eq!(told.headers["cache-control"], "no-store, no-transform");
    assert_eq!(told.headers["content-type"], "application/json");
}

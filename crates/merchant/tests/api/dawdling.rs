//! Whoever sends too slowly, too much, or takes nothing: it ends after its time, and others get the place.

use testing::backend::nonce;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::limits::{answer_to, open};

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_ends_after_its_time() {
    let shop = open("silence_seconds = 1").await;
    let order = protocol::Request::post("/v1/orders?", nonce(), &testing::backend::key(), String::new()).url;
    for path in ["/notify/wechat_pay".to_owned(), order] {
        let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nhost: shop\r\ncontent-length: 60000\r\ncontent-type: text/plain\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 10];
        let mut sent = 0;
        // It listens for a third of a second between two bytes, so that no pause is as long as the limit.
        while tokio::time::timeout(std::time::Duration::from_millis(300), connection.read_exact(&mut answer)).await.is_err() {
            connection.write_all(b"x").await.unwrap();
            sent += 1;
            assert!(sent < 60, "{path} is read for as long as somebody likes");
        }
        assert_eq!(&answer, b"HTTP/1.1 4", "{path}");
    }
}

#[tokio::test]
async fn heads_that_are_too_long_are_refused_and_too_slow_ones_end() {
    let shop = open("silence_seconds = 1").await;
    let many = format!("GET /healthz HTTP/1.1\r\nhost: shop\r\n{}\r\n", "x-more: 1\r\n".repeat(150));
    assert!(answer_to(&shop, many.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let long = format!("GET /healthz HTTP/1.1\r\nhost: shop\r\nx-long: {}\r\n\r\n", "x".repeat(1_000_000));
    let answer = answer_to(&shop, long.as_bytes()).await;
    // The end may come faster than the refusal, for there is more to read than the server wants to.
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(answer_to(&shop, b"GET /healthz HTTP/1.1\r\nhost: sh").await, "", "a head that never ends");
    let body = b"POST /notify/wechat_pay HTTP/1.1\r\nhost: shop\r\ncontent-length: 10\r\nconnection: close\r\n\r\n{";
    let answer = answer_to(&shop, body).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "a body that never ends: {answer}");
}

#[tokio::test]
async fn whoever_takes_nothing_of_an_answer_gives_its_place_to_others() {
    let shop = open("connections = 2\nsilence_seconds = 1").await;
    let mut deaf = Vec::new();
    for _ in 0..2 {
        let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
        // More than both kernels keep.
        connection.write_all("GET /openapi.json HTTP/1.1\r\nhost: shop\r\n\r\n".repeat(300).as_bytes()).await.unwrap();
        deaf.push(connection);
    }
    let served = tokio::time::timeout(std::time::Duration::from_secs(20), answer_to(&shop, b"GET /healthz HTTP/1.0\r\n\r\n"));
    assert!(served.await.expect("both places stay taken").starts_with("HTTP/1.0 200"));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_late_and_not_too_large() {
    let shop = open("silence_seconds = 1").await;
    let url = protocol::Request::post("/v1/orders?", nonce(), &testing::backend::key(), String::new()).url;
    let head = |length: usize| {
        format!("POST {url} HTTP/1.1\r\nhost: shop\r\ncontent-length: {length}\r\ncontent-type: text/plain;charset=UTF-8\r\n\r\n")
    };
    let late = answer_to(&shop, format!("{}hello", head(12)).as_bytes()).await;
    assert!(late.starts_with("HTTP/1.1 408 ") && !late.to_ascii_lowercase().contains("\nsignature:"), "{late}");
    let large = answer_to(&shop, format!("{}{}", head(70_000), "x".repeat(70_000)).as_bytes()).await;
    assert!(large.starts_with("HTTP/1.1 413 ") && large.contains("body-too-large"), "{large}");
}

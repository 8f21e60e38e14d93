//! What strangers send to any door is their fault and not ours: no answer is a 5xx, on either database.

use std::sync::Arc;

use axum::http::Method;
use futures_util::future::join_all;
use testing::backend::{Shop, nonce};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Every door, and what is none.
fn addresses() -> Vec<String> {
    let n = nonce();
    let n = n.as_str();
    let long = "a".repeat(300);
    let deep = "a/".repeat(2000);
    let odd = [
        "%00",
        "x%00",
        "%ff",
        "%",
        "%zz",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "\u{e9}",
        "a%20b",
        "con:",
        "~",
        "*",
        &long,
        &deep,
        "a%2f%00",
    ];
    let doors = [
        "/",
        "/shop/",
        "/shop/images/",
        "/r/",
        "/r/0123456789abcdef/",
        "/r/0123456789abcdef0123456789abcdef/qr-checkout.js/",
        "/notify/",
        "/notify/wechat_pay/",
        "/wechat/",
        "/wechat/openid/",
        "/admin/",
        "/admin/v1/",
        "/admin/v1/orders/",
        "/admin/v1/webhooks/",
        "/v1/",
        "/v1/orders/",
        "/.well-known/",
        "/metrics/",
    ];
    let mut all: Vec<String> = doors.iter().flat_map(|door| odd.iter().map(move |odd| format!("{door}{odd}"))).collect();
    let queries = [
        "?",
        "?%00",
        "?a=%00",
        "?=",
        "?a",
        "?a=%ff",
        "?state=%00&code=%00",
        "?state=zz&code=%ff",
        "?state=1",
        "?signature=%00&timestamp=%00&nonce=%00&echostr=%00",
    ];
    let plain = [
        "/",
        "/shop/",
        "/readyz",
        "/healthz",
        "/metrics",
        "/wechat/openid",
        "/notify/official_account",
        "/notify/wechat_pay",
        "/notify/alipay",
        "/admin/v1/orders",
        "/admin/v1/export",
        "/openapi.json",
        "/v1/quote",
        "/v1/orders",
    ];
    all.extend(plain.iter().flat_map(|path| queries.iter().map(move |query| format!("{path}{query}"))));
    for bound in [
        "quote?item=%00",
        "quote?item=tea:99999999999999999999",
        "quote?item=tea:1&code=%00",
        "quote?item=tea:1&locale=%00",
        "orders/ord_%00?seen=-1",
        "orders/%00?wait=99999999999999",
    ] {
        all.push(format!("/v1/{bound}&n={n}"));
    }
    all.push(format!("/v1/quote?item=tea:1&code=%F0%9F%92%A9&locale={long}&n={n}"));
    all
}

/// What is answered to bytes that no client would send.
async fn raw(shop: &Shop, bytes: &[u8]) -> String {
    let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
    let mut answer = Vec::new();
    // An abrupt end is an answer, too.
    let _ = connection.write_all(bytes).await;
    let _ = connection.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

/// Nobody is told that something is wrong with us.
pub async fn is_never_our_fault(shop: &Arc<Shop>) {
    let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]
        .map(|method| Method::from_bytes(method.as_bytes()).unwrap());
    let bodies: [&[u8]; 4] = [b"", b"{", b"\xff\x00", b"sign=%ff&sign_type=RSA2&a=b"];
    let requests = addresses().into_iter().flat_map(|address| methods.iter().map(move |method| (address.clone(), method.clone())));
    for some in requests.collect::<Vec<_>>().chunks(64) {
        let asked = some.iter().enumerate().map(|(number, (address, method))| {
            let (shop, address, method) = (Arc::clone(shop), address.clone(), method.clone());
            let body = bodies[number % bodies.len()];
            tokio::spawn(async move {
                let head =
                    format!("{method} {address} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
                let told = raw(&shop, &[head.as_bytes(), body].concat()).await;
                assert!(!told.starts_with("HTTP/1.1 5"), "{method} {address}: {told}");
            })
        });
        join_all(asked).await.into_iter().for_each(|asked| asked.unwrap());
    }
    for odd in [
        &b"GET http://elsewhere.example/x%00 HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n"[..],
        b"OPTIONS * HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n",
        b"CONNECT elsewhere.example:443 HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n",
        b"GET /admin/v1/orders HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer \xff\xfe\r\nconnection: close\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nhost: shop\r\nauthorization: Basic \xe9\r\nconnection: close\r\n\r\n",
        b"POST /notify/wechat_pay HTTP/1.1\r\nhost: shop\r\nwechatpay-serial: \xff\r\nwechatpay-timestamp: 99999999999999999999\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
        b"GET /r/a/b HTTP/1.1\r\nhost: shop\r\naccept-encoding: \xff\r\nif-none-match: \xff\r\nrange: bytes=9-1\r\nconnection: close\r\n\r\n",
        b"GET /shop/index.html HTTP/1.1\r\nhost: shop\r\nrange: bytes=99999999999999999999-\r\nif-modified-since: \xff\r\nconnection: close\r\n\r\n",
    ] {
        let told = raw(shop, odd).await;
        assert!(!told.starts_with("HTTP/1.1 5"), "{}: {told}", String::from_utf8_lossy(odd));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_at_any_door_is_never_our_fault() {
    let shop = Shop::open_with(|config| {
        let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/shop");
        format!("{config}[shop]\ndir = \"{shop}\"\n[widget]\ndir = \"{shop}\"\n")
    });
    is_never_our_fault(&Arc::new(shop.await)).await;
}

#[tokio::test]
async fn a_path_that_is_no_text_is_refused_as_everything_is() {
    let shop = Shop::open().await;
    for path in ["/r/0123456789abcdef/%E9", "/admin/v1/orders/%ff", "/notify/%C3%28", "/x%80", "/v1/orders/%E9"] {
        let reply = shop.client.get(shop.url(path)).send().await.unwrap();
        let kind = reply.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(reply.status(), 400, "{path}");
        assert!(kind == "application/problem+json" || path.starts_with("/v1/") && kind == "application/json", "{path}: {kind}");
    }
    assert_eq!(shop.client.get(shop.url("/%E8%8C%B6")).send().await.unwrap().status(), 404);
}

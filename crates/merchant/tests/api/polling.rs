//! The long poll: held while nothing changes, answered at once when something does.

use std::time::{Duration, Instant};

use merchant::api_keys::Scope;
use protocol::{Order, OrderStatus};
use testing::backend::{Shop, nonce};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_held_poll_answers_as_soon_as_the_order_is_paid() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let payment = order.payment.as_ref().unwrap().id.clone();
    let poll = shop.backend.order(&order.id, order.seq, 20, nonce());
    let pay = async {
        shop.provider.pay(payment.as_str());
        assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
        Instant::now()
    };
    let ((_, told), paid) = tokio::join!(shop.order(&poll), pay);
    assert_eq!(told.status, OrderStatus::Paid);
    assert!(told.seq > order.seq);
    assert!(paid.elapsed() < Duration::from_secs(5), "a poll that is not woken lasts 20 seconds");
}

#[tokio::test]
async fn a_poll_whose_time_is_up_answers_the_order_as_it_is() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let (status, told) = shop.order(&shop.backend.order(&order.id, order.seq, 1, nonce())).await;
    assert_eq!((status, told), (200, order));
}

#[tokio::test]
async fn a_poll_that_is_behind_is_answered_at_once() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let before = Instant::now();
    let (_, told) = shop.order(&shop.backend.order(&order.id, order.seq - 1, 25, nonce())).await;
    assert_eq!(told, order);
    assert!(before.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_stopping_server_answers_its_held_polls() {
    let mut shop = Shop::open().await;
    let order = shop.order_tea().await;
    let poll = shop.backend.order(&order.id, order.seq, 25, nonce());
    let client = shop.client.clone();
    let held = tokio::spawn(async move { client.get(poll.url).send().await.unwrap().status().as_u16() });
    // The poll left first; a whole order made and answered after it says that it has arrived.
    shop.order_tea().await;
    let before = Instant::now();
    shop.close().await;
    assert_eq!(held.await.unwrap(), 200);
    assert!(before.elapsed() < Duration::from_secs(9));
}

#[tokio::test]
async fn equal_seq_means_equal_bytes_and_every_change_raises_it() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let read = || async { shop.ask(&shop.backend.order(&order.id, 0, 0, nonce())).await.bytes };
    assert_eq!(read().await, read().await);
    let payment = order.payment.unwrap().id;
    let notice = shop.provider.notice(payment.as_str(), "EV-1");
    shop.provider.pay(payment.as_str());
    shop.deliver(&notice).await;
    let paid = read().await;
    shop.deliver(&notice).await;
    assert_eq!(read().await, paid);
    assert_eq!(shop.stored(&order.id).await.seq, order.seq + 1);
}

/// A poll of an order as it is written on the line.
fn written(order: &Order, headers: &str) -> String {
    let path = format!("/v1/orders/{}?seen={}&wait=25&n={}", order.id, order.seq, nonce().as_str());
    format!("GET {path} HTTP/1.1\r\nhost: shop\r\n{headers}\r\n")
}

/// Waits until the server holds so many polls, by its own figures.
async fn holds(shop: &Shop, polls: usize) {
    let key = shop.key(&[Scope::Read]).await;
    let line = format!("qr_checkout_held_polls {polls}");
    for asked in 0_u32.. {
        let request = shop.client.get(shop.url("/metrics")).header("x-forwarded-for", std::net::Ipv4Addr::from(asked).to_string());
        let told = request.bearer_auth(&key).send().await.unwrap().error_for_status().unwrap().text().await.unwrap();
        if told.lines().any(|told| told == line) {
            return;
        }
    }
}

/// The money of an order arrives.
async fn pay(shop: &Shop, order: &Order) {
    let payment = order.payment.as_ref().unwrap().id.as_str();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, "EV-1")).await, 204);
}

#[tokio::test]
async fn what_is_sent_behind_a_held_poll_is_answered_after_it_on_the_same_connection() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
    let next = "GET /healthz HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n";
    connection.write_all((written(&order, "") + &next[..20]).as_bytes()).await.unwrap();
    holds(&shop, 1).await;
    connection.write_all(&next.as_bytes()[20..]).await.unwrap();
    pay(&shop, &order).await;
    let mut answers = String::new();
    connection.read_to_string(&mut answers).await.unwrap();
    let (first, second) = answers[1..].split_once("HTTP/1.1 200").expect("two answers");
    assert!(first.contains(r#""status":"paid""#) && second.ends_with("ok\n"), "{answers}");
}

#[tokio::test]
async fn one_who_leaves_gives_the_place_of_his_poll_to_others() {
    let shop = Shop::open_with(|config| config + "[limits]\nheld_polls = 1\n").await;
    let order = shop.order_tea().await;
    let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
    connection.write_all(written(&order, "").as_bytes()).await.unwrap();
    holds(&shop, 1).await;
    drop(connection);
    holds(&shop, 0).await;
}

#[tokio::test]
async fn a_poll_counts_once_and_keeps_its_name_however_often_it_was_woken() {
    let proxied = |config: String| config.replace("[store]", "trusted_proxies = 1\n[store]") + "[limits]\nreads_per_minute = 5\n";
    let shop = Shop::open_with(proxied).await;
    let order = shop.order_tea().await;
    let ask = async || {
        let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
        let headers = "x-forwarded-for: 203.0.113.7\r\nx-request-id: mine\r\nconnection: close\r\n";
        connection.write_all(written(&order, headers).as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let (held, ()) = tokio::join!(ask(), async {
        holds(&shop, 1).await;
        pay(&shop, &order).await;
    });
    assert!(held.starts_with("HTTP/1.1 200") && held.contains("x-request-id: mine\r\n"), "{held}");
    let mut answered = 0;
    while ask().await.starts_with("HTTP/1.1 200") {
        answered += 1;
    }
    assert_eq!(answered, 4, "the poll was one of five, though the server has read it twice");
}

#[tokio::test]
async fn a_poll_with_a_body_is_not_held() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
    let before = Instant::now();
    connection.write_all((written(&order, "content-length: 2\r\nconnection: close\r\n") + "{}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains(r#""status":"pending""#) && before.elapsed() < Duration::from_secs(20), "{answer}");
}

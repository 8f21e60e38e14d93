//! What one client may do and what the server takes on: too much of it is refused or answered sooner, and everybody else is served.

use merchant::api_keys::Scope;
use protocol::{Code, Order, OrderId, OrderStatus, PaymentId, Request};
use reqwest::Response;
use testing::backend::client::Told;
use testing::backend::{Shop, item, key, nonce};
use testing::carrying;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A shop behind one proxy, with limits.
pub async fn open(limits: &str) -> Shop {
    Shop::open_with(|config| config.replace("[store]", "trusted_proxies = 1\n[store]") + "[limits]\n" + limits).await
}

/// A price, asked for from that address.
async fn price(shop: &Shop, client: &str) -> Response {
    let url = shop.url(&format!("/v1/quote?item=tea%3A1&n={}", nonce().as_str()));
    shop.client.get(url).header("x-forwarded-for", client).send().await.unwrap()
}

/// What a server sends before it ends the connection.
pub async fn answer_to(shop: &Shop, bytes: &[u8]) -> String {
    let mut connection = TcpStream::connect(shop.merchant().address()).await.unwrap();
    let mut answer = Vec::new();
    // An abrupt end is an end.
    let _ = connection.write_all(bytes).await;
    let _ = connection.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// The same request from that address.
async fn from(shop: &Shop, client: &str, request: &Request) -> Told {
    shop.ask_as(request, |asking| carrying(asking, request).header("x-forwarded-for", client)).await
}

#[tokio::test]
async fn a_client_that_asks_too_often_is_told_when_to_come_back_and_nobody_else_notices() {
    let shop = open("reads_per_minute = 3").await;
    for _ in 0..3 {
        assert_eq!(price(&shop, "203.0.113.7").await.status(), 200);
    }
    let refused = price(&shop, "203.0.113.7").await;
    let later: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!((refused.status().as_u16(), (1..=21).contains(&later)), (429, true), "{later}");
    assert!(refused.headers().contains_key("signature"), "the widget believes it");
    assert!(refused.text().await.unwrap().contains(r#""code":"rate-limited""#));
    assert_eq!(price(&shop, "203.0.113.8").await.status(), 200);
}

#[tokio::test]
async fn discount_codes_are_not_found_by_trying() {
    let shop = open("code_guesses_per_minute = 2").await;
    let ask = async |client: &str, code: &str| {
        let url = shop.url(&format!("/v1/quote?item=tea%3A1&code={code}&n={}", nonce().as_str()));
        shop.client.get(url).header("x-forwarded-for", client).send().await.unwrap().status().as_u16()
    };
    for code in ["SPRNG", "sprng", "SPRNG", "AUTUMN", "autumn", "WINTER", "winter"] {
        assert_eq!(ask("203.0.113.7", code).await, 200, "{code}: of three wrong codes the third is one too many, and what comes after it");
    }
    let path = format!("/v1/quote?item=tea%3A1&code=SUMMER&n={}", nonce().as_str());
    let refused = shop.client.get(shop.url(&path)).header("x-forwarded-for", "203.0.113.7").send().await.unwrap();
    assert_eq!(refused.status(), 429);
    let told = refused.text().await.unwrap();
    assert!(told.contains(r#""faults":[{"code":"rate-limited","field":"code"}]"#), "a widget prices the cart without it: {told}");
    assert_eq!(ask("203.0.113.8", "SUMMER").await, 200, "nobody else notices");
    assert_eq!(price(&shop, "203.0.113.7").await.status(), 200, "a cart without a code is priced on");
}

#[tokio::test]
async fn one_client_has_so_many_unpaid_orders_open_and_another_when_one_of_them_ends() {
    let shop = open("open_orders_per_client = 2").await;
    let wish = async || shop.wish(&[item("tea", 1)], key()).await;
    let orders = async |client| from(&shop, client, &wish().await).await.status;
    let made = async || {
        let request = wish().await;
        let order: serde_json::Value = serde_json::from_slice(&from(&shop, "203.0.113.7", &request).await.bytes).unwrap();
        let payment = PaymentId::parse(order["payment"]["id"].as_str().unwrap()).unwrap();
        (request, OrderId::parse(order["id"].as_str().unwrap()).unwrap(), payment)
    };
    let (request, paid, payment) = made().await;
    let (_, closed, _) = made().await;
    for _ in 0..3 {
        assert_eq!(from(&shop, "203.0.113.7", &request).await.status, 201, "the same order again is no other");
    }
    let wanted = wish().await;
    let refused = from(&shop, "203.0.113.7", &wanted).await;
    let later: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!((refused.code(), (1..=30).contains(&later)), ((429, "rate-limited".to_owned()), true), "{later}");
    assert_eq!(orders("203.0.113.8").await, 201, "nobody else notices");
    let key_of_shop = shop.key(&[Scope::Orders]).await;
    for number in ["A-1", "A-2", "A-3"] {
        let own = serde_json::json!({ "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": 100 }] });
        assert_eq!(shop.call(&key_of_shop, "POST", "orders", Some((number, own))).await.status, 201, "the shop's own do not count");
    }

    shop.provider.pay(payment.as_str());
    shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await;
    assert_eq!(shop.stored(&paid).await.status, OrderStatus::Paid);
    assert_eq!(from(&shop, "203.0.113.7", &wanted).await.status, 201, "its key is free");
    assert_eq!(orders("203.0.113.7").await, 429);
    shop.order(&shop.backend.close(&closed, nonce(), key())).await;
    assert_eq!((orders("203.0.113.7").await, orders("203.0.113.7").await), (201, 429));
    shop.advance(1801);
    assert_eq!(orders("203.0.113.7").await, 201, "whatever is over is over, whoever has looked");
}

#[tokio::test]
async fn orders_that_were_never_made_do_not_count() {
    let stocked = testing::backend::SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 1", 1);
    let limited = |config: String| config.replace("[store]", "trusted_proxies = 1\n[store]") + "[limits]\nopen_orders_per_client = 2";
    let shop = Shop::open_as(&stocked, limited).await;
    let orders = async |request: &Request| from(&shop, "203.0.113.7", request).await.status;
    let (tea, cup) = ([item("tea", 1)], [item("cup", 1)]);
    let teas = [shop.wish(&tea, key()).await, shop.wish(&tea, key()).await, shop.wish(&tea, key()).await];
    assert_eq!([orders(&teas[0]).await, orders(&teas[1]).await, orders(&teas[2]).await], [201, 409, 409]);
    let cups = [shop.wish(&cup, key()).await, shop.wish(&cup, key()).await];
    assert_eq!([orders(&cups[0]).await, orders(&cups[1]).await], [201, 429]);
}

#[tokio::test]
async fn a_household_is_one_client_and_behind_a_proxy_everybody_is_counted() {
    let shop = open("reads_per_minute = 2").await;
    assert_eq!(price(&shop, "2001:db8:1:2::1").await.status(), 200);
    assert_eq!(price(&shop, "2001:db8:1:2:ffff::9").await.status(), 200);
    assert_eq!(price(&shop, "2001:db8:1:2::3").await.status(), 429);
    assert_eq!(price(&shop, "2001:db8:1:3::1").await.status(), 200);
    for nobody in ["127.0.0.1", "unknown"] {
        let answers = [price(&shop, nobody).await, price(&shop, nobody).await, price(&shop, nobody).await];
        assert_eq!(answers.map(|answer| answer.status().as_u16()), [200, 200, 429], "{nobody}");
    }
}

#[tokio::test]
async fn whatever_bytes_a_client_writes_before_its_address_it_is_counted() {
    let shop = open("reads_per_minute = 2").await;
    let price = async |forwarded: &[u8]| {
        let path = format!("/v1/quote?item=tea%3A1&n={}", nonce().as_str());
        let head = format!("GET {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n");
        let told = answer_to(&shop, &[head.as_bytes(), forwarded, b"\r\n"].concat()).await;
        told[9..12].to_owned()
    };
    let lines: [&[u8]; 7] = [
        b"x-forwarded-for: \xff, 203.0.113.7\r\n",
        b"x-forwarded-for: \xc3\xa9, 203.0.113.7\r\n",
        b"x-forwarded-for: \xff\r\nx-forwarded-for: 203.0.113.7\r\n",
        b"x-forwarded-for: 203.0.113.7:4711\r\n",
        b"X-Forwarded-For:\t127.0.0.1 , \t203.0.113.7\t\r\n",
        b"x-forwarded-for: [::1]:9\r\nx-forwarded-for: 127.0.0.1, ::ffff:203.0.113.7\r\n",
        b"x-forwarded-for: ,,,\r\nx-forwarded-for: \"203.0.113.7:80\"\r\n",
    ];
    let mut answers = Vec::new();
    for line in lines {
        answers.push(price(line).await);
    }
    assert_eq!(answers, ["200", "200", "429", "429", "429", "429", "429"]);
    // Whoever comes past the proxy, and of whom it writes no address, is one, too.
    for nobody in [&b""[..], b"x-forwarded-for: \xff\xfe\r\n"] {
        assert_eq!([price(nobody).await, price(nobody).await, price(nobody).await], ["200", "200", "429"]);
    }
}

#[tokio::test]
async fn doors_that_are_not_signed_are_limited_as_the_others_are() {
    let shop = open("reads_per_minute = 3").await;
    let key = shop.key(&[Scope::Read]).await;
    for (number, (method, path, most)) in [
        ("POST", "/notify/wechat_pay", 3),
        ("POST", "/notify/official_account", 3),
        ("GET", "/admin/v1/orders", 3),
        ("GET", "/metrics", 3),
        ("GET", "/wechat/openid?state=00&code=x", 3),
        ("POST", "/v1/orders", 3),
    ]
    .into_iter()
    .enumerate()
    {
        let ask = async |client: &str| {
            let request = shop.client.request(method.parse().unwrap(), shop.url(path)).header("x-forwarded-for", client);
            request.bearer_auth(&key).body("{}").send().await.unwrap()
        };
        let client = format!("203.0.113.{number}");
        for _ in 0..most {
            assert!(ask(&client).await.status() != 429, "{path}");
        }
        let refused = ask(&client).await;
        assert_eq!(refused.status(), 429, "{path}");
        let later: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&later), "{path}: {later}");
        assert_ne!(ask(&format!("198.51.100.{number}")).await.status(), 429, "{path}: nobody else notices");
        shop.client.get(shop.url("/healthz")).header("x-forwarded-for", &client).send().await.unwrap().error_for_status().unwrap();
    }
}

#[tokio::test]
async fn a_client_is_the_address_that_our_own_proxy_wrote_however_it_writes() {
    let shop = open("reads_per_minute = 1").await;
    for (client, status) in [
        ("::ffff:203.0.113.1", 200),
        ("::ffff:203.0.113.2", 200),
        ("203.0.113.1", 429),
        ("203.0.113.2:4711", 429),
        ("203.0.113.3:4711", 200),
        ("[2001:db8::1]:4711", 200),
        ("2001:db8::1", 429),
        // What stands before the last, anybody could have written.
        ("203.0.113.1, 203.0.113.4", 200),
        ("203.0.113.77, 203.0.113.4", 429),
        ("127.0.0.1, 203.0.113.4", 429),
    ] {
        assert_eq!(price(&shop, client).await.status(), status, "{client}");
    }
}

#[tokio::test]
async fn nobody_is_somebody_else_by_a_header_where_no_proxy_is_known() {
    let shop = Shop::open_with(|config| config + "[limits]\nreads_per_minute = 1\n").await;
    for _ in 0..3 {
        assert_eq!(price(&shop, "203.0.113.7").await.status(), 200, "a program on this machine, and not 203.0.113.7");
    }
}

#[tokio::test]
async fn orders_are_counted_apart_from_prices() {
    let shop = open("orders_per_minute = 1").await;
    let cancel = async || {
        let address = shop.url("/v1/orders/ord_gone/cancel?");
        let url = protocol::Request::post(&address, nonce(), &testing::backend::key(), "{}".to_owned()).url;
        let request = shop.client.post(url).header("x-forwarded-for", "203.0.113.7").header("content-type", "text/plain");
        request.body("{}").send().await.unwrap().status().as_u16()
    };
    assert_eq!([cancel().await, cancel().await], [404, 429]);
    assert_eq!(price(&shop, "203.0.113.7").await.status(), 200);
}

#[tokio::test]
async fn a_poll_that_finds_no_place_is_answered_at_once_and_truly() {
    let shop = open("held_polls = 1").await;
    let order = shop.order_tea().await;
    let poll = async || -> Result<Order, Code> { shop.order_by(&shop.pins, &shop.backend.order(&order.id, order.seq, 25, nonce())).await };
    // Whichever comes first gets the place; the other one is answered.
    let at_once = tokio::select! {
        answered = poll() => answered,
        answered = poll() => answered,
    };
    assert_eq!(at_once.unwrap().seq, order.seq);
}

#[tokio::test]
async fn every_answer_keeps_browsers_from_showing_running_and_telling_anything() {
    let shop = Shop::open_with(|config| config.replace("public_url = \"http://127", "public_url = \"https://127")).await;
    for path in [
        "/v1/quote",
        "/v1/nothing?n=AAAAAAAAAAAAAAAAAAAAAA",
        "/notify/nobody",
        "/admin/v1/orders",
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/missing",
    ] {
        let address = format!("http://{}{path}", shop.merchant().address());
        let reply = shop.client.get(address).send().await.unwrap();
        let header = |name: &str| reply.headers().get(name).map_or("", |value| value.to_str().unwrap());
        let told = ["content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy"].map(header);
        assert_eq!(told, ["default-src 'none'; frame-ancestors 'none'", "nosniff", "no-referrer", "same-origin"], "{path}");
        assert_eq!(header("strict-transport-security"), "max-age=63072000", "{path}");
    }
}

#[tokio::test]
async fn one_client_holds_only_so_many_polls_and_another_finds_a_place() {
    let shop = open("held_polls_per_client = 1").await;
    let order = shop.order_tea().await;
    let poll = async |client: &'static str| {
        let url = shop.url(&format!("/v1/orders/{}?seen={}&wait=25&n={}", order.id, order.seq, nonce().as_str()));
        shop.client.get(url).header("x-forwarded-for", client).send().await.unwrap().status().as_u16()
    };
    let another = poll("203.0.113.8");
    let answered = tokio::select! {
        answered = poll("203.0.113.7") => answered,
        answered = poll("203.0.113.7") => answered,
        answered = another => answered + 1_000,
    };
    assert_eq!(answered, 200, "the other client's poll is held");
}

/// A call of that kind from that address.
async fn call(shop: &Shop, method: &str, path: &str, client: &str) -> Response {
    let request = shop.client.request(method.parse().unwrap(), shop.url(path)).header("x-forwarded-for", client);
    request.header("authorization", "Bearer qrk_nobody").body("garbage").send().await.unwrap()
}

#[tokio::test]
async fn garbage_of_strangers_is_theirs_and_much_of_it_is_not_listened_to() {
    let shop = open("failures_per_minute = 4").await;
    for (method, path, client) in [
        ("POST", "/notify/wechat_pay", "203.0.113.1"),
        ("GET", "/admin/v1/orders", "203.0.113.2"),
        ("POST", "/admin/v1/orders/x/refunds", "203.0.113.3"),
        ("GET", "/metrics", "203.0.113.4"),
    ] {
        for _ in 0..5 {
            assert_eq!(call(&shop, method, path, client).await.status(), 401, "{path}");
        }
        let refused = call(&shop, method, path, client).await;
        assert_eq!(refused.status(), 429, "{path}");
        assert!(refused.headers().contains_key("retry-after"));
        assert_eq!(price(&shop, client).await.status(), 200, "prices are another matter");
    }
    // Whoever tells the truth is not counted, however often.
    let key = shop.key(&[merchant::api_keys::Scope::Read]).await;
    for _ in 0..9 {
        let request = shop.client.get(shop.url("/admin/v1/orders")).header("x-forwarded-for", "203.0.113.9").bearer_auth(&key);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn no_stranger_makes_the_server_look_broken() {
    let shop = Shop::open_with(|config| {
        let folder = config.lines().find_map(|line| line.strip_prefix("path = \"")).unwrap().rsplit_once('/').unwrap().0.to_owned();
        let folder = format!("{folder}/files");
        std::fs::create_dir(&folder).unwrap();
        format!("{config}\n[widget]\ndir = \"{folder}\"\n[shop]\ndir = \"{folder}\"\n")
    })
    .await;
    let long = format!("/{}", "x".repeat(4_000));
    let paths = [
        "/x%00",
        "/shop/x%00.js",
        "/%00",
        "/x%ff",
        "/shop/%ff",
        "/..%00/",
        &long,
        "/shop/x%00.html",
        "/notify/%00",
        "/v1/%00",
        "/admin/v1/orders/%00",
    ];
    for path in paths.into_iter().chain([
        "/notify/official_account?signature=x",
        "/wechat/openid?state=%00&code=%00",
        "/r/%00/x",
        "/notify/wechat_pay",
    ]) {
        for method in ["GET", "HEAD", "POST"] {
            let status = call(&shop, method, path, "203.0.113.5").await.status();
            assert!(status.is_client_error(), "{method} {path}: {status}");
        }
    }
}

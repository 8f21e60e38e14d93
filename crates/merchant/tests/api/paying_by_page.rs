//! The page of an order that is to be paid, as browsers without scripts and robots of chats get it.

use protocol::{OrderId, PaymentStatus};
use reqwest::header::LOCATION;
use testing::backend::Shop;

use super::page::{DESK, PHONE, Told, browser, filled};

async fn look(shop: &Shop, id: &OrderId, agent: &str, language: &str) -> Told {
    let sending = browser().get(shop.url(&format!("/pay/{id}?plain"))).header("user-agent", agent);
    Told::of(sending.header("accept-language", language)).await
}

async fn press(shop: &Shop, id: &OrderId, agent: &str, fields: &[(&str, &str)]) -> Told {
    let sending = browser().post(shop.url(&format!("/pay/{id}"))).header("user-agent", agent).header("origin", shop.url(""));
    Told::of(filled(sending, fields)).await
}

#[tokio::test]
async fn an_order_is_paid_by_forms_alone() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let page = look(&shop, &order.id, DESK, "de").await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("<html lang=\"de\"") && page.html.contains("http-equiv=\"refresh\""), "{}", page.html);
    assert!(page.html.contains("<svg class=\"code\" role=\"img\"") && !page.html.contains("style="), "{}", page.html);
    let token = page.token();
    let led = press(&shop, &order.id, DESK, &[("token", &token), ("act", "cancel")]).await;
    assert_eq!((led.status, led.headers[LOCATION].to_str().unwrap()), (303, &*shop.url(&format!("/pay/{}?plain", order.id))));
    assert_eq!(shop.stored(&order.id).await.payment.unwrap().status, PaymentStatus::Canceled);

    let page = look(&shop, &order.id, DESK, "en").await;
    assert!(!page.html.contains("<svg") && !page.html.contains("http-equiv=\"refresh\""), "{}", page.html);
    let (token, before) = (page.token(), shop.provider.calls("create"));
    for _ in 0..2 {
        assert_eq!(press(&shop, &order.id, DESK, &[("token", &token), ("method", "wechat_pay")]).await.status, 303);
    }
    assert_eq!(shop.provider.calls("create"), before + 1, "a form counts once");
    let payment = shop.stored(&order.id).await.payment.unwrap();
    assert!(look(&shop, &order.id, DESK, "en").await.html.contains("<svg"));
    shop.provider.pay(payment.id.as_str());
    shop.advance(3);
    let page = look(&shop, &order.id, DESK, "en").await;
    assert!(page.html.contains("<div role=\"status\"><h2>Paid</h2>") && page.html.contains("Signed receipt"), "{}", page.html);
    assert!(!page.html.contains("<form") && !page.html.contains("refresh"), "{}", page.html);
}

#[tokio::test]
async fn a_method_that_gives_nothing_to_pay_by_says_so_on_a_phone() {
    let shop = Shop::open_with(|config| config.replacen("[server]\n", "[server]\ntrusted_proxies = 1\n", 1)).await;
    let order = shop.order_tea().await;
    let token = look(&shop, &order.id, PHONE, "en").await.token();
    let sending = browser().post(shop.url(&format!("/pay/{}", order.id))).header("user-agent", PHONE).header("origin", shop.url(""));
    let led = Told::of(filled(sending.header("x-forwarded-for", "203.0.113.7"), &[("token", &*token), ("method", "wechat_pay")])).await;
    assert_eq!((led.status, led.headers[LOCATION].to_str().unwrap()), (303, &*shop.url(&format!("/pay/{}?plain", order.id))));
    let page = look(&shop, &order.id, PHONE, "en").await;
    // This provider has no links.
    assert!(page.html.contains("WeChat Pay is not available right now") && page.html.contains("<form"), "{}", page.html);
}

#[tokio::test]
async fn the_first_html_tells_all_and_the_widget_stands_around_it() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let sending = browser().get(shop.url(&format!("/pay/{}", order.id))).header("accept-language", "zh-CN");
    let Told { status, headers, html } = Told::of(sending).await;
    assert_eq!(status, 200);
    let (element, rest) = html.split_once("<qr-checkout ").unwrap().1.split_once('>').unwrap();
    assert!(element.contains(order.id.as_str()) && element.contains("merchant-key=") && !element.contains("owner"), "{element}");
    let inside = rest.split_once("</qr-checkout>").unwrap().0;
    let amount = format!("{} CNY", order.money().to_decimal());
    assert!(inside.contains(&amount) && inside.contains("<svg") && inside.contains("<form"), "{inside}");
    assert!(order.price.lines.iter().all(|line| inside.contains(line.name.as_str())), "{inside}");
    assert!(html.contains("<noscript><meta http-equiv=\"refresh\""), "with the widget it looks by itself only without scripts");
    let graph = html.matches("property=\"og:").count();
    assert!(graph == 3 && html.contains(&format!("property=\"og:description\" content=\"{amount}\"")), "{html}");
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("x-robots-tag"), "noindex, nofollow, noarchive");
    assert_eq!(header("cache-control"), "no-store");
    let policy = header("content-security-policy");
    for part in ["form-action 'self'", "frame-ancestors 'none'", "style-src 'self'", "base-uri 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
}

#[tokio::test]
async fn robots_that_follow_links_change_nothing() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let before = (shop.stored(&order.id).await.seq, shop.provider.calls("create"));
    for agent in ["WhatsApp/2.23", "facebookexternalhit/1.1", "MicroMessenger-Robot", "Slackbot-LinkExpanding 1.0", PHONE] {
        for path in
            [format!("/pay/{}", order.id), format!("/pay/{}?plain", order.id), format!("/pay/{}?method=wechat_pay&act=cancel", order.id)]
        {
            for method in [reqwest::Method::GET, reqwest::Method::HEAD] {
                let told = Told::of(browser().request(method, shop.url(&path)).header("user-agent", agent)).await;
                assert_eq!(told.status, 200, "{path}");
            }
        }
    }
    assert_eq!((shop.stored(&order.id).await.seq, shop.provider.calls("create")), before);
}

#[tokio::test]
async fn forms_of_other_pages_and_broken_ones_do_nothing() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let token = look(&shop, &order.id, DESK, "en").await.token();
    let (own, address) = (shop.url(""), shop.url(&format!("/pay/{}", order.id)));
    let cancel = [("token", &*token), ("act", "cancel")];
    for heads in [
        &[("origin", "null")][..],
        &[("origin", "https://evil.example")],
        &[("origin", &*own), ("sec-fetch-site", "cross-site")],
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("referer", "https://evil.example/")],
    ] {
        let sending = heads.iter().fold(browser().post(&address), |sending, (name, value)| sending.header(*name, *value));
        let told = Told::of(filled(sending, &cancel)).await;
        assert!(told.status == 403 && told.html.contains("Please go back"), "{heads:?}: {}", told.html);
    }
    // A browser that tells nothing is asked to press once more, on a page that it does tell of.
    let told = Told::of(filled(browser().post(&address), &cancel)).await;
    assert!(told.status == 403 && told.html.contains("press the button once more") && told.html.contains("<form"), "{}", told.html);
    let long = "x".repeat(70_000);
    for (fields, status) in [
        (&[("act", "cancel")][..], 400),
        (&[("token", "short"), ("act", "cancel")], 400),
        (&[("token", &token), ("token", &token), ("act", "cancel")], 400),
        (&[("token", &token)], 400),
        (&[("token", &token), ("act", "refund")], 400),
        (&[("token", &token), ("method", "")], 400),
        (&[("token", &token), ("act", &long)], 413),
        (&[("token", &token), ("method", "pix")], 409),
    ] {
        assert_eq!(press(&shop, &order.id, DESK, fields).await.status, status, "{}", fields.len());
    }
    let sending = browser().post(&address).header("origin", &own).header("content-type", "application/json");
    assert_eq!(Told::of(sending.body("{}")).await.status, 400);
    assert_eq!(shop.stored(&order.id).await.payment, order.payment);
}

#[tokio::test]
async fn what_cannot_be_paid_says_so_under_the_shops_name() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    for id in ["nothing", "AAAAAAAAAAAAAAAAAAAAAA"] {
        let sending = browser().get(shop.url(&format!("/pay/{id}"))).header("accept-language", "de");
        let told = Told::of(sending).await;
        assert!(
            told.status == 404 && told.html.contains("<h1>Mountain Tea</h1>") && told.html.contains("keine Bestellung"),
            "{}",
            told.html
        );
    }
    let token = look(&shop, &order.id, DESK, "en").await.token();
    shop.advance(100_000);
    let told = look(&shop, &order.id, DESK, "en").await;
    assert!(told.status == 200 && told.html.contains("This order has expired") && !told.html.contains("<form"), "{}", told.html);
    let told = press(&shop, &order.id, DESK, &[("token", &token), ("method", "wechat_pay")]).await;
    assert!(told.status == 409 && told.html.contains("The time to pay has run out"), "{}", told.html);
}

//! Payment links: made by the shop, opened by robots and shoppers, paid so often and no oftener.

use merchant::api_keys::Scope;
use protocol::OrderId;
use serde_json::{Value, json};
use testing::backend::Shop;

use super::page::{DESK, Told, browser, filled};

/// A link that the shop makes.
async fn made(shop: &Shop, key: &str, once: &str, body: Value) -> Value {
    let told = shop.call(key, "POST", "links", Some((once, body))).await;
    assert_eq!(told.status, 201, "{}", told.text);
    told.json()
}

fn path(link: &Value) -> String {
    format!("/l/{}", link["id"].as_str().unwrap())
}

async fn look(shop: &Shop, path: &str, language: &str) -> Told {
    Told::of(browser().get(shop.url(path)).header("user-agent", DESK).header("accept-language", language)).await
}

/// Sends the form of a link's page.
async fn press(shop: &Shop, path: &str, page: &Told, given: &[(&str, &str)]) -> Told {
    let given = given.iter().chain(&[("method", "wechat_pay")]).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let fields: Vec<_> = page.hidden("name=\"method\"").into_iter().chain(given).collect();
    let sending = browser().post(shop.url(path)).header("user-agent", DESK).header("origin", shop.url(""));
    Told::of(filled(sending.header("accept-language", "en"), &fields)).await
}

/// The order whose page was answered.
fn ordered(page: &Told) -> OrderId {
    let (_, rest) = page.html.split_once("action=\"../pay/").unwrap_or_else(|| panic!("{} {}", page.status, page.html));
    OrderId::parse(rest.split('"').next().unwrap()).unwrap()
}

async fn state(shop: &Shop, key: &str, link: &Value) -> (String, i64, i64) {
    let told = shop.call(key, "GET", &format!("links/{}", link["id"].as_str().unwrap()), None).await.json();
    (told["state"].as_str().unwrap().to_owned(), told["taken"].as_i64().unwrap(), told["open"].as_i64().unwrap())
}

async fn pay(shop: &Shop, order: &OrderId) {
    let payment = shop.stored(order).await.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), order.as_str())).await, 204);
}

fn invoice(uses: Option<i64>) -> Value {
    json!({ "currency": "CNY", "lines": [{ "name": "Invoice <17>", "unit_price": 2_500 }], "uses": uses, "reference": "R-17" })
}

#[tokio::test]
async fn a_link_is_paid_as_often_as_it_may_be() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let link = made(&shop, &key, "one", invoice(Some(1))).await;
    assert_eq!(link["url"], json!(shop.url(&path(&link))));
    // Robots of chats look, and nothing comes of it.
    for _ in 0..3 {
        let page = look(&shop, &path(&link), "en").await;
        assert_eq!(page.status, 200);
        assert!(page.html.contains("<h1>Mountain Tea</h1>") && page.html.contains("Invoice &lt;17&gt;"), "{}", page.html);
        assert_eq!(page.headers["x-robots-tag"], "noindex, nofollow, noarchive");
    }
    assert_eq!(state(&shop, &key, &link).await, ("open".to_owned(), 0, 0));

    let page = look(&shop, &path(&link), "en").await;
    let own = press(&shop, &path(&link), &page, &[]).await;
    let order = ordered(&own);
    assert!(own.status == 200 && own.html.contains("<svg class=\"code\""), "{}", own.html);
    assert_eq!(state(&shop, &key, &link).await, ("busy".to_owned(), 1, 1));
    // The same form, sent again, is the same order; another shopper waits.
    assert_eq!(ordered(&press(&shop, &path(&link), &page, &[]).await), order);
    let busy = look(&shop, &path(&link), "en").await;
    assert!(busy.status == 409 && busy.html.contains("Please try again in a minute"), "{}", busy.html);

    pay(&shop, &order).await;
    let used_up = look(&shop, &path(&link), "de").await;
    assert!(used_up.status == 410 && used_up.html.contains("so oft bezahlt, wie"), "{}", used_up.html);
    assert!(used_up.html.contains("<h1>Mountain Tea</h1>"), "{}", used_up.html);
    let told = shop.call(&key, "GET", &format!("links/{}/stats", link["id"].as_str().unwrap()), None).await.json();
    assert_eq!(told["takings"], json!([{ "currency": "CNY", "orders": 1, "paid": 1, "amount": 2_500 }]));
    let found = shop.call(&key, "GET", "orders?reference=R-17", None).await.json();
    assert_eq!(found["orders"][0]["order"]["id"], json!(order.as_str()));
}

#[tokio::test]
async fn an_attempt_that_ends_gives_its_use_back_and_late_money_beyond_the_limit_alarms() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let link = made(&shop, &key, "one", invoice(Some(1))).await;
    let first = ordered(&press(&shop, &path(&link), &look(&shop, &path(&link), "en").await, &[]).await);
    let payment = shop.stored(&first).await.payment.unwrap().id;
    let stays = look(&shop, &format!("/pay/{first}?plain"), "en").await;
    let fields = stays.hidden("value=\"cancel\"").into_iter().chain([("act".to_owned(), "cancel".to_owned())]);
    let sending = browser().post(shop.url(&format!("/pay/{first}"))).header("origin", shop.url(""));
    let canceled = Told::of(filled(sending, &fields.collect::<Vec<_>>())).await;
    assert_eq!(canceled.status, 303, "{}", canceled.html);
    assert_eq!(state(&shop, &key, &link).await, ("open".to_owned(), 0, 0));

    let second = ordered(&press(&shop, &path(&link), &look(&shop, &path(&link), "en").await, &[]).await);
    pay(&shop, &second).await;
    // Whoever gave it back cannot take it again.
    let page = look(&shop, &format!("/pay/{first}?plain"), "en").await;
    let fields = page.hidden("name=\"method\"").into_iter().chain([("method".to_owned(), "wechat_pay".to_owned())]);
    let sending = browser().post(shop.url(&format!("/pay/{first}"))).header("origin", shop.url("")).header("accept-language", "en");
    let refused = Told::of(filled(sending, &fields.collect::<Vec<_>>())).await;
    assert!(refused.status == 410 && refused.html.contains("paid as often as it may be"), "{}", refused.html);
    // Money that comes all the same is kept, and somebody looks at it.
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "late")).await, 204);
    assert!(shop.stored(&first).await.status.has_money());
    let waits = shop.call(&key, "GET", "orders?attention=true", None).await.json();
    assert_eq!(waits["orders"][0]["order"]["id"], json!(first.as_str()));
    assert!(waits["orders"][0]["attention"].to_string().contains("oversold"), "{waits}");
    assert_eq!(state(&shop, &key, &link).await, ("used_up".to_owned(), 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_shoppers_at_once_so_many_pay_as_the_link_has_uses() {
    let shop = Shop::open_with(|config| config.replace("[store]", "trusted_proxies = 1\n[store]")).await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let link = made(&shop, &key, "one", invoice(Some(20))).await;
    let shopper = async |number: usize| {
        let client = format!("203.0.113.{number}");
        let asking = |sending: reqwest::RequestBuilder| sending.header("x-forwarded-for", client.clone()).header("accept-language", "en");
        let page = Told::of(asking(browser().get(shop.url(&path(&link))))).await;
        if page.status != 200 {
            return page.status;
        }
        let fields: Vec<_> = page.hidden("name=\"method\"").into_iter().chain([("method".to_owned(), "wechat_pay".to_owned())]).collect();
        let sending = browser().post(shop.url(&path(&link))).header("user-agent", DESK).header("origin", shop.url(""));
        Told::of(filled(asking(sending), &fields)).await.status
    };
    let told = futures_util::future::join_all((0..200).map(shopper)).await;
    let counted = |status| told.iter().filter(|told| **told == status).count();
    assert_eq!((counted(200), counted(409)), (20, 180), "{told:?}");
    assert_eq!(state(&shop, &key, &link).await, ("busy".to_owned(), 20, 20));
}

#[tokio::test]
async fn an_amount_is_named_by_the_shopper_within_limits() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let open = json!({ "name": "Donation", "currency": "CNY", "least": 500, "most": 50_000, "suggestions": [1_000, 2_550] });
    let link = made(&shop, &key, "one", json!({ "open_amount": open, "asks": ["email"] })).await;
    let page = look(&shop, &path(&link), "en").await;
    assert!(page.status == 200 && page.html.contains("From 5.00 CNY to 500.00 CNY"), "{}", page.html);
    assert!(page.html.contains("href=\"?amount=25.50\"") && !page.html.contains("name=\"method\""), "{}", page.html);
    for (typed, said) in
        [("4.99", "From 5.00 CNY to 500.00 CNY"), ("500.01", "From 5.00"), ("1.000", "an amount such as"), ("%3Cb%3E", "an amount")]
    {
        let told = look(&shop, &format!("{}?amount={typed}", path(&link)), "en").await;
        assert!(told.status == 400 && told.html.contains("aria-invalid=\"true\"") && told.html.contains(said), "{typed}: {}", told.html);
        assert!(!told.html.contains("<b>"), "{}", told.html);
    }
    let at = format!("{}?amount=25,50", path(&link));
    let page = look(&shop, &at, "en").await;
    assert!(page.html.contains("Pay 25.50 CNY") && page.html.contains("value=\"25,50\""), "{}", page.html);
    // The price is bound to what was shown, whatever the form says beside it.
    let mut fields = page.hidden("name=\"method\"");
    fields.iter_mut().filter(|(name, _)| name == "amount").for_each(|(_, amount)| *amount = "5.00".to_owned());
    fields.extend([("method".to_owned(), "wechat_pay".to_owned()), ("answer.email".to_owned(), "lin@example.org".to_owned())]);
    let sending = browser().post(shop.url(&path(&link))).header("origin", shop.url("")).header("accept-language", "en");
    let changed = Told::of(filled(sending, &fields)).await;
    assert!(changed.status == 409 && changed.html.contains("The price has changed"), "{}", changed.html);
    let faulty = press(&shop, &path(&link), &page, &[]).await;
    assert!(faulty.status == 400 && faulty.html.contains("Please fill this in."), "{}", faulty.html);
    let own = press(&shop, &path(&link), &page, &[("answer.email", "lin@example.org")]).await;
    let order = shop.stored(&ordered(&own)).await;
    assert_eq!((order.amount, order.price.lines[0].name.as_str()), (2_550, "Donation"));
}

#[tokio::test]
async fn a_link_sells_a_cart_of_the_catalog_at_its_price_of_then() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let link = made(&shop, &key, "one", json!({ "cart": { "items": [{ "sku": "tea", "quantity": 2 }] } })).await;
    let page = look(&shop, &format!("{}?item=cup:9", path(&link)), "en").await;
    assert!(page.status == 200 && !page.html.contains("Discount code"), "{}", page.html);
    let order = shop.stored(&ordered(&press(&shop, &path(&link), &page, &[]).await)).await;
    let lines: Vec<_> = order.price.lines.iter().map(|line| (line.item.sku.as_str(), line.item.quantity)).collect();
    assert_eq!(lines, [("tea", 2)]);
}

#[tokio::test]
async fn links_that_are_unknown_ended_or_closed_say_so_and_what_is_no_link_is_refused() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    for unknown in ["/l/lnk_AAAAAAAAAAAAAAAAAAAAAA", "/l/x", "/l/%3Cb%3E"] {
        let told = look(&shop, unknown, "zh-CN").await;
        assert!(told.status == 404 && told.html.contains("没有这个链接") && told.html.contains("<h1>"), "{}", told.html);
    }
    let mut ending = invoice(None);
    ending["ends"] = json!("today");
    let ending = shop.call(&key, "POST", "links", Some(("ends", ending))).await;
    assert_eq!(ending.status, 201, "{}", ending.text);
    let page = look(&shop, &path(&ending.json()), "en").await;
    shop.advance(3 * 86_400);
    let late = press(&shop, &path(&ending.json()), &page, &[]).await;
    assert!(late.status == 410 && late.html.contains("This link has ended"), "{}", late.html);

    let closing = made(&shop, &key, "closes", invoice(None)).await;
    let page = look(&shop, &path(&closing), "en").await;
    let begun = ordered(&press(&shop, &path(&closing), &page, &[]).await);
    let close = format!("links/{}/close", closing["id"].as_str().unwrap());
    assert_eq!(shop.call(&key, "POST", &close, Some(("x", json!({})))).await.json()["state"], "closed");
    assert_eq!(look(&shop, &path(&closing), "en").await.status, 410);
    pay(&shop, &begun).await;
    assert!(shop.stored(&begun).await.status.has_money(), "who had begun goes on");

    let post = json!([{ "id": "post", "label": "Post", "amount": 1 }]);
    for (body, said) in [
        (json!({}), "say what it sells"),
        (json!({ "cart": { "items": [{ "sku": "nothing" }] } }), "unknown-sku"),
        (json!({ "cart": { "items": [] } }), "cart"),
        (json!({ "cart": { "items": [{ "sku": "tea" }] }, "asks": ["email"] }), "the catalog says"),
        (json!({ "cart": { "items": [{ "sku": "tea" }] }, "amount": 5 }), "say what it sells"),
        (json!({ "currency": "CNY", "amount": 0 }), "amount"),
        (json!({ "currency": "CNY", "amount": 5, "uses": 0 }), "uses"),
        (json!({ "currency": "CNY", "amount": 5, "ends": "2001-01-01" }), "over already"),
        (json!({ "open_amount": { "name": "x", "currency": "CNY", "least": 9, "most": 5 } }), "least, most"),
        (json!({ "open_amount": { "name": "x", "currency": "CNY", "most": 5, "suggestions": [6] } }), "suggestions"),
        (json!({ "currency": "CNY", "amount": 5, "surprise": 1 }), "surprise"),
        (
            json!({ "currency": "CNY", "amount": 5, "delivery": { "label": "Post", "amount": 1 }, "asks": ["email"], "deliveries": post }),
            "by the shopper",
        ),
        (
            json!({ "currency": "CNY", "amount": 999_999_999_999_999_i64, "asks": ["email"], "deliveries": post }),
            "amount: with the dearest",
        ),
        (
            json!({ "open_amount": { "name": "x", "currency": "CNY", "most": 999_999_999_999_999_i64 }, "asks": ["email"], "deliveries": post }),
            "open_amount.most: with the dearest",
        ),
    ] {
        let told = shop.call(&key, "POST", "links", Some(("bad", body.clone()))).await;
        assert!(told.status == 400 && told.text.contains(said), "{body}: {}", told.text);
    }
    let told = shop.call(&key, "POST", "links", Some(("bad", json!({ "currency": "XOF", "amount": 5 })))).await;
    assert_eq!((told.status, &told.json()["code"]), (409, &json!("method-not-offered")));
    let reader = shop.key(&[Scope::Read]).await;
    assert_eq!(shop.call(&reader, "POST", "links", Some(("bad", invoice(None)))).await.status, 403);
}

#[tokio::test]
async fn links_are_made_once_and_listed_page_by_page() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let first = made(&shop, &key, "0", invoice(None)).await;
    assert_eq!(made(&shop, &key, "0", invoice(None)).await["id"], first["id"]);
    let other = shop.call(&key, "POST", "links", Some(("0", invoice(Some(1))))).await;
    assert_eq!((other.status, &other.json()["code"]), (409, &json!("idempotency-conflict")));
    shop.advance(1);
    for number in 1..5 {
        made(&shop, &key, &number.to_string(), invoice(None)).await;
        shop.advance(number % 2);
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = shop.call(&key, "GET", &format!("links?limit=2{after}"), None).await.json();
        seen.extend(page["links"].as_array().unwrap().iter().map(|link| link["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let number = seen.len();
    assert_eq!((number, seen.last().map(String::as_str)), (5, first["id"].as_str()));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), number, "each once");
}

//! The page of a cart, as browsers without scripts and robots of chats get it: priced by GET, ordered once by POST, and answered with the
//! page that its buyer alone has.

use protocol::{Order, OrderId, OwnerKey};
use testing::backend::Shop;

use super::page::{DESK, PHONE, Told, browser, filled};

const CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "mug"
name = "Mug <b>"
price = 1190
stock = 3
[[delivery]]
id = "post"
label = "Post"
countries = ["DE", "FR", "US"]
amount = 490
days = [2, 4]
[[delivery]]
id = "courier"
label = "Courier"
countries = ["DE"]
amount = 990
[[discount]]
code = "SPRING"
label = "Spring"
percent = 10
[tax]
label = "Tax"
percent = 0
home = "DE"
[tax.country.US]
percent = 0
[tax.country.US.region.CA]
percent = "7.25"
[[ask]]
kind = "email"
[[ask]]
kind = "address"
[[ask]]
name = "gift"
kind = "multiline"
label = "Note"
required = false
"#;
const ANSWERS: [(&str, &str); 5] = [
    ("answer.email", "lin@example.org"),
    ("answer.address.line1", "Weg 1 \"hinten\""),
    ("answer.address.postal_code", "12345"),
    ("answer.address.city", "Ort"),
    ("answer.gift", "Alles\r\nGute"),
];

async fn look(shop: &Shop, query: &str, language: &str) -> Told {
    Told::of(browser().get(shop.url(&format!("/pay?{query}"))).header("user-agent", DESK).header("accept-language", language)).await
}

async fn press(shop: &Shop, path: &str, agent: &str, fields: &[(String, String)]) -> Told {
    let sending = browser().post(shop.url(path)).header("user-agent", agent).header("origin", shop.url(""));
    Told::of(filled(sending.header("accept-language", "en"), fields)).await
}

/// The form of a cart, filled in.
fn order_of(page: &Told, given: &[(&str, &str)]) -> Vec<(String, String)> {
    let given = given.iter().chain(&[("method", "wechat_pay")]).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    page.hidden("name=\"method\"").into_iter().chain(given).collect()
}

/// The order whose page was answered.
async fn ordered(shop: &Shop, page: &Told) -> Order {
    let id = page.html.split_once("action=\"pay/").unwrap_or_else(|| panic!("{}", page.html)).1.split('"').next().unwrap();
    shop.stored(&OrderId::parse(id).unwrap()).await
}

async fn number_of_orders(shop: &Shop) -> i64 {
    let mut records = shop.records().await;
    sqlx::query_scalar("SELECT COUNT(*) FROM orders").fetch_one(&mut records).await.unwrap()
}

#[tokio::test]
async fn a_cart_with_details_is_bought_by_forms_alone() {
    let shop = Shop::open_selling(CATALOG).await;
    let page = look(&shop, "item=mug:2", "de").await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("<option value=\"US\">Vereinigte Staaten</option>"), "{}", page.html);
    assert!(
        page.html.contains("Mug &lt;b&gt;") && page.html.contains("Summe bisher") && !page.html.contains("name=\"method\""),
        "{}",
        page.html
    );
    let page = look(&shop, "item=mug:2&country=DE&region=&delivery=courier&code=spring", "en").await;
    assert!(page.html.contains("value=\"courier\" checked") && page.html.contains("Code SPRING: applied"), "{}", page.html);
    assert!(page.html.contains("Days: 2–4") && page.html.contains("autocomplete=\"shipping postal-code\""), "{}", page.html);

    let form = order_of(&page, &ANSWERS);
    let own = press(&shop, "/pay", DESK, &form).await;
    assert_eq!(own.status, 200, "{}", own.html);
    let order = ordered(&shop, &own).await;
    assert_eq!((order.price.discounts.len(), order.price.country.as_deref()), (1, Some("DE")));
    let return_url = format!("/pay/{}?plain", order.id);
    assert!(own.html.contains("<svg class=\"code\"") && !own.html.contains("http-equiv") && !own.html.contains("style="), "{}", own.html);
    assert!(own.html.contains("Weg 1 &quot;hinten&quot;") && own.html.contains("Delivered to"), "{}", own.html);
    assert_eq!(own.headers["cache-control"], "no-store");
    // The key is in the answer alone.
    let look_again = own.hidden("value=\"look\"");
    let key = look_again.iter().find(|(name, _)| name == "key").unwrap().1.clone();
    assert!(shop.open_order(&order, &OwnerKey::parse(&key).unwrap()).await.is_ok());
    let plain = Told::of(browser().get(shop.url(&return_url))).await;
    assert!(!plain.html.contains(&key) && !plain.html.contains("Weg 1"), "{}", plain.html);

    let path = format!("/pay/{}", order.id);
    shop.provider.pay(order.payment.as_ref().unwrap().id.as_str());
    shop.advance(3);
    let again: Vec<_> = look_again.into_iter().chain([("act".to_owned(), "look".to_owned())]).collect();
    let paid = press(&shop, &path, DESK, &again).await;
    assert!(paid.status == 200 && paid.html.contains("<div role=\"status\"><h2>Paid</h2>") && paid.html.contains("Weg 1"), "{}", paid.html);
    let stolen: Vec<_> =
        again.into_iter().map(|(name, value)| if name == "key" { (name, "A".repeat(22)) } else { (name, value) }).collect();
    let refused = press(&shop, &path, DESK, &stolen).await;
    assert!(refused.status == 403 && !refused.html.contains("Weg 1"), "{}", refused.html);
}

#[tokio::test]
async fn a_page_orders_once_however_often_it_is_sent() {
    let shop = Shop::open_selling(&CATALOG.replace("stock = 3", "stock = 2")).await;
    let page = look(&shop, "item=mug:2&country=FR", "en").await;
    let form = order_of(&page, &ANSWERS);
    let (one, other) = tokio::join!(press(&shop, "/pay", DESK, &form), press(&shop, "/pay", DESK, &form));
    let order = ordered(&shop, &one).await;
    assert_eq!((ordered(&shop, &other).await.id, number_of_orders(&shop).await), (order.id.clone(), 1));
    // Another button of the same page, after going back to it.
    let method = |(name, value): &(String, String)| (name.clone(), if name == "method" { "pix".to_owned() } else { value.clone() });
    let same = press(&shop, "/pay", DESK, &form.iter().map(method).collect::<Vec<_>>()).await;
    assert_eq!(ordered(&shop, &same).await.id, order.id);
    // Something else is not silently the same.
    let changed =
        |(name, value): &(String, String)| (name.clone(), if name == "answer.email" { "other@example.org".into() } else { value.clone() });
    let changed = press(&shop, "/pay", DESK, &form.iter().map(changed).collect::<Vec<_>>()).await;
    assert!(changed.status == 409 && changed.html.contains("already"), "{}", changed.html);
    assert_eq!((number_of_orders(&shop).await, shop.provider.calls("create")), (1, 1));
}

#[tokio::test]
async fn wrong_answers_are_told_at_their_fields_and_what_was_typed_stays() {
    let shop = Shop::open_selling(CATALOG).await;
    let page = look(&shop, "item=mug:1&country=DE", "en").await;
    let given = [("answer.email", "<lin>"), ("answer.address.city", "Ort & See"), ("answer.card", "4111")];
    let told = press(&shop, "/pay", DESK, &order_of(&page, &given)).await;
    assert_eq!(told.status, 400);
    for part in [
        "<a href=\"#ask-email\">Email: Please write an e-mail address",
        "id=\"fault-address.line1\">Please fill this in.",
        "aria-describedby=\"fault-email\" aria-invalid=\"true\"",
        "value=\"&lt;lin&gt;\"",
        "value=\"Ort &amp; See\"",
        "role=\"alert\" tabindex=\"-1\" autofocus",
    ] {
        assert!(told.html.contains(part), "{part}: {}", told.html);
    }
    assert!(!told.html.contains("4111"), "nobody asked for it");
    assert_eq!(number_of_orders(&shop).await, 0);
    // The page of what was wrong orders as well.
    let own = press(&shop, "/pay", DESK, &order_of(&told, &ANSWERS)).await;
    assert_eq!((own.status, number_of_orders(&shop).await), (200, 1), "{}", own.html);
}

#[tokio::test]
async fn a_price_that_has_changed_is_shown_before_anything_is_ordered() {
    let shop = Shop::open_selling(CATALOG).await;
    let page = look(&shop, "item=mug:1&country=DE", "en").await;
    shop.folder.write("catalog.toml", CATALOG.replace("1190", "1290"));
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    let told = press(&shop, "/pay", DESK, &order_of(&page, &ANSWERS)).await;
    assert!(told.status == 409 && told.html.contains("The price has changed") && told.html.contains("12.90 CNY"), "{}", told.html);
    assert!(told.html.contains("value=\"lin@example.org\""), "{}", told.html);
    assert_eq!(number_of_orders(&shop).await, 0);
    let own = press(&shop, "/pay", DESK, &order_of(&told, &ANSWERS)).await;
    assert_eq!((own.status, ordered(&shop, &own).await.price.subtotal), (200, 1290));
}

#[tokio::test]
async fn a_cart_that_cannot_be_sold_says_what_to_change() {
    let shop = Shop::open_selling(CATALOG).await;
    for (query, status, said) in [
        ("", 400, "Your cart is empty"),
        ("item=mug:9", 409, "<bdi>Mug &lt;b&gt;</bdi>: Only 3 left<br><a href=\"?item=mug%3A3\">Take 3</a>"),
        ("item=mug:1&item=%3Ci%3E:1", 404, "<bdi>&lt;i&gt;</bdi>: No longer sold<br><a href=\"?item=mug%3A1\">Remove &lt;i&gt;</a>"),
        ("item=mug:0", 400, "Not sold in this quantity"),
        ("item=mug:1&item=mug:2", 400, "Not sold in this quantity"),
        ("item=mug:1&country=JP", 409, "<a href=\"?item=mug%3A1\">Back to the cart</a>"),
        ("item=mug:1&country=germany", 400, "Change it, or try again"),
    ] {
        let told = look(&shop, query, "en").await;
        assert_eq!(told.status, status, "{query}: {}", told.html);
        assert!(told.html.contains("<h1>Mountain Tea</h1>") && told.html.contains(said), "{query}: {}", told.html);
    }
    let german = look(&shop, "item=nothing:1", "de").await;
    assert!(german.html.contains("Bitte ändern Sie Ihren Warenkorb"), "{}", german.html);
    let led = look(&shop, "item=nothing:1&locale=ja-JP&plain", "de").await;
    assert!(led.html.contains("<html lang=\"ja\"") && led.html.contains("販売終了"), "the page that led here is Japanese: {}", led.html);
    assert!(look(&shop, "item=nothing:1&locale=fr", "de").await.html.contains("<html lang=\"de\""));
    // A region of the country before is not held against the one that was chosen now.
    let moved = look(&shop, "item=mug:1&country=US&region=Weg", "en").await;
    assert!(moved.status == 200 && moved.html.contains("name=\"region\"") && !moved.html.contains("name=\"method\""), "{}", moved.html);
}

#[tokio::test]
async fn robots_and_pages_of_others_order_nothing() {
    let shop = Shop::open_selling(CATALOG).await;
    for agent in ["WhatsApp/2.23", "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", PHONE] {
        for query in ["item=mug:3&country=DE", "item=mug:3&country=DE&method=wechat_pay&token=AAAAAAAAAAAAAAAAAAAAAA"] {
            for method in [reqwest::Method::GET, reqwest::Method::HEAD] {
                let url = shop.url(&format!("/pay?{query}"));
                assert_eq!(Told::of(browser().request(method, url).header("user-agent", agent)).await.status, 200);
            }
        }
    }
    let page = look(&shop, "item=mug:3&country=DE", "en").await;
    let header = |name: &str| page.headers[name].to_str().unwrap().to_owned();
    assert_eq!((header("referrer-policy"), header("cache-control")), ("same-origin".into(), "no-store".into()));
    assert_eq!(header("x-robots-tag"), "noindex, nofollow, noarchive");
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
    let form = order_of(&page, &ANSWERS);
    for origin in ["null", "https://shop.example", "https://evil.example"] {
        let sending = browser().post(shop.url("/pay")).header("origin", origin);
        assert_eq!(Told::of(filled(sending, &form)).await.status, 403, "{origin}");
    }
    let silent = Told::of(filled(browser().post(shop.url("/pay")), &form)).await;
    assert!(silent.status == 403 && silent.html.contains("press the button once more"), "{}", silent.html);
    assert!(silent.html.contains("value=\"lin@example.org\"") && silent.token() != page.token(), "{}", silent.html);
    for lacking in ["token", "salt", "price", "method"] {
        let broken: Vec<_> = form.iter().filter(|(name, _)| name != lacking).cloned().collect();
        assert_eq!(press(&shop, "/pay", DESK, &broken).await.status, 400, "{lacking}");
    }
    assert_eq!((number_of_orders(&shop).await, shop.provider.calls("create")), (0, 0));
    // All three are still there.
    assert_eq!(press(&shop, "/pay", DESK, &form).await.status, 200);
}

#[tokio::test]
async fn files_are_loaded_from_the_page_of_their_buyer_alone() {
    let shop = Shop::open_selling("currency = \"CNY\"\n").await;
    shop.folder.write("guide.pdf", "all about tea");
    shop.folder
        .write("catalog.toml", "currency = \"CNY\"\n[[item]]\nsku = \"guide\"\nname = \"Guide\"\nprice = 1000\nfile = \"guide.pdf\"\n");
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    let page = look(&shop, "item=guide", "en").await;
    let own = press(&shop, "/pay", DESK, &order_of(&page, &[])).await;
    let order = ordered(&shop, &own).await;
    shop.provider.pay(order.payment.as_ref().unwrap().id.as_str());
    shop.advance(3);
    let path = format!("/pay/{}", order.id);
    let look_again = own.hidden("value=\"look\"").into_iter().chain([("act".to_owned(), "look".to_owned())]).collect::<Vec<_>>();
    let paid = press(&shop, &path, DESK, &look_again).await;
    assert!(paid.html.contains("Download guide.pdf"), "{}", paid.html);
    let load: Vec<_> = paid.hidden("name=\"file\"").into_iter().chain([("file".to_owned(), "guide".to_owned())]).collect();
    let led = press(&shop, &path, DESK, &load).await;
    let file = led.headers["location"].to_str().unwrap();
    assert!(led.status == 303 && file.starts_with(&shop.url("/d/")), "{file}");
    assert_eq!(Told::of(browser().get(file)).await.html, "all about tea");
    let keyless: Vec<_> = load.into_iter().filter(|(name, _)| name != "key").collect();
    assert_eq!(press(&shop, &path, DESK, &keyless).await.status, 400);
}

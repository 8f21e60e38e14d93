//! What a cart asks, over HTTP: an order is made with answers to it, bound to them, and refused by the field without.

use merchant::sealed::{SealedKind, Term};
use merchant::store::Looking;
use protocol::{Answers, AnswersText, Cart, NewOrder, Quote, Request, Way};
use testing::backend::client::wechat_pay;
use testing::backend::{Shop, item, key, nonce};

const CATALOG: &str = r#"
currency = "EUR"
[[item]]
sku = "mug"
name = "Mug"
price = 1190
[[item]]
sku = "song"
name = "Song"
price = 190
digital = true
[[delivery]]
id = "post"
label = "Post"
countries = ["DE", "FR"]
amount = 490
[[delivery]]
id = "courier"
label = "Courier"
countries = ["DE"]
amount = 990
[[delivery]]
id = "shop"
label = "Pick up"
kind = "pickup"
amount = 0
[[ask]]
kind = "email"
or = "phone"
[[ask]]
kind = "phone"
[[ask]]
kind = "address"
[[ask]]
name = "gift"
kind = "multiline"
label = { en = "Note", de = "Grußkarte" }
required = false
max = 40
items = ["mug"]
"#;

async fn shop() -> Shop {
    Shop::open_selling(&CATALOG.replace("EUR", "CNY")).await
}

fn cart<'a>(items: &'a [protocol::Item], country: &'a str, delivery: &'a str) -> Cart<'a> {
    Cart { items, locale: "de", country, delivery, ..Cart::default() }
}

/// What a whole answer of a mug that is sent to Germany needs.
const GIVEN: [(&str, &str); 4] =
    [("email", "lin@example.org"), ("address.line1", "Weg 1"), ("address.postal_code", "12345"), ("address.city", "Ort")];

/// Answers about the place that a quote is about.
fn answers(quote: &Quote, given: &[(&str, &str)]) -> AnswersText {
    let delivery = quote.price.delivery.as_ref().and_then(|delivery| delivery.id.clone());
    let given = given.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect();
    AnswersText::of(Answers { salt: [7; 16], country: quote.price.country.clone(), region: quote.price.region.clone(), delivery, given })
}

fn ordering(shop: &Shop, cart: Cart<'_>, quote: &Quote, answers: Option<&str>) -> Request {
    let method = wechat_pay();
    shop.backend.create_order(
        &NewOrder { cart, way: Way::qr(&method), price_digest: quote.price.digest(), answers, owner: None },
        nonce(),
        key(),
    )
}

/// The faults that a request is refused with: field and code of each.
async fn faults(shop: &Shop, request: &Request) -> Vec<String> {
    let told = shop.ask(request).await;
    let body: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
    assert_eq!(told.code(), (400, "answers-refused".to_owned()));
    let fault = |fault: &serde_json::Value| format!("{} {}", fault["field"].as_str().unwrap(), fault["code"].as_str().unwrap());
    body["faults"].as_array().unwrap().iter().map(fault).collect()
}

fn names(quote: &Quote) -> Vec<&str> {
    quote.asks.iter().map(|ask| ask.name.as_str()).collect()
}

#[tokio::test]
async fn an_order_of_a_cart_that_asks_is_bound_to_its_answers() {
    let shop = shop().await;
    let mug = [item("mug", 1)];
    let quote = shop.quote_of(&cart(&mug, "DE", "")).await;
    assert_eq!(names(&quote), ["country", "email", "phone", "address", "gift"]);
    assert_eq!((quote.asks[2].or.as_deref(), quote.asks[4].label.as_str()), (Some("email"), "Grußkarte"));
    let refused = faults(&shop, &ordering(&shop, cart(&mug, "DE", ""), &quote, None)).await;
    assert!(refused.starts_with(&["email answer-missing".to_owned(), "phone answer-missing".to_owned()]), "{refused:?}");
    let mut given = GIVEN.to_vec();
    given.push(("gift", "Alles\nGute"));
    let given = answers(&quote, &given);
    let (status, order) = shop.order(&ordering(&shop, cart(&mug, "DE", ""), &quote, Some(given.text()))).await;
    assert_eq!((status, order.answers_digest), (201, Some(given.digest())));
    assert_eq!(shop.look(&order.id).await.answers_digest, Some(given.digest()));
    let kept = shop.merchant().store().detail(&order.id, SealedKind::Answers, "").await.unwrap();
    assert_eq!(kept.as_deref(), Some(given.text()), "exactly what was digested");
    for file in ["merchant.sqlite", "merchant.sqlite-wal"] {
        let bytes = std::fs::read(shop.folder.path().join(file)).unwrap();
        assert!(!bytes.windows(15).any(|text| text == b"lin@example.org"), "{file}");
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_answers_is_told_by_its_field_and_nothing_is_written() {
    let shop = shop().await;
    let mug = [item("mug", 1)];
    let quote = shop.quote_of(&cart(&mug, "DE", "")).await;
    let refused = async |name: &str, answer: &str| {
        let given = GIVEN.into_iter().filter(|(known, _)| *known != name).chain([(name, answer)]);
        let given: Vec<_> = given.filter(|(_, answer)| !answer.is_empty()).collect();
        let given = answers(&quote, &given);
        faults(&shop, &ordering(&shop, cart(&mug, "DE", ""), &quote, Some(given.text()))).await.join(", ")
    };
    for (name, answer, told) in [
        ("email", "lin", "email answer-unfit"),
        ("phone", "12", "phone answer-unfit"),
        ("address.line1", "", "address.line1 answer-missing"),
        ("address.postal_code", "1234", "address.postal_code answer-unfit"),
        ("address.city", "a\nb", "address.city answer-unfit"),
        ("gift", &"ä".repeat(41), "gift answer-too-long"),
        ("colour", "red", "answers answer-unfit"),
        ("address", "Weg 1", "answers answer-unfit"),
    ] {
        assert_eq!(refused(name, answer).await, told, "{name}");
    }
    let broken = faults(&shop, &ordering(&shop, cart(&mug, "DE", ""), &quote, Some("{}"))).await;
    assert_eq!(broken, ["answers answer-unfit"]);
    let none = faults(&shop, &ordering(&shop, cart(&mug, "DE", ""), &quote, None)).await.join(", ");
    let every = ["email", "phone", "address.line1", "address.postal_code", "address.city"].map(|name| format!("{name} answer-missing"));
    assert_eq!(none, every.join(", "));
    let orders = sqlx::query("SELECT id FROM orders").fetch_all(&mut shop.records().await).await.unwrap();
    assert_eq!((orders.len(), shop.provider.calls("create")), (0, 0));
}

#[tokio::test]
async fn answers_about_another_place_than_the_price_are_refused() {
    let shop = shop().await;
    let mug = [item("mug", 1)];
    let (quote, other) = (shop.quote_of(&cart(&mug, "DE", "")).await, shop.quote_of(&cart(&mug, "FR", "")).await);
    let given = answers(&other, &GIVEN);
    let told = faults(&shop, &ordering(&shop, cart(&mug, "DE", ""), &quote, Some(given.text()))).await;
    assert_eq!(told, ["country answer-elsewhere"]);
    let courier = shop.quote_of(&cart(&mug, "DE", "courier")).await;
    let courier = answers(&courier, &GIVEN);
    let told = faults(&shop, &ordering(&shop, cart(&mug, "DE", ""), &quote, Some(courier.text()))).await;
    assert_eq!(told, ["delivery answer-elsewhere"]);
}

#[tokio::test]
async fn who_gets_nothing_sent_is_asked_for_no_address() {
    let shop = shop().await;
    for (sku, delivery, asked) in [("song", "", vec!["email", "phone"]), ("mug", "shop", vec!["country", "email", "phone", "gift"])] {
        let things = [item(sku, 1)];
        let quote = shop.quote_of(&cart(&things, "", delivery)).await;
        assert_eq!(names(&quote), asked, "{sku}");
        let given = answers(&quote, &[("phone", "+86 138 0000 0000")]);
        let (status, order) = shop.order(&ordering(&shop, cart(&things, "", delivery), &quote, Some(given.text()))).await;
        assert_eq!((status, order.answers_digest), (201, Some(given.digest())));
    }
}

#[tokio::test]
async fn before_a_country_is_chosen_nobody_is_asked_for_an_address() {
    let shop = shop().await;
    let quote = shop.quote_of(&cart(&[item("mug", 1)], "", "")).await;
    assert_eq!(names(&quote), ["country", "email", "phone", "gift"]);
    let there = shop.quote_of(&cart(&[item("mug", 1)], "FR", "")).await;
    let form: Vec<&str> = there.asks[3].form.iter().map(|part| part.kind.as_str()).collect();
    assert_eq!(form, ["line1", "line2", "postal_code", "city"]);
}

#[tokio::test]
async fn a_repeated_order_is_answered_without_judging_anew() {
    let shop = shop().await;
    let mug = [item("mug", 1)];
    let quote = shop.quote_of(&cart(&mug, "DE", "")).await;
    let given = answers(&quote, &GIVEN);
    let request = ordering(&shop, cart(&mug, "DE", ""), &quote, Some(given.text()));
    let (_, first) = shop.order(&request).await;
    let stricter = CATALOG.replace("EUR", "CNY").replace("kind = \"email\"", "kind = \"company\"");
    shop.folder.write("catalog.toml", &stricter);
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    let (status, again) = shop.order(&request).await;
    assert_eq!((status, again.id, again.answers_digest), (201, first.id, Some(given.digest())));
}

#[tokio::test]
async fn who_answered_is_found_by_the_number_however_it_was_written() {
    let shop = shop().await;
    let mug = [item("mug", 1)];
    let quote = shop.quote_of(&cart(&mug, "DE", "")).await;
    let given = [&GIVEN[1..], &[("phone", "(030) 12 34 56")]].concat();
    let given = answers(&quote, &given);
    let (_, order) = shop.order(&ordering(&shop, cart(&mug, "DE", ""), &quote, Some(given.text()))).await;
    let looking = Looking { who: "a test", what: "find", now: shop.now() };
    let found = shop.merchant().store().find_by_term(&Term::phone("+49 30 123456").unwrap(), "", looking).await.unwrap().0;
    assert_eq!(found, [order.id], "of the country that it is sent to");
}

#[tokio::test]
async fn an_order_goes_to_the_part_of_a_country_whose_tax_is_in_its_price() {
    let regions = "[tax]\nlabel = \"Tax\"\npercent = 0\nhome = \"DE\"\n[tax.country.US]\npercent = 0\n[tax.country.US.region.CA]\npercent = \"7.25\"\n";
    let catalog = CATALOG.replace("EUR", "CNY").replace("\"FR\"]", "\"US\"]");
    let shop = Shop::open_selling(&format!("{catalog}{regions}")).await;
    let mug = [item("mug", 1)];
    let to = |region| Cart { region, ..cart(&mug, "US", "") };
    let open = shop.quote_of(&to("")).await;
    assert_eq!(open.unanswered().map(|ask| ask.kind.as_str()), Some("region"));
    assert!(faults(&shop, &ordering(&shop, to(""), &open, None)).await.contains(&"region answer-missing".to_owned()));
    let quote = shop.quote_of(&to("CA")).await;
    assert_eq!((quote.price.region.as_deref(), quote.price.taxes[0].rate.as_deref()), (Some("CA"), Some("7.25")));
    let whole = [("email", "lin@example.org"), ("address.line1", "1 Way"), ("address.postal_code", "90001"), ("address.city", "Town")];
    let given = answers(&quote, &whole);
    let (status, order) = shop.order(&ordering(&shop, to("CA"), &quote, Some(given.text()))).await;
    assert_eq!((status, order.price.region.as_deref()), (201, Some("CA")));
    let elsewhere = answers(&shop.quote_of(&to("OR")).await.clone(), &whole);
    assert_eq!(faults(&shop, &ordering(&shop, to("CA"), &quote, Some(elsewhere.text()))).await, ["region answer-elsewhere"]);
    let told = shop.ask(&shop.backend.quote_of(&to("California"), nonce())).await;
    assert_eq!(told.code(), (400, "bad-request".to_owned()));
}

#[tokio::test]
async fn nothing_is_kept_that_answers_have_no_place_for() {
    let shop = shop().await;
    let mug = [item("mug", 1)];
    let quote = shop.quote_of(&cart(&mug, "DE", "")).await;
    let good = answers(&quote, &GIVEN);
    let begun = |more: &str| good.text().replacen('{', &format!("{{{more},"), 1);
    for odd in [begun(r#""card":{"number":"4111"}"#), begun(r#""region":null"#), format!("{}{}", good.text(), " ".repeat(40_000))] {
        assert_eq!(faults(&shop, &ordering(&shop, cart(&mug, "DE", ""), &quote, Some(&odd))).await, ["answers answer-unfit"]);
    }
}

//! An order of the shop's own that asks: it has no payment before it is answered, may be answered anew until it is being paid, and is told
//! what it asks in the shopper's language and for the shopper's country.

use merchant::api_keys::Scope;
use merchant::sealed::SealedKind;
use protocol::{Answers, AnswersText, Order, OrderId, OrderStatus, Request, Way};
use serde_json::{Value, json};
use testing::backend::client::wechat_pay;
use testing::backend::{Shop, key as idempotency_key, nonce};

/// What a whole answer that is sent to Germany needs.
const GIVEN: [(&str, &str); 4] =
    [("email", "lin@example.org"), ("address.line1", "Weg 1"), ("address.postal_code", "12345"), ("address.city", "Ort")];

fn wish() -> Value {
    json!({
        "reference": "A-1", "currency": "CNY", "lines": [{ "name": "Teapot", "unit_price": 20_000 }],
        "asks": ["email", { "kind": "address" }, { "name": "gift", "kind": "multiline", "required": false, "label": { "en": "Note", "de": "Gruß" } }],
        "countries": ["DE", "FR"],
        "deliveries": [
            { "id": "post", "label": "Post", "amount": 500 },
            { "id": "courier", "label": "Courier", "amount": 1_500, "days": [1, 2] },
            { "id": "shop", "label": "Pick up", "amount": 0, "kind": "pickup" },
        ],
    })
}

/// A shop with such an order, as its shopper first sees it.
async fn asking() -> (Shop, Order) {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let made = shop.call(&key, "POST", "orders", Some(("once", wish()))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = OrderId::parse(made.json()["order"]["id"].as_str().unwrap()).unwrap();
    let order = told(&shop, &id, "").await;
    (shop, order)
}

async fn told(shop: &Shop, id: &OrderId, country: &str) -> Order {
    shop.order(&shop.backend.order_asks(id, "de", country, nonce())).await.1
}

fn answers(country: Option<&str>, delivery: Option<&str>, given: &[(&str, &str)]) -> AnswersText {
    let given = given.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect();
    let (country, delivery) = (country.map(str::to_owned), delivery.map(str::to_owned));
    AnswersText::of(Answers { salt: [7; 16], country, region: None, delivery, given })
}

fn answering(shop: &Shop, order: &Order, given: &AnswersText) -> Request {
    shop.backend.answer(&order.id, given.text(), "en", nonce(), idempotency_key())
}

fn paying(shop: &Shop, order: &Order) -> Request {
    let method = wechat_pay();
    shop.backend.new_payment(&order.id, &Way::qr(&method), nonce(), idempotency_key())
}

async fn faults(shop: &Shop, request: &Request) -> Vec<String> {
    let told = shop.ask(request).await;
    let body: Value = serde_json::from_slice(&told.bytes).unwrap();
    assert_eq!(told.code(), (400, "answers-refused".to_owned()));
    let fault = |fault: &Value| format!("{} {}", fault["field"].as_str().unwrap(), fault["code"].as_str().unwrap());
    body["faults"].as_array().unwrap().iter().map(fault).collect()
}

#[tokio::test]
async fn an_order_that_asks_is_paid_once_it_is_answered() {
    let (shop, order) = asking().await;
    let names: Vec<&str> = order.asks.iter().map(|ask| ask.name.as_str()).collect();
    assert_eq!((names, order.payment.as_ref(), order.amount), (vec!["country", "email", "gift"], None, 20_000));
    let there = told(&shop, &order.id, "DE").await;
    let labels: Vec<&str> = there.asks.iter().map(|ask| ask.label.as_str()).collect();
    assert_eq!((labels, there.seq), (vec!["Land", "E-Mail", "Anschrift", "Gruß"], order.seq));
    let open = faults(&shop, &paying(&shop, &order)).await;
    assert_eq!(open, ["country answer-missing", "email answer-missing", "delivery answer-missing"]);
    assert_eq!(shop.provider.calls("create"), 0);

    let given = answers(Some("DE"), Some("courier"), &GIVEN);
    let (status, answered) = shop.order(&answering(&shop, &order, &given)).await;
    assert_eq!((status, answered.answers_digest, answered.amount, answered.seq), (200, Some(given.digest()), 21_500, order.seq + 1));
    assert_eq!((answered.price.country.as_deref(), answered.price.delivery.as_ref().unwrap().amount), (Some("DE"), 1_500));
    // Thought better of it: another delivery takes the place of the first.
    let anew = answers(
        Some("FR"),
        Some("post"),
        &[("email", "lin@example.org"), ("address.line1", "Rue 1"), ("address.postal_code", "75001"), ("address.city", "Lieu")],
    );
    let (_, answered) = shop.order(&answering(&shop, &order, &anew)).await;
    assert_eq!((answered.answers_digest, answered.amount, answered.price.country.as_deref()), (Some(anew.digest()), 20_500, Some("FR")));

    let kept = shop.merchant().store().detail(&order.id, SealedKind::Answers, "").await.unwrap();
    assert_eq!(kept.as_deref(), Some(anew.text()), "and so do the answers");
    let (status, paying) = shop.order(&paying(&shop, &order)).await;
    let payment = paying.payment.unwrap();
    assert_eq!((status, paying.asks.len(), paying.deliveries.len(), shop.provider.asked(payment.id.as_str()).total), (201, 0, 0, 20_500));
    let closed = shop.ask(&answering(&shop, &order, &given)).await.code();
    assert_eq!(closed, (409, "answers-closed".to_owned()));
    shop.provider.pay(payment.id.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.id.as_str(), "EV-1")).await, 204);
    let paid = shop.stored(&order.id).await;
    assert_eq!((paid.status, paid.answers_digest), (OrderStatus::Paid, Some(anew.digest())));
}

#[tokio::test]
async fn answers_come_anew_after_an_attempt_was_given_up() {
    let (shop, order) = asking().await;
    let given = answers(Some("DE"), Some("post"), &GIVEN);
    shop.order(&answering(&shop, &order, &given)).await;
    shop.order(&paying(&shop, &order)).await;
    let (_, turned_back) = shop.order(&shop.backend.cancel(&order.id, nonce(), idempotency_key())).await;
    assert!(!turned_back.asks.is_empty() && !turned_back.deliveries.is_empty());
    let (_, anew) = shop.order(&answering(&shop, &order, &answers(None, Some("shop"), &[("email", "lin@example.org")]))).await;
    assert_eq!((anew.amount, anew.price.country.as_deref()), (20_000, None), "who comes for it is asked for no address");
    let (status, _) = shop.order(&paying(&shop, &order)).await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn late_money_of_another_price_pays_nothing_and_is_for_a_person_to_look_at() {
    let (shop, order) = asking().await;
    shop.order(&answering(&shop, &order, &answers(Some("DE"), Some("courier"), &GIVEN))).await;
    let (_, first) = shop.order(&paying(&shop, &order)).await;
    let before = first.payment.unwrap().id;
    shop.order(&shop.backend.cancel(&order.id, nonce(), idempotency_key())).await;
    shop.order(&answering(&shop, &order, &answers(Some("DE"), Some("post"), &GIVEN))).await;
    shop.provider.pay(before.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(before.as_str(), "EV-1")).await, 204);
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Pending);
    let ledger = shop.merchant().store().ledger(&order.id).await.unwrap();
    assert_eq!(ledger.last().unwrap().1, "wrong-amount");
    let (status, anew) = shop.order(&paying(&shop, &order)).await;
    assert_eq!((status, shop.provider.asked(anew.payment.unwrap().id.as_str()).total), (201, 20_500));
}

#[tokio::test]
async fn answers_are_judged_as_a_carts_are_and_count_once() {
    let (shop, order) = asking().await;
    for (country, delivery, given, told) in [
        (Some("DE"), None, &GIVEN[..], vec!["delivery answer-missing"]),
        (Some("DE"), Some("boat"), &GIVEN[..], vec!["delivery answer-elsewhere"]),
        (Some("JP"), Some("post"), &GIVEN[..1], vec!["country answer-missing", "country answer-elsewhere"]),
        (Some("DE"), Some("post"), &GIVEN[1..], vec!["email answer-missing"]),
        (Some("FR"), Some("post"), &GIVEN[..3], vec!["address.city answer-missing"]),
    ] {
        assert_eq!(faults(&shop, &answering(&shop, &order, &answers(country, delivery, given))).await, told);
    }
    assert_eq!(faults(&shop, &shop.backend.answer(&order.id, "{}", "en", nonce(), idempotency_key())).await, ["answers answer-unfit"]);
    assert_eq!(shop.stored(&order.id).await.seq, order.seq, "nothing is written");
    let (once, first) = (idempotency_key(), answers(Some("DE"), Some("post"), &GIVEN));
    let request = shop.backend.answer(&order.id, first.text(), "en", nonce(), once.clone());
    shop.order(&request).await;
    let other = answers(Some("DE"), Some("courier"), &GIVEN);
    let reused = shop.ask(&shop.backend.answer(&order.id, other.text(), "en", nonce(), once.clone())).await;
    assert_eq!(reused.code(), (409, "idempotency-conflict".to_owned()));
    shop.order(&answering(&shop, &order, &other)).await;
    let (status, again) = shop.order(&shop.backend.answer(&order.id, first.text(), "en", nonce(), once)).await;
    assert_eq!((status, again.answers_digest), (200, Some(other.digest())), "the first was answered, and is not answered again");
}

#[tokio::test]
async fn an_order_that_asks_nothing_takes_no_answers_and_one_that_nobody_answers_expires() {
    let shop = Shop::open().await;
    let tea = shop.order_tea().await;
    let given = answers(None, None, &[]);
    assert_eq!(shop.ask(&answering(&shop, &tea, &given)).await.code(), (409, "answers-closed".to_owned()));
    let (shop, order) = asking().await;
    shop.advance(86_401);
    shop.merchant().reconcile().await.unwrap();
    let over = shop.stored(&order.id).await;
    assert_eq!((over.status, over.payment.as_ref()), (OrderStatus::Expired, None));
    assert!(shop.look(&order.id).await.asks.is_empty());
    let given = answers(Some("DE"), Some("post"), &GIVEN);
    assert_eq!(shop.ask(&answering(&shop, &order, &given)).await.code(), (409, "answers-closed".to_owned()));
}

#[tokio::test]
async fn bad_questions_of_the_shop_are_refused_and_named() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let choice_alone = json!({
        "currency": "CNY", "lines": [{ "name": "Teapot", "unit_price": 1 }], "deliveries": [{ "id": "post", "label": "Post", "amount": 1 }],
    });
    let told = shop.call(&key, "POST", "orders", Some(("k", choice_alone))).await;
    assert!(told.status == 400 && told.text.contains("deliveries: are chosen with the answers"), "{}", told.text);
    for (member, value, named) in [
        ("asks", json!(["letter"]), "asks[0]: unknown variant `letter`"),
        ("asks", json!(["email", { "kind": "text" }]), "asks[1]: ask \\\"text\\\": label: is missing"),
        ("asks", json!([{ "kind": "email", "when": "ship" }]), "asks[0]: when and items"),
        ("countries", json!([]), "asks[1]: each country writes addresses"),
        ("countries", json!(["Germany"]), "countries: \\\"Germany\\\" is no country"),
        ("countries", json!(["DE", "XX"]), "countries: \\\"XX\\\" is no country of ISO 3166-1"),
        ("countries", json!(["UK"]), "such as \\\"DE\\\" or \\\"GB\\\""),
        ("deliveries", json!([{ "id": "a b", "label": "A", "amount": 1 }]), "deliveries[0].id"),
        ("deliveries", json!([{ "id": "a", "label": "A", "amount": -1 }]), "deliveries[0].amount"),
        ("delivery", json!({ "label": "Post", "amount": 1 }), "delivery: is chosen by the shopper"),
        ("method", json!("wechat_pay"), "method: an order that asks"),
    ] {
        let mut body = wish();
        body[member] = value;
        let told = shop.call(&key, "POST", "orders", Some(("k", body))).await;
        assert_eq!(told.code(), (400, "bad-request".to_owned()), "{member}");
        assert!(told.text.contains(named), "{member}: {}", told.text);
    }
}

//! After the money: what became of the things of an order, told to the shopper at once, and what is for the buyer alone.

use merchant::api_keys::Scope;
use protocol::{FulfilmentKind, LinePart, Order, OwnerKey, Request};
use serde_json::{Value, json};
use testing::Folder;
use testing::backend::client::owner_key;
use testing::backend::{Receiver, Shop, item, key, text};

use crate::giving::{self, CATALOG, sold};

/// An order of two teas that is paid.
async fn paid(shop: &Shop) -> Order {
    let (_, order) = shop.order(&shop.wish(&[item("tea", 2)], key()).await).await;
    let payment = order.payment.as_ref().unwrap().id.as_str();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, payment)).await, 204);
    shop.look(&order.id).await
}

async fn fulfil(shop: &Shop, key: &str, order: &Order, once: &str, body: Value) -> (u16, Value) {
    let told = shop.call(key, "POST", &format!("orders/{}/fulfilments", order.id), Some((once, body))).await;
    (told.status, told.json())
}

const PARCEL: &str = "00340434161094021501";

fn parcel() -> Value {
    json!({ "kind": "shipped", "lines": [{ "sku": "tea", "quantity": 1 }], "carrier": "DHL", "tracking": PARCEL,
        "link": "https://carrier.example/parcel" })
}

#[tokio::test]
async fn a_shopper_who_waits_hears_what_became_of_the_things_and_only_the_buyer_by_which_parcel() {
    let shop = Shop::open().await;
    let (seller, support) = (shop.key(&[Scope::Orders, Scope::Read]).await, shop.key(&[Scope::Read, Scope::Contact]).await);
    let order = paid(&shop).await;
    let poll = shop.backend.order(&order.id, order.seq, 25, testing::backend::nonce());
    let (polled, (status, told)) = tokio::join!(shop.order(&poll), fulfil(&shop, &seller, &order, "one", parcel()));
    assert_eq!(status, 201, "{told}");
    let (_, heard) = polled;
    assert_eq!((heard.seq, heard.fulfilment.len()), (order.seq + 1, 1));
    let fulfilled = &heard.fulfilment[0];
    assert_eq!(
        (fulfilled.kind, fulfilled.at, fulfilled.lines.as_slice()),
        (FulfilmentKind::Shipped, shop.now(), [LinePart { line: 0, quantity: 1 }].as_slice())
    );
    // Who has the order's id alone learns no more.
    assert!(!heard.to_json().to_string().contains(PARCEL) && !told.to_string().contains(PARCEL));
    let strange = OwnerKey::from_random([9; 16]);
    assert_eq!(shop.open_order(&order, &strange).await.unwrap_err(), (403, "not-owner".to_owned()));
    let opened = shop.open_order(&order, &owner_key()).await.unwrap();
    // A widget of before says a language, too.
    let address = shop.url(&format!("/v1/orders/{}/open?", order.id));
    let earlier = json!({ "key": owner_key().as_str(), "locale": "de" }).to_string();
    assert_eq!(shop.ask(&Request::post(&address, testing::backend::nonce(), &key(), earlier)).await.status, 200);
    let [shipment] = opened.shipments.as_slice() else { panic!("{opened:?}") };
    assert_eq!((shipment.carrier.as_deref(), shipment.tracking.as_deref()), (Some("DHL"), Some(PARCEL)));
    // Nor is it in what the shop's people read without the right to, or in the ledger.
    let account = shop.call(&seller, "GET", &format!("orders/{}", order.id), None).await;
    assert!(!account.text.contains(PARCEL), "{}", account.text);
    let entry = account.json()["ledger"].as_array().unwrap().iter().find(|entry| entry["kind"] == "fulfilled").cloned().unwrap();
    assert_eq!((&entry["detail"]["what"], entry["key"]["id"].is_string()), (&json!("shipped"), true));
    let account = shop.call(&support, "GET", &format!("orders/{}", order.id), None).await.json();
    assert_eq!(account["shipments"][0]["tracking"], PARCEL);
    // Erased, it is gone for everybody, and what happened stays.
    assert_eq!(shop.call(&support, "POST", &format!("orders/{}/details/erase", order.id), Some(("e", json!({})))).await.status, 200);
    assert_eq!(shop.open_order(&order, &owner_key()).await.unwrap().shipments, []);
    assert_eq!(shop.look(&order.id).await.fulfilment, heard.fulfilment);
}

#[tokio::test]
async fn a_parcel_that_was_told_wrongly_is_corrected_and_its_buyer_sees_the_right_one() {
    let (receiver, secrets) = (Receiver::start().await, Folder::new("merchant"));
    let shop = Shop::open_with(|config| config + &receiver.section(secrets.path(), "events = [\"order.shipment_corrected\"]\n")).await;
    let (seller, support) = (shop.key(&[Scope::Orders, Scope::Read]).await, shop.key(&[Scope::Read, Scope::Contact]).await);
    let order = paid(&shop).await;
    let correct = async |once: &str, body: Value| {
        let told = shop.call(&seller, "POST", &format!("orders/{}/fulfilments/correct", order.id), Some((once, body))).await;
        (told.status, told.json())
    };
    assert_eq!(correct("early", json!({ "tracking": "1" })).await.0, 404, "nothing was sent");
    assert_eq!(fulfil(&shop, &seller, &order, "one", parcel()).await.0, 201);
    let sent = shop.look(&order.id).await;
    let poll = shop.backend.order(&order.id, sent.seq, 25, testing::backend::nonce());
    let right = json!({ "carrier": "UPS", "tracking": "1Z999" });
    let (polled, (status, told)) = tokio::join!(shop.order(&poll), correct("fix", right.clone()));
    assert_eq!(status, 201, "{told}");
    assert_eq!((polled.1.seq, &polled.1.fulfilment), (sent.seq + 1, &sent.fulfilment), "whoever waits hears that there is news");
    let opened = shop.open_order(&order, &owner_key()).await.unwrap();
    let [shipment] = opened.shipments.as_slice() else { panic!("{opened:?}") };
    assert_eq!((shipment.carrier.as_deref(), shipment.tracking.as_deref(), &shipment.link), (Some("UPS"), Some("1Z999"), &None));
    // By whom, the ledger says, and no number.
    let account = shop.call(&seller, "GET", &format!("orders/{}", order.id), None).await;
    let entry = account.json()["ledger"].as_array().unwrap().iter().find(|entry| entry["kind"] == "shipment-corrected").cloned().unwrap();
    assert!(entry["key"]["id"].is_string() && !account.text.contains("1Z999"), "{}", account.text);
    let seen = shop.call(&support, "GET", &format!("orders/{}", order.id), None).await.json();
    assert_eq!((&seen["shipments"][0]["tracking"], &seen["shipments"][0]["shipment"]), (&json!("1Z999"), &entry["detail"]["shipment"]));
    let heard = receiver.hears(1).await.remove(0).body;
    assert_eq!(
        (&heard["type"], &heard["data"]["corrected"]["shipment"]),
        (&json!("order.shipment_corrected"), &entry["detail"]["shipment"])
    );
    // The same once more is the same, another parcel under the same key is not, and what was told first is still the same as itself.
    assert_eq!(correct("fix", right).await.0, 201);
    let (status, told) = correct("fix", json!({ "tracking": "2" })).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("idempotency-conflict")));
    assert_eq!(fulfil(&shop, &seller, &order, "one", parcel()).await.0, 201);
    let other = json!({ "kind": "shipped", "lines": [{ "sku": "tea", "quantity": 1 }], "carrier": "DHL", "tracking": "other" });
    let (status, told) = fulfil(&shop, &seller, &order, "one", other).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("idempotency-conflict")));
    assert_eq!(shop.look(&order.id).await.seq, sent.seq + 1);
    // Of several it has to be said which.
    assert_eq!(fulfil(&shop, &seller, &order, "two", json!({ "kind": "shipped", "tracking": "3" })).await.0, 201);
    assert_eq!(correct("which", json!({ "tracking": "4" })).await.1["code"], "ambiguous");
    assert_eq!(correct("this", json!({ "shipment": entry["detail"]["shipment"], "tracking": "4" })).await.0, 201);
    let numbers = shop.open_order(&order, &owner_key()).await.unwrap().shipments;
    assert_eq!(numbers.iter().map(|one| one.tracking.as_deref()).collect::<Vec<_>>(), [Some("4"), Some("3")]);
    for (body, named) in [(json!({}), "carrier, tracking or link"), (json!({ "link": "http://a.example" }), "link: an https")] {
        let (status, told) = correct("bad", body).await;
        assert!(status == 400 && told["detail"].as_str().unwrap().contains(named), "{told}");
    }
    assert_eq!(shop.call(&support, "POST", &format!("orders/{}/details/erase", order.id), Some(("e", json!({})))).await.status, 200);
    let gone = correct("gone", json!({ "shipment": entry["detail"]["shipment"], "tracking": "5" })).await;
    assert_eq!((gone.0, gone.1["code"].as_str()), (409, Some("details-erased")));
}

#[tokio::test]
async fn the_code_to_follow_by_is_the_buyers() {
    let shop = Shop::open().await;
    let order = paid(&shop).await;
    let code = "http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI".to_owned();
    shop.merchant().store().change(&order.id, shop.now(), |record| record.follow_code_came(code.clone())).await.unwrap();
    let seen = shop.look(&order.id).await;
    assert_eq!((seen.seq, seen.follow), (order.seq + 1, None), "that there is news is told, and no more");
    assert_eq!(shop.open_order(&order, &owner_key()).await.unwrap().follow, Some(code));
}

#[tokio::test]
async fn nothing_happens_to_more_pieces_than_there_are() {
    let shop = Shop::open().await;
    let seller = shop.key(&[Scope::Orders]).await;
    let unpaid = shop.order_tea().await;
    let (status, told) = fulfil(&shop, &seller, &unpaid, "unpaid", json!({ "kind": "shipped" })).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("not-paid")));
    let order = paid(&shop).await;
    let ask = async |once: &str, kind: &str, quantity: Value| {
        let body = json!({ "kind": kind, "lines": [{ "line": 0, "quantity": quantity }] });
        let (status, told) = fulfil(&shop, &seller, &order, once, body).await;
        (status, told["detail"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(ask("a", "returned", json!(1)).await, (409, "line 0 (Tea): 0 left to be returned".to_owned()));
    assert_eq!(ask("b", "shipped", json!(1)).await.0, 201);
    assert_eq!(ask("b", "shipped", json!(1)).await.0, 201, "the same once more is the same");
    assert_eq!(ask("c", "shipped", json!(2)).await, (409, "line 0 (Tea): 1 left to be shipped".to_owned()));
    assert_eq!(ask("d", "ready_for_pickup", json!(null)).await.0, 201, "what is left is what is meant");
    assert_eq!(ask("e", "ready_for_pickup", json!(1)).await.0, 409);
    assert_eq!(ask("f", "handed_over", json!(1)).await.0, 201);
    assert_eq!(
        fulfil(&shop, &seller, &order, "g", json!({ "kind": "shipped" })).await.1["detail"],
        "nothing of the order is left to be shipped"
    );
    assert_eq!(ask("h", "returned", json!(2)).await.0, 201);
    assert_eq!(ask("i", "shipped", json!(2)).await.0, 201, "what came back can be sent anew");
    let kinds: Vec<_> = shop.look(&order.id).await.fulfilment.iter().map(|fulfilled| fulfilled.kind.as_str()).collect();
    assert_eq!(kinds, ["shipped", "ready_for_pickup", "handed_over", "returned", "shipped"]);
    for (body, named) in [
        (json!({ "kind": "lost" }), "kind: ready_for_pickup"),
        (json!({ "kind": "returned", "carrier": "DHL" }), "of what was shipped"),
        (json!({ "kind": "shipped", "link": "javascript:alert(1)" }), "link: an https"),
        (json!({ "kind": "shipped", "link": "http://carrier.example" }), "link: an https"),
        (json!({ "kind": "shipped", "tracking": "4711\u{202e}" }), "tracking:"),
        (json!({ "kind": "shipped", "tracking": "x".repeat(61) }), "tracking: 1 to 60"),
        (json!({ "kind": "shipped", "lines": [{ "line": 1 }] }), "the order has no such line"),
        (json!({ "kind": "shipped", "parcels": 2 }), "kind, and if they are known"),
    ] {
        let (status, told) = fulfil(&shop, &seller, &order, "bad", body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert!(told["detail"].as_str().unwrap().contains(named), "{told}");
    }
}

#[tokio::test]
async fn what_was_paid_back_is_not_sent_with_the_rest() {
    let shop = Shop::open().await;
    let seller = shop.key(&[Scope::Orders, Scope::Refunds]).await;
    let order = paid(&shop).await;
    let refund = json!({ "lines": [{ "line": 0, "quantity": 1 }], "by_hand": true });
    let told = shop.call(&seller, "POST", &format!("orders/{}/refunds", order.id), Some(("r", refund))).await;
    assert_eq!(told.status, 201, "{}", told.text);
    assert_eq!(fulfil(&shop, &seller, &order, "one", json!({ "kind": "shipped" })).await.0, 201);
    assert_eq!(shop.look(&order.id).await.fulfilment[0].lines, [LinePart { line: 0, quantity: 1 }]);
}

#[tokio::test]
async fn the_shop_hears_of_orders_made_and_sent_where_it_wants_to() {
    let (receiver, secrets) = (Receiver::start().await, Folder::new("merchant"));
    let shop =
        Shop::open_with(|config| config + &receiver.section(secrets.path(), "events = [\"order.created\", \"order.shipped\"]\n")).await;
    let order = paid(&shop).await;
    let seller = shop.key(&[Scope::Orders]).await;
    assert_eq!(fulfil(&shop, &seller, &order, "one", parcel()).await.0, 201);
    let arrivals = receiver.hears(2).await;
    let told: Vec<Value> = arrivals.into_iter().map(|arrival| arrival.body).collect();
    assert_eq!([&told[0]["type"], &told[1]["type"]], ["order.created", "order.shipped"]);
    assert_eq!((&told[0]["data"]["order"]["id"], &told[0]["data"]["order"]["status"]), (&json!(order.id.as_str()), &json!("pending")));
    assert_eq!(told[1]["data"]["fulfilled"]["lines"], json!([{ "line": 0, "quantity": 1 }]));
    assert!(!told[1].to_string().contains(PARCEL), "webhooks name no parcel");
}

#[tokio::test]
async fn the_orders_page_shows_nothing_without_its_key_and_no_server_sees_that() {
    let shop = Shop::open().await;
    let order = paid(&shop).await;
    let get = async |path: &str, language: &str| shop.client.get(shop.url(path)).header("accept-language", language).send().await.unwrap();
    let page = get(&format!("/o/{}", order.id), "de").await;
    assert_eq!(page.status(), 200);
    for (name, value) in
        [("referrer-policy", "same-origin"), ("x-robots-tag", "noindex, nofollow, noarchive"), ("cache-control", "no-store")]
    {
        assert_eq!(page.headers()[name], value, "{name}");
    }
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    let html = page.text().await.unwrap();
    assert!(html.contains(&format!("order=\"{}\" owner ", order.id)) && html.contains("<html lang=\"de\""), "{html}");
    assert!(!html.contains(owner_key().as_str()) && !html.contains("weixin"), "{html}");
    for strange in ["ord_AAAAAAAAAAAAAAAAAAAAAA", "%3Cscript%3E"] {
        let page = get(&format!("/o/{strange}"), "en").await;
        assert_eq!(page.status(), 404);
        assert!(page.text().await.unwrap().contains("There is no order at this address."));
    }
    let support = shop.key(&[Scope::Contact]).await;
    let made = shop.call(&support, "POST", &format!("orders/{}/page", order.id), Some(("p", json!({})))).await;
    let url = made.json()["url"].as_str().unwrap().to_owned();
    let (address, fragment) = url.split_once('#').unwrap();
    assert!(address.ends_with(&format!("/o/{}", order.id)), "{address}");
    assert!(shop.open_order(&order, &OwnerKey::parse(fragment).unwrap()).await.is_ok());
    let reader = shop.key(&[Scope::Read, Scope::Orders]).await;
    assert_eq!(
        shop.call(&reader, "POST", &format!("orders/{}/page", order.id), Some(("p", json!({})))).await.code(),
        (403, "scope".to_owned())
    );
}

#[tokio::test]
async fn what_an_order_gives_by_itself_is_in_no_parcel_unless_somebody_says_so() {
    // A course is digital and nothing else: the shop gives it by other ways.
    const MORE: &str = "[[item]]\nsku = \"tin\"\nname = \"Tin\"\nprice = 500\n\
        [[item]]\nsku = \"course\"\nname = \"Course\"\nprice = 500\ndigital = true\n";
    let shop = giving::open().await;
    shop.folder.write("catalog.toml", format!("{CATALOG}{MORE}"));
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    let seller = shop.key(&[Scope::Orders]).await;
    let order = sold(&shop, &[("guide", 1), ("app", 1), ("tin", 2), ("seat", 1), ("course", 1)]).await;
    let fulfil =
        async |once: &str, body: Value| shop.call(&seller, "POST", &format!("orders/{}/fulfilments", order.id), Some((once, body))).await;
    let ready = fulfil("ready", json!({ "kind": "ready_for_pickup" })).await.json();
    assert_eq!(ready["order"]["fulfilment"][0]["lines"], json!([{ "line": 2, "quantity": 2 }]), "{ready}");
    let sent = fulfil("sent", json!({ "kind": "shipped" })).await.json();
    assert_eq!(sent["order"]["fulfilment"][1]["lines"], json!([{ "line": 2, "quantity": 2 }]), "{sent}");
    let refused = fulfil("more", json!({ "kind": "handed_over" })).await;
    assert_eq!(refused.code(), (409, "already-fulfilled".to_owned()));
    assert!(refused.text.contains("left to be handed over; of what is digital, licence keys and tickets"), "{}", refused.text);
    // A printed ticket may be in a parcel; and all that was sent comes back.
    assert_eq!(fulfil("seat", json!({ "kind": "shipped", "lines": [{ "sku": "seat" }] })).await.status, 201);
    let back = fulfil("back", json!({ "kind": "returned" })).await.json();
    assert_eq!(back["order"]["fulfilment"][3]["lines"], json!([{ "line": 2, "quantity": 2 }, { "line": 3, "quantity": 1 }]), "{back}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_at_a_terminal_is_in_the_words_of_the_command() {
    let shop = Shop::open().await;
    let (seller, order) = (shop.key(&[Scope::Orders, Scope::Refunds]).await, paid(&shop).await);
    let say = async |arguments: &[&str]| text(&giving::run(&shop, &seller, &[&["orders"], arguments].concat(), "").await.stderr);
    let id = order.id.as_str();
    assert!(say(&["ship", id, "--line", "0:1", "--line", "9"]).await.starts_with("bad-request: --line 9: the order has no such line"));
    assert_eq!(say(&["ship", id, "--line", "tea:0"]).await, "bad-request: --line tea: quantity: at least 1\n");
    assert!(say(&["refund", id, "--line", "jar", "--once", "a"]).await.starts_with("bad-request: --line jar: the order has no such line"));
    assert_eq!(say(&["ship", id, "--line", "0:1", "--once", "one"]).await, "");
    assert!(say(&["ship", id, "--once", " "]).await.contains("a word that you have not used; this one is empty"));
    let conflict = say(&["ship", id, "--once", "one"]).await;
    assert!(conflict.starts_with("idempotency-conflict: ") && conflict.ends_with("needs another --once WORD\n"), "{conflict}");
}

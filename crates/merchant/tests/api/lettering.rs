//! What letters to shoppers list: the pieces that they are about, in the plain text and in the page.

use merchant::api_keys::Scope;
use protocol::{Answers, AnswersText, OrderId, Way};
use serde_json::{Value, json};
use testing::backend::client::wechat_pay;
use testing::backend::post::{ASKING_CATALOG, MailView, pay};
use testing::backend::{Post, Shop, key, nonce};

/// An order of two pots and a cup that is paid, by somebody who wants to be written to.
async fn paid(shop: &Shop, api: &str) -> OrderId {
    paid_of(shop, api, json!([{ "name": "Pot <big>", "unit_price": 20_000, "quantity": 2 }, { "name": "Cup", "unit_price": 1_500 }])).await
}

/// The same of other lines.
async fn paid_of(shop: &Shop, api: &str, lines: Value) -> OrderId {
    let wish = json!({ "currency": "CNY", "lines": lines, "asks": ["email"] });
    let made = shop.call(api, "POST", "orders", Some(("a", wish))).await.json();
    let id = OrderId::parse(made["order"]["id"].as_str().unwrap()).unwrap();
    let given = vec![("email".to_owned(), "lin@example.org".to_owned())];
    let answers = AnswersText::of(Answers { salt: [7; 16], country: None, region: None, delivery: None, given });
    assert_eq!(shop.order(&shop.backend.answer(&id, answers.text(), "en", nonce(), key())).await.0, 200);
    let method = wechat_pay();
    pay(shop, &shop.order(&shop.backend.new_payment(&id, &Way::qr(&method), nonce(), key())).await.1).await;
    id
}

/// What a letter lists, as its plain text and its page say it.
fn listed(mail: &MailView) -> Vec<&'static str> {
    let known = ["2 × Pot <big>", "1 × Pot <big>", "1 × Cup", "Total", "Returned"];
    let text: Vec<_> = known.into_iter().filter(|known| mail.text.contains(known)).collect();
    let page = |known: &&str| mail.html.contains(&format!("<bdi>{}</bdi>", known.replace('<', "&lt;").replace('>', "&gt;")));
    assert_eq!(known.into_iter().filter(page).collect::<Vec<_>>(), text, "both say the same: {}", mail.html);
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_about_part_of_an_order_lists_these_pieces_alone() {
    let post = Post::open();
    let section = post.section();
    let shop = Shop::open_as(ASKING_CATALOG, move |config| config + &section).await;
    let api = shop.key(&Scope::ALL).await;
    let order = paid(&shop, &api).await;
    let ask = async |what: &str, once: &str, wish: Value| {
        let told = shop.call(&api, "POST", &format!("orders/{}/{what}", order.as_str()), Some((once, wish))).await;
        assert!([200, 201, 202].contains(&told.status), "{}", told.text);
    };
    ask("fulfilments", "a", json!({ "kind": "ready_for_pickup", "lines": [{ "line": 1, "quantity": 1 }] })).await;
    ask("fulfilments", "b", json!({ "kind": "shipped", "lines": [{ "line": 0, "quantity": 1 }], "tracking": "JJD01" })).await;
    ask("fulfilments", "c", json!({ "kind": "shipped", "lines": [{ "line": 0, "quantity": 1 }, { "line": 1, "quantity": 1 }] })).await;
    ask("refunds", "d", json!({ "lines": [{ "line": 0, "quantity": 1 }], "by_hand": true })).await;
    ask("refunds", "e", json!({ "amount": 100, "by_hand": true })).await;
    shop.merchant().send_messages().await.unwrap();
    let mails = post.mailbox.mails();
    let told: Vec<_> = mails.iter().map(listed).collect();
    let all = ["2 × Pot <big>", "1 × Cup", "Total"];
    let expected: [&[&str]; 6] = [
        &all,
        &["1 × Cup"],
        &["1 × Pot <big>"],
        &["1 × Pot <big>", "1 × Cup"],
        &["1 × Pot <big>", "Returned"],
        // An amount is about no piece.
        &[all[0], all[1], all[2], "Returned"],
    ];
    assert_eq!(told, expected, "{}", mails[3].text);
    assert!(mails[4].text.contains("200.00 CNY") && !mails[4].text.contains("415.00"), "{}", mails[4].text);
    assert!(mails[1].text.lines().all(|line| line.trim_end() == line.trim_end_matches('\r')), "{}", mails[1].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_about_all_of_an_order_says_what_it_costs() {
    let post = Post::open();
    let section = post.section();
    let shop = Shop::open_as(ASKING_CATALOG, move |config| config + &section).await;
    let api = shop.key(&Scope::ALL).await;
    let order = paid(&shop, &api).await;
    let told = shop.call(&api, "POST", &format!("orders/{}/fulfilments", order.as_str()), Some(("a", json!({ "kind": "shipped" })))).await;
    assert_eq!(told.status, 201, "{}", told.text);
    shop.merchant().send_messages().await.unwrap();
    let mails = post.mailbox.mails();
    assert_eq!(listed(&mails[1]), ["2 × Pot <big>", "1 × Cup", "Total"]);
    assert!(mails[1].text.contains("2 × Pot <big>  400.00 CNY"), "{}", mails[1].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_about_money_says_where_what_is_never_sent_is() {
    let post = Post::open();
    let section = post.section();
    let catalog = format!("{ASKING_CATALOG}\n[[item]]\nsku = \"seat\"\nname = \"Seat\"\nprice = 100\nticket = true\n");
    let shop = Shop::open_as(&catalog, move |config| config + &section).await;
    let api = shop.key(&Scope::ALL).await;
    let order = paid_of(&shop, &api, json!([{ "name": "Seat", "sku": "seat", "unit_price": 100 }])).await;
    let seat = json!({ "kind": "shipped", "lines": [{ "line": 0 }] });
    assert_eq!(shop.call(&api, "POST", &format!("orders/{}/fulfilments", order.as_str()), Some(("a", seat))).await.status, 201);
    shop.merchant().send_messages().await.unwrap();
    let mails = post.mailbox.mails();
    let where_it_is = "Your files, licence keys or tickets are on the page of your order.";
    for (mail, is_said) in [(&mails[0], true), (&mails[1], false)] {
        assert_eq!((mail.text.contains(where_it_is), mail.html.contains(where_it_is)), (is_said, is_said), "{}", mail.text);
    }
}

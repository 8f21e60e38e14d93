//! E-mails to shoppers, as the mail server gets them: one for each thing that happens, in the shopper's language, whatever goes wrong meanwhile.

use merchant::api_keys::Scope;
use merchant::receipts;
use merchant::store::{MessageRow, MessageState, Retried};
use protocol::{Answers, AnswersText, Pins, Way};
use serde_json::json;
use testing::backend::client::wechat_pay;
use testing::backend::post::{ASKING_CATALOG, MailFault, ordered, paid, pay};
use testing::backend::{Post, Shop, key, nonce};

pub async fn shop(post: &Post) -> Shop {
    let section = post.section();
    Shop::open_as(ASKING_CATALOG, move |config| config + &section).await
}

pub async fn rows(shop: &Shop) -> Vec<MessageRow> {
    shop.merchant().store().messages(None, i64::MAX, 100).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_paid_gets_one_letter_with_the_receipt() {
    let post = Post::open();
    let shop = shop(&post).await;
    let order = paid(&shop, "en", "lin@example.org", "Lin Xiao").await;
    shop.merchant().send_messages().await.unwrap();
    shop.merchant().send_messages().await.unwrap();
    let mails = post.mailbox.mails();
    let [mail] = &mails[..] else { panic!("{mails:#?}") };
    let number = merchant::OrderNumber::of(&order.id).to_string();
    assert_eq!(mail.subject, format!("Your order {number} at Mountain Tea is paid"));
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("Mountain Tea <tea@shop.example>", "Lin Xiao <lin@example.org>"));
    assert_eq!((mail.envelope_from.as_str(), &mail.envelope_to[..]), ("tea@shop.example", &["lin@example.org".to_owned()][..]));
    assert!(mail.encrypted);
    for head in ["Auto-Submitted: auto-generated\r\n", "Reply-To: help@shop.example\r\n", "Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"] {
        assert!(mail.source.contains(head), "{head}{}", mail.source);
    }
    let [row] = &rows(&shop).await[..] else { panic!("one") };
    assert_eq!(mail.message_id, format!("{}@shop.example", row.id));
    assert_eq!((row.state(), row.sent_at, row.locale.as_str()), (MessageState::Sent, Some(shop.now()), "en"));
    for said in [
        "Hello Lin Xiao,\n",
        "Your payment of 136.00 CNY has arrived.",
        "2 × Tea <b>&“Green”  136.00 CNY",
        &number,
        "Your receipt is attached.",
    ] {
        assert!(mail.text.replace("\r\n", "\n").contains(said), "{said}: {}", mail.text);
    }
    assert!(mail.html.contains("2 × Tea &lt;b&gt;&amp;“Green”") && !mail.html.contains("<b>"), "{}", mail.html);
    assert!(!mail.html.contains("<img") && !mail.html.contains("src=") && !mail.html.contains("url("), "nothing is fetched: {}", mail.html);
    let [receipt] = &mail.attachments[..] else { panic!("one receipt") };
    assert_eq!(receipt.name, format!("receipt-{number}.html"));
    let pins = Pins::parse(&shop.merchant().pin().token()).unwrap();
    let judged = receipts::judge(receipts::signed_part(&receipt.text), &[pins], &[]);
    assert_eq!(judged.exit_code(), 0, "{judged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_went_back_is_told_and_each_in_the_shoppers_language() {
    let post = Post::open();
    let shop = shop(&post).await;
    let api = shop.key(&Scope::ALL).await;
    for (locale, dir, told) in [
        ("de", "ltr", "Guten Tag Lin,"),
        ("zh-CN", "ltr", "Lin，您好："),
        ("ja", "ltr", "Lin 様"),
        ("ar-EG", "rtl", "\u{2068}Lin\u{2069}"),
        ("fr", "ltr", "Hello Lin,"),
    ] {
        post.mailbox.clear();
        let order = paid(&shop, locale, "lin@example.org", "Lin").await;
        let path = format!("orders/{}/refunds", order.id.as_str());
        let asked = shop.call(&api, "POST", &path, Some((order.id.as_str(), json!({ "amount": 100, "by_hand": true })))).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        shop.merchant().send_messages().await.unwrap();
        let mails = post.mailbox.mails();
        assert_eq!(mails.len(), 2, "{locale}");
        assert!(mails[0].text.contains(told) && mails[0].html.contains(&format!("dir=\"{dir}\"")), "{locale}: {}", mails[0].text);
        assert!(mails[1].text.contains("1.00 CNY") && mails[1].attachments.is_empty(), "{locale}: {}", mails[1].text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_written_to_without_an_address_or_a_mail_server() {
    let post = Post::open();
    let mut shop = shop(&post).await;
    let api = shop.key(&Scope::ALL).await;
    let made = shop
        .call(&api, "POST", "orders", Some(("a", json!({ "currency": "CNY", "lines": [{ "name": "Pot", "unit_price": 100 }] }))))
        .await
        .json();
    let payment = made["order"]["payment"]["id"].as_str().unwrap().to_owned();
    shop.provider.pay(&payment);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment, "EV-1")).await, 204);
    assert_eq!(rows(&shop).await, []);
    shop.close().await;
    shop.open_again().await;
    let order = paid(&shop, "en", "lin@example.org", "").await;
    assert_eq!(rows(&shop).await, []);
    let sealed = shop.merchant().store().detail(&order.id, merchant::sealed::SealedKind::Recipient, "").await.unwrap();
    assert_eq!(sealed, None, "nor is kept whom to write to");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_the_shops_own_is_told_of_to_whoever_answered_it_last() {
    let post = Post::open();
    let shop = shop(&post).await;
    let api = shop.key(&Scope::ALL).await;
    let wish = json!({ "currency": "CNY", "lines": [{ "name": "Pot", "unit_price": 20_000 }], "asks": ["email"] });
    let made = shop.call(&api, "POST", "orders", Some(("a", wish))).await.json();
    let id = protocol::OrderId::parse(made["order"]["id"].as_str().unwrap()).unwrap();
    for email in ["first@example.org", "second@example.org"] {
        let given = vec![("email".to_owned(), email.to_owned())];
        let answers = AnswersText::of(Answers { salt: [7; 16], country: None, region: None, delivery: None, given });
        let (status, _) = shop.order(&shop.backend.answer(&id, answers.text(), "de", nonce(), key())).await;
        assert_eq!(status, 200);
    }
    let method = wechat_pay();
    let (_, order) = shop.order(&shop.backend.new_payment(&id, &Way::qr(&method), nonce(), key())).await;
    pay(&shop, &order).await;
    shop.merchant().send_messages().await.unwrap();
    let mails = post.mailbox.mails();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "second@example.org"));
    assert!(mails[0].subject.contains("ist bezahlt"), "{}", mails[0].subject);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_refused_or_put_off_keeps_no_other_waiting() {
    let post = Post::open();
    let shop = shop(&post).await;
    for name in ["refused", "later", "full", "not-an\u{20}address", "lin"] {
        let order = ordered(&shop, "en", &format!("{}@example.org", name.replace(' ', "")), "").await;
        pay(&shop, &order).await;
    }
    shop.merchant().send_messages().await.unwrap();
    let to: Vec<String> = post.mailbox.mails().iter().map(|mail| mail.to.clone()).collect();
    assert_eq!(to, ["not-anaddress@example.org", "lin@example.org"]);
    let outcomes: Vec<_> = rows(&shop).await.into_iter().rev().map(|row| (row.state(), row.attempts, row.outcome.unwrap())).collect();
    let told = |state, attempts, outcome: &str| (state, attempts, outcome.to_owned());
    assert_eq!(
        outcomes,
        [
            told(MessageState::Failed, 1, "refused: RCPT: 550"),
            told(MessageState::Waiting, 1, "RCPT: 450"),
            told(MessageState::Waiting, 1, "RCPT: 452"),
            told(MessageState::Sent, 0, "sent"),
            told(MessageState::Sent, 0, "sent"),
        ]
    );
    // It is tried with pauses that grow, for three days, and given up where somebody sees it.
    let mut tries = 0;
    while shop.merchant().store().messages(Some(MessageState::Waiting), i64::MAX, 9).await.unwrap().len() == 2 {
        shop.advance(3_600);
        shop.merchant().send_messages().await.unwrap();
        tries += 1;
        assert!(tries < 100, "for ever");
    }
    assert!((60..=80).contains(&tries), "{tries} hours");
    let row = rows(&shop).await.into_iter().find(|row| row.outcome.as_deref() == Some("given up: RCPT: 450")).unwrap();
    assert!((15..40).contains(&row.attempts), "{}", row.attempts);
    assert_eq!(shop.merchant().store().retry_message(&row.id, shop.now()).await.unwrap(), Retried::Waits);
    shop.merchant().send_messages().await.unwrap();
    let again = rows(&shop).await.into_iter().find(|again| again.id == row.id).unwrap();
    assert_eq!((again.state(), again.attempts, again.next_at), (MessageState::Waiting, 1, Some(shop.now() + 60)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_on_a_bad_day_loses_nothing() {
    let post = Post::open();
    let shop = shop(&post).await;
    paid(&shop, "en", "one@example.org", "").await;
    paid(&shop, "en", "two@example.org", "").await;
    for (fault, told) in
        [(MailFault::Down, Some("connection: 421")), (MailFault::Later, None), (MailFault::Greylisting, None), (MailFault::None, None)]
    {
        post.mailbox.set_fault(fault);
        let sent = shop.merchant().send_messages().await;
        assert_eq!(sent.err().as_deref(), told, "{fault:?}");
        if fault != MailFault::None {
            assert_eq!(post.mailbox.mails().len(), 0, "{fault:?}");
        }
        shop.advance(4 * 3_600);
    }
    assert_eq!(post.mailbox.mails().len(), 2);
    paid(&shop, "en", "three@example.org", "").await;
    post.mailbox.set_fault(MailFault::LetterRefused);
    shop.merchant().send_messages().await.unwrap();
    assert_eq!(rows(&shop).await[0].outcome.as_deref(), Some("refused: letter: 554"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_is_not_written_about() {
    let post = Post::open();
    let shop = shop(&post).await;
    let order = paid(&shop, "en", "lin@example.org", "").await;
    shop.merchant().store().erase_details(&order.id, shop.now()).await.unwrap();
    shop.merchant().send_messages().await.unwrap();
    let [row] = &rows(&shop).await[..] else { panic!("one") };
    assert_eq!((row.state(), row.outcome.as_deref(), post.mailbox.mails().len()), (MessageState::Dropped, Some("erased"), 0));
    assert_eq!(shop.merchant().store().retry_message(&row.id, shop.now()).await.unwrap(), Retried::Over);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_name_holds_it_is_a_name_or_nothing() {
    let post = Post::open();
    let shop = shop(&post).await;
    for name in ["<script>alert(1)</script>", &"林".repeat(60), "Eve, \"Bcc: eve@evil.example\"", "=?utf-8?q?x=0D=0ABcc:_a@b.example?="] {
        post.mailbox.clear();
        paid(&shop, "en", "lin@example.org", name).await;
        shop.merchant().send_messages().await.unwrap();
        let mails = post.mailbox.mails();
        assert_eq!((mails.len(), &mails[0].envelope_to[..]), (1, &["lin@example.org".to_owned()][..]), "{name}");
        let heads = mails[0].source.split("\r\n\r\n").next().unwrap();
        assert!(!heads.lines().any(|line| line.starts_with("Bcc") || line.starts_with("Cc")), "{name}: {heads}");
        assert!(heads.lines().all(|line| line.len() < 998 && line.is_ascii()), "{name}: {heads}");
        for said in [&mails[0].html, &mails[0].text, &mails[0].subject] {
            assert!(!said.contains("<script") && !said.contains('\u{202E}') && !said.contains("evil"), "{name}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_is_told_to_the_merchant_until_it_is_there() {
    let post = Post::open();
    let shop = shop(&post).await;
    let api = shop.key(&Scope::ALL).await;
    paid(&shop, "en", "lin@example.org", "").await;
    let is_told = async || {
        let doctor = shop.call(&api, "GET", "doctor", None).await.text;
        let metrics = shop.client.get(shop.url("/metrics")).bearer_auth(&api).send().await.unwrap().text().await.unwrap();
        let away = metrics.contains("\nqr_checkout_mail_server_away 1\n");
        assert_eq!(doctor.contains("mail-server-away"), away, "{doctor}");
        away
    };
    assert!(!is_told().await);
    post.mailbox.set_fault(MailFault::Down);
    shop.merchant().send_messages().await.unwrap_err();
    assert!(is_told().await);
    post.mailbox.set_fault(MailFault::None);
    shop.advance(60);
    shop.merchant().send_messages().await.unwrap();
    assert!(!is_told().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merchants_own_words_are_checked_previewed_and_sent() {
    let post = Post::open();
    let words = "[paid]\nsubject = \"{shop}: {number} is yours\"\ngreeting = \"Dear {name}!\"\nbody = \"\"\"\nMany thanks for {total}.\n\nSee you <soon>.\n\"\"\"\n";
    post.folder().write("words/en.toml", words);
    let folder = post.folder().path().join("words");
    let section = format!("{}words = \"{}\"\n", post.section(), folder.display());
    let shop = Shop::open_as(ASKING_CATALOG, |config| config + &section).await;
    paid(&shop, "en", "lin@example.org", "Lin").await;
    shop.merchant().send_messages().await.unwrap();
    let mail = post.mailbox.mails().remove(0);
    assert!(mail.subject.starts_with("Mountain Tea: ") && mail.subject.ends_with(" is yours"), "{}", mail.subject);
    assert!(mail.text.starts_with("Dear Lin!") && mail.text.contains("Many thanks for 136.00 CNY."), "{}", mail.text);
    assert!(mail.html.contains("See you &lt;soon&gt;."), "{}", mail.html);

    let text =
        testing::backend::shop::configuration(&shop.folder, "http://127.0.0.1:8080", "http://127.0.0.1:1/sandbox/settings") + &section;
    let file = shop.folder.write("merchant.toml", text).display().to_string();
    let program = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
        command.args(arguments).args(["--config", &file]).output().unwrap()
    };
    let shown = testing::backend::text(&program(&["messages", "preview", "paid"]).stdout);
    assert!(shown.starts_with("Mountain Tea: 4Y7KQ2M9TD is yours\n\nDear Lin Xiao!\n"), "{shown}");
    let shown = testing::backend::text(&program(&["messages", "preview", "shipped", "--locale", "ar", "--html"]).stdout);
    assert!(shown.contains("dir=\"rtl\"") && shown.contains("DHL"), "{shown}");
    post.folder().write("words/en.toml", words.replace("{total}", "{sum}"));
    for arguments in [&["check-config"][..], &["messages", "preview", "paid"]] {
        let refused = program(arguments);
        let told = testing::backend::text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{told}");
        let line = format!(
            "mail.words: {}/en.toml: line 4: paid.body: {{sum}} is no place here; there are {{shop}}, {{number}}, {{total}}\n",
            folder.display()
        );
        assert_eq!(told, line);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_and_what_is_ready_is_told_with_a_way_to_the_orders_page() {
    let post = Post::open();
    let shop = shop(&post).await;
    let api = shop.key(&Scope::ALL).await;
    let order = paid(&shop, "de", "lin@example.org", "Lin").await;
    let path = format!("orders/{}/fulfilments", order.id.as_str());
    for (once, wish) in [
        ("a", json!({ "kind": "ready_for_pickup", "lines": [{ "line": 0, "quantity": 1 }] })),
        (
            "b",
            json!({ "kind": "shipped", "lines": [{ "line": 0, "quantity": 1 }], "carrier": "DHL", "tracking": "JJD01", "link": "https://parcels.example/JJD01" }),
        ),
        ("c", json!({ "kind": "shipped", "lines": [{ "line": 0, "quantity": 1 }] })),
        ("c", json!({ "kind": "shipped", "lines": [{ "line": 0, "quantity": 1 }] })),
    ] {
        let told = shop.call(&api, "POST", &path, Some((once, wish))).await;
        assert!(told.status == 200 || told.status == 201, "{}", told.text);
    }
    shop.merchant().send_messages().await.unwrap();
    let mails = post.mailbox.mails();
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.rsplit(' ').next().unwrap()).collect();
    assert_eq!(subjects, ["bezahlt", "bereit", "unterwegs", "unterwegs"]);
    for said in ["Versand durch  DHL", "Sendungsnummer  JJD01", "https://parcels.example/JJD01"] {
        assert!(mails[2].text.contains(said) && !mails[3].text.contains(said), "{said}: {}", mails[2].text);
    }
    let mut keys = std::collections::BTreeSet::new();
    for mail in &mails {
        let link = format!("{}#", shop.url(&format!("/o/{}", order.id.as_str())));
        let (_, key) = mail.text.split_once(&link).unwrap();
        let key = protocol::OwnerKey::parse(key.split_whitespace().next().unwrap()).unwrap();
        assert!(shop.merchant().store().is_owner_key(&order.id, key.digest()).await.unwrap());
        keys.insert(key.as_str().to_owned());
        let (heads, _) = mail.source.split_once("\r\n\r\n").unwrap();
        assert!(!heads.contains(key.as_str()) && mail.attachments.iter().all(|attached| !attached.text.contains(key.as_str())));
    }
    assert_eq!(keys.len(), mails.len(), "each has a key of its own");
    let listed = shop.call(&api, "GET", "messages", None).await.text;
    assert!(keys.iter().all(|key| !listed.contains(key.as_str())) && !listed.contains("JJD01"), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_were_owed_reach_an_open_page_and_their_buyer_is_written_to_once() {
    let post = Post::open();
    let section = post.section();
    let catalog = ASKING_CATALOG.replace("digital = true\n", "keys = \"pool\"\n");
    let shop = Shop::open_as(&catalog, move |config| config + &section).await;
    let api = shop.key(&Scope::ALL).await;
    let order = paid(&shop, "de", "lin@example.org", "Lin").await;
    shop.merchant().send_messages().await.unwrap();
    post.mailbox.clear();
    let seen = shop.look(&order.id).await.seq;
    let put = async |once: &str, keys: &[&str]| {
        let wish = json!({ "sku": "tea", "keys": keys });
        assert_eq!(shop.call(&api, "POST", "licence-keys", Some((once, wish))).await.status, 200);
    };
    // One of two: the page hears of it, and the letter waits for the other one.
    let poll = shop.backend.order(&order.id, seen, 20, nonce());
    let ((_, told), ()) = tokio::join!(shop.order(&poll), put("a", &["KEY-1"]));
    assert_eq!(told.seq, seen + 1);
    shop.merchant().send_messages().await.unwrap();
    assert_eq!(post.mailbox.mails().len(), 0);
    let poll = shop.backend.order(&order.id, told.seq, 20, nonce());
    let ((_, told), ()) = tokio::join!(shop.order(&poll), put("b", &["KEY-2"]));
    assert_eq!(told.seq, seen + 2);
    put("c", &["KEY-3"]).await;
    assert_eq!(shop.look(&order.id).await.seq, seen + 2, "others' keys are no news");
    shop.merchant().send_messages().await.unwrap();
    let mails = post.mailbox.mails();
    let [mail] = &mails[..] else { panic!("{mails:#?}") };
    assert!(mail.subject.ends_with("ist vollständig") && mail.text.contains("/o/"), "{} {}", mail.subject, mail.text);
    assert!(!mail.source.contains("KEY-") && !mail.text.contains("KEY-"), "no key is in a letter");
    let kinds: Vec<_> = shop.merchant().store().attention(&order.id).await.unwrap();
    assert!(kinds.is_empty(), "nobody has to look any more");
}

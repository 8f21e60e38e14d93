//! Letters are listed, and sent again when the merchant says so.

use merchant::api_keys::Scope;
use merchant::store::MessageState;
use serde_json::json;
use testing::backend::post::{MailFault, paid};
use testing::backend::{Post, Shop};

use crate::mailing::{rows, shop};

/// The program, asked about messages.
async fn messages(shop: &Shop, key: &str, arguments: &[&str]) -> std::process::Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.arg("messages").args(arguments).env("QR_CHECKOUT_API_KEY", key).env("QR_CHECKOUT_BACKEND", shop.url(""));
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_listed_and_sent_again_without_a_word_about_whom() {
    let post = Post::open();
    let shop = shop(&post).await;
    let api = shop.key(&Scope::ALL).await;
    paid(&shop, "en", "refused@example.org", "Lin Xiao").await;
    paid(&shop, "en", "lin@example.org", "Lin Xiao").await;
    shop.merchant().send_messages().await.unwrap();
    let listed = shop.call(&api, "GET", "messages", None).await;
    let page = listed.json();
    let (sent, failed) = (&page["messages"][0], &page["messages"][1]);
    assert_eq!((&sent["state"], &failed["state"], &failed["outcome"]), (&json!("sent"), &json!("failed"), &json!("refused: RCPT: 550")));
    assert!(!listed.text.contains("example.org") && !listed.text.contains("Lin"), "{}", listed.text);
    let id = failed["id"].as_str().unwrap();
    let retry = async |id: &str| shop.call(&api, "POST", &format!("messages/{id}/retry"), Some(("r", json!({})))).await;
    assert_eq!(retry(id).await.status, 202);
    assert_eq!(retry("msg_unknown").await.status, 404);
    let over = retry(sent["id"].as_str().unwrap()).await;
    assert_eq!((over.status, &over.json()["code"]), (409, &json!("message-over")));
    let waiting = messages(&shop, &api, &["list", "--state", "waiting"]).await;
    let waiting = testing::backend::text(&waiting.stdout);
    assert!(waiting.lines().count() == 1 && waiting.starts_with(id) && waiting.contains("  waiting  paid  "), "{waiting}");
    let again = testing::backend::text(&messages(&shop, &api, &["retry", id]).await.stdout);
    assert_eq!(again, format!("{id} is sent again\n"));
    let read = shop.key(&[Scope::Read]).await;
    assert_eq!(shop.call(&read, "POST", &format!("messages/{id}/retry"), Some(("s", json!({})))).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_on_its_way_is_not_sent_twice_by_whoever_wants_it_again() {
    let post = Post::open();
    let shop = shop(&post).await;
    let api = shop.key(&Scope::ALL).await;
    paid(&shop, "en", "lin@example.org", "").await;
    post.mailbox.set_fault(MailFault::Slow);
    let again = async {
        let id = loop {
            let row = rows(&shop).await.remove(0);
            if row.outcome.as_deref() == Some("sending") {
                break row.id;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(shop.call(&api, "POST", &format!("messages/{id}/retry"), Some(("r", json!({})))).await.status, 202);
        shop.merchant().send_messages().await.unwrap();
        post.mailbox.set_fault(MailFault::None);
    };
    let (sent, ()) = tokio::join!(shop.merchant().send_messages(), again);
    sent.unwrap();
    shop.advance(3_600);
    shop.merchant().send_messages().await.unwrap();
    assert_eq!((post.mailbox.mails().len(), rows(&shop).await[0].state()), (1, MessageState::Sent));
}

//! Webhooks as the libraries of Standard Webhooks read them: what we sign they believe, and what was changed on the way they refuse.

use serde_json::{Value, json};
use testing::backend::receiver::{Arrival, SECRET};
use testing::backend::{Receiver, Shop};
use testing::judges::judge;

/// A secret that came after the one of every story.
const NEXT: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDtestTESTtest";

fn delivery(about: &str, good: bool, arrival: &Arrival) -> Value {
    let headers = json!({ "webhook-id": arrival.id, "webhook-timestamp": arrival.timestamp, "webhook-signature": arrival.signature });
    json!({ "about": about, "good": good, "headers": headers, "body": arrival.text })
}

/// Deliveries while the secret changes, and what somebody else could make of them.
async fn deliveries() -> Value {
    let receiver = Receiver::start().await;
    let folder = testing::Folder::new("merchant");
    let section = receiver.section(folder.path(), "");
    std::fs::write(folder.path().join("webhooks.secret"), format!("{NEXT} {SECRET}\n")).unwrap();
    let shop = Shop::open_with(|config| config + &section).await;
    // The libraries know the clock of this machine only.
    let now = testing::now();
    shop.advance(now - shop.now());
    let order = shop.order_tea().await;
    let payment = order.payment.as_ref().unwrap().id.as_str();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, "EV-1")).await, 204);
    let honest = receiver.hears(1).await.remove(0);
    assert_eq!(honest.signature.split(' ').count(), 2, "one for each secret");
    let forged = [
        ("another body", Arrival { text: honest.text.replace("8000", "8001"), ..honest.clone() }),
        ("another id", Arrival { id: "evt_AAAAAAAAAAAAAAAAAAAAAA".to_owned(), ..honest.clone() }),
        ("another time", Arrival { timestamp: (now + 60).to_string(), ..honest.clone() }),
        ("another signature", Arrival { signature: honest.signature.replace("v1,", "v1,A"), ..honest.clone() }),
    ];
    let forged = forged.iter().map(|(about, arrival)| delivery(about, false, arrival));
    [delivery("what we sent", true, &honest)].into_iter().chain(forged).collect()
}

#[tokio::test]
async fn the_library_for_python_believes_what_we_send_and_nothing_else() {
    let deliveries = deliveries().await;
    for secret in [SECRET, NEXT] {
        judge("webhooks/judge.py", &["judge"], &json!({ "secret": secret, "deliveries": deliveries }).to_string());
    }
}

#[tokio::test]
async fn the_library_for_javascript_believes_what_we_send_and_nothing_else() {
    let deliveries = deliveries().await;
    for secret in [SECRET, NEXT] {
        judge("webhooks/judge.mjs", &["judge"], &json!({ "secret": secret, "deliveries": deliveries }).to_string());
    }
}

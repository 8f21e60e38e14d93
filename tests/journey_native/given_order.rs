//! An order that the shop's own server made: its page shows it, and gets what was not to be had when it was made.

use protocol::{Backend, Nonce, OrderId};
use sandbox::Faults;
use serde_json::{Value, json};

use crate::stage::Stage;

async fn seen(stage: &Stage, order: &str, nonce: u8) -> Value {
    let backend = Backend::parse(&stage.shop.url()).unwrap();
    let request = backend.order(&OrderId::parse(order).unwrap(), 0, 0, Nonce::from_random([nonce; 16]));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let text = client.get(&request.url).send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_not_to_be_had_when_the_shop_ordered_is_there_when_the_shopper_comes() {
    let stage = Stage::open().await;
    stage.faults(Faults { server_error: 2, ..Faults::default() });
    let wish = json!({ "currency": "CNY", "lines": [{ "name": "Tasting", "quantity": 1, "unit_price": 5_000 }] });
    let (status, made) = stage.admin("POST", "orders", Some(wish)).await;
    assert_eq!((status, &made["order"]["payment"]["payload"]), (201, &Value::Null), "{made}");
    let order = made["order"]["id"].as_str().unwrap();
    let code = seen(&stage, order, 1).await["payment"]["payload"].as_str().expect("a code").to_owned();
    stage.pay(&code);
    stage.all_accepted(1).await;
    assert_eq!(seen(&stage, order, 2).await["status"], "paid");
}

//! The number that people use of an order, what a person has to look at, and orders of the shop's own that a shopper turns back from.

use merchant::OrderNumber;
use merchant::api_keys::Scope;
use protocol::{Order, OrderId, OrderStatus, PaymentStatus, Way};
use serde_json::{Value, json};
use testing::backend::{Shop, item, key, nonce};

#[tokio::test]
async fn an_order_is_told_with_its_number_and_found_by_it_however_it_is_written() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let number = order.number.clone().unwrap();
    assert_eq!(Some(OrderNumber::of(&order.id)), OrderNumber::parse(&number));
    assert!(!order.id.as_str().contains(&number));
    let key = shop.key(&Scope::ALL).await;
    let spoken = number.to_lowercase().replace('0', "O").replace('1', "l");
    for name in [order.id.as_str(), &number, &spoken, &format!("{}-{}", &number[..5], &number[5..])] {
        let told = shop.call(&key, "GET", &format!("orders/{name}"), None).await;
        assert_eq!((told.status, told.json()["order"]["id"].as_str()), (200, Some(order.id.as_str())), "{name}");
        assert_eq!(told.json()["order"]["number"], json!(number));
    }
    let mistyped: String = number.chars().rev().collect();
    let answer = shop.call(&key, "GET", &format!("orders/{mistyped}"), None).await.code();
    assert_eq!(answer, (404, "not-found".to_owned()));
    // It is no capability: a shopper's door opens to the id alone.
    let by_number = shop.backend.order(&OrderId::parse(&number).unwrap(), 0, 0, nonce());
    assert_eq!(shop.ask(&by_number).await.code(), (404, "unknown-order".to_owned()));
    let list = shop.call(&key, "GET", "orders", None).await.json();
    assert_eq!(list["orders"][0]["order"]["number"], json!(number));
}

#[tokio::test]
async fn orders_that_an_older_program_made_get_their_numbers_at_the_start() {
    let mut shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.close().await;
    sqlx::query("UPDATE orders SET number = NULL").execute(&mut shop.records().await).await.unwrap();
    shop.open_again().await;
    let key = shop.key(&Scope::ALL).await;
    let told = shop.call(&key, "GET", &format!("orders/{}", OrderNumber::of(&order.id)), None).await;
    assert_eq!(told.status, 200, "{}", told.text);
}

fn payment_of(order: &Order) -> String {
    order.payment.as_ref().unwrap().id.as_str().to_owned()
}

#[tokio::test]
async fn what_needs_a_person_is_listed_with_the_reason_and_nothing_else_is() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let attention = async || -> Value { shop.call(&key, "GET", "orders?attention=true", None).await.json()["orders"].take() };
    let (fine, odd) = (shop.order_tea().await, shop.order_tea().await);
    assert_eq!(attention().await, json!([]));
    shop.provider.pay(&payment_of(&fine));
    shop.deliver(&shop.provider.notice(&payment_of(&fine), "EV-1")).await;
    shop.advance(7);
    shop.deliver(&shop.provider.notice_of(&payment_of(&odd), "EV-2", 7999)).await;
    let listed = attention().await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["order"]["number"], json!(odd.number));
    let told = &listed[0]["attention"][0];
    assert_eq!((&told["reason"], &told["since"]), (&json!("wrong-amount"), &json!(shop.now())));
    assert!(told["entry"].as_i64().unwrap() > 1, "{told}");
    let refused = shop.call(&key, "GET", "orders?attention=perhaps", None).await;
    assert_eq!(refused.code(), (400, "bad-request".to_owned()));
}

#[tokio::test]
async fn a_shopper_who_turns_back_ends_the_attempt_and_never_the_shops_order() {
    let shop = Shop::open().await;
    let admin = shop.key(&Scope::ALL).await;
    let wish = json!({ "reference": "A-1", "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": 8000 }] });
    let made = shop.call(&admin, "POST", "orders", Some(("once", wish.clone()))).await.json();
    let id = OrderId::parse(made["order"]["id"].as_str().unwrap()).unwrap();
    let first = shop.look(&id).await;

    let (status, left) = shop.order(&shop.backend.cancel(&id, nonce(), key())).await;
    assert_eq!((status, left.status, left.payment.as_ref().unwrap().status), (200, OrderStatus::Pending, PaymentStatus::Canceled));
    assert!(shop.provider.is_closed(&payment_of(&first)), "nobody can pay the old code any more");
    let told = shop.ask(&shop.backend.close(&id, nonce(), key())).await;
    assert_eq!(told.code(), (409, "order-of-shop".to_owned()));
    // The same call of the shop's answers an order that can still be paid.
    let again = shop.call(&admin, "POST", "orders", Some(("once", wish))).await.json();
    assert_eq!((&again["order"]["id"], &again["order"]["status"]), (&json!(id.as_str()), &json!("pending")));

    let another = shop.backend.new_payment(&id, &Way::qr(&first.methods[0]), nonce(), key());
    let (status, renewed) = shop.order(&another).await;
    assert_eq!((status, renewed.payment.as_ref().unwrap().status), (201, PaymentStatus::Waiting));
    shop.provider.pay(&payment_of(&renewed));
    shop.deliver(&shop.provider.notice(&payment_of(&renewed), "EV-1")).await;
    assert_eq!(shop.look(&id).await.status, OrderStatus::Paid);
}

#[tokio::test]
async fn the_shop_closes_its_own_orders_by_number_and_money_that_was_faster_wins() {
    let shop = Shop::open().await;
    let admin = shop.key(&Scope::ALL).await;
    let (open, paid) = (shop.order_tea().await, shop.order_tea().await);
    let told = shop.call(&admin, "POST", &format!("orders/{}/cancel", open.number.clone().unwrap()), None).await;
    assert_eq!((told.status, &told.json()["order"]["status"]), (200, &json!("canceled")), "{}", told.text);
    assert!(shop.provider.is_closed(&payment_of(&open)));
    shop.provider.pay(&payment_of(&paid));
    let told = shop.call(&admin, "POST", &format!("orders/{}/cancel", paid.id), None).await;
    assert_eq!(told.json()["order"]["status"], json!("paid"), "{}", told.text);
    let reader = shop.key(&[Scope::Read]).await;
    assert_eq!(shop.call(&reader, "POST", &format!("orders/{}/cancel", open.id), None).await.code().0, 403);
    assert_eq!(shop.call(&admin, "POST", "orders/ord_none/cancel", None).await.code(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn a_cart_is_given_up_by_closing_and_can_be_ordered_again() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let (_, left) = shop.order(&shop.backend.cancel(&order.id, nonce(), key())).await;
    assert_eq!(left.status, OrderStatus::Pending);
    let (_, closed) = shop.order(&shop.backend.close(&order.id, nonce(), key())).await;
    assert_eq!(closed.status, OrderStatus::Canceled);
    let renew = shop.backend.new_payment(&order.id, &Way::qr(&order.methods[0]), nonce(), key());
    assert_eq!(shop.ask(&renew).await.code(), (409, "order-closed".to_owned()));
    assert_eq!(shop.order(&shop.wish(&[item("tea", 1)], key()).await).await.0, 201);
}

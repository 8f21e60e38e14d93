//! A provider that takes every call and answers none: what does not need it goes on.

use std::time::Duration;

use protocol::{Cart, Method, NewOrder, OrderStatus, Way};
use testing::backend::bank::FPS;
use testing::backend::{Shop, item, key, nonce};

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_hangs_keeps_no_other_order_waiting() {
    let shop = Shop::open_with(|config| config.replace("reconcile_seconds = 3600", "reconcile_seconds = 1") + FPS).await;
    for _ in 0..40 {
        shop.order_tea().await;
    }
    let items = [item("tea", 1)];
    let price_digest = shop.quote(&items).await.price.digest();
    let method = Method::parse("fps").unwrap();
    let wish = NewOrder {
        cart: Cart { items: &items, locale: "en", ..Cart::default() },
        way: Way::qr(&method),
        price_digest,
        answers: None,
        owner: None,
    };
    let (_, by_bank) = shop.order(&shop.backend.create_order(&wish, nonce(), key())).await;

    // From now on WeChat Pay's answers are held back, five seconds for each try.
    shop.provider.answer_together(100_000);
    shop.advance(1_801);
    let expired = async {
        while shop.stored(&by_bank.id).await.status != OrderStatus::Expired {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(5), expired).await;
    assert!(in_time.is_ok(), "it waits for WeChat Pay's orders, of which {} were asked about", shop.provider.calls("close"));
    shop.provider.answer_together(1);
}

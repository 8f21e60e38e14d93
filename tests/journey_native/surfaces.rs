//! The table of methods and surfaces for WeChat Pay and Alipay: what each can be paid by where, with what the merchant has and has not
//! been granted. Codes of banks are in the backend's own tests.

use protocol::verify::{Answer, Context, Known, authenticate};
use protocol::{Backend, Cart, IdempotencyKey, Item, Method, NewOrder, Nonce, Order, PayBy, Pins, Quote, Sku, Surface, Way, Ways};

use crate::stage::Stage;
use testing::shop::ShopOptions;

const PAGE: &str = "https://shop.example/tea";
const SURFACES: [Surface; 4] = [Surface::Qr, Surface::App, Surface::Wechat, Surface::InApp];

/// A shopper's door to a backend, without the mind behind it: what is not offered can be asked for all the same.
struct Door {
    backend: Backend,
    pins: Pins,
    client: reqwest::Client,
    nonces: u8,
}

impl Door {
    fn to(stage: &Stage) -> Door {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Door { backend: Backend::parse(&stage.shop.url()).unwrap(), pins: Pins::parse(stage.shop.pin()).unwrap(), client, nonces: 0 }
    }

    fn nonce(&mut self) -> Nonce {
        self.nonces += 1;
        Nonce::from_random([self.nonces; 16])
    }

    async fn ask(&self, request: &protocol::Request) -> Answer {
        let reply = testing::sending(&self.client, request).send().await.unwrap();
        let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        Answer::of(status, text, reply.bytes().await.unwrap().to_vec())
    }

    fn context(&self) -> Context<'_> {
        Context { pins: &self.pins, elapsed_ms: 0, server_now: None, last_created: None, earlier: &[] }
    }

    async fn quote(&mut self) -> protocol::Verified<Quote> {
        let nonce = self.nonce();
        let request = self.backend.quote(&[tea()], "en", nonce);
        let answer = self.ask(&request).await;
        authenticate(&request, &answer, &self.context()).unwrap().quote(None, &[tea()]).unwrap()
    }

    /// The order, or the code of the refusal.
    async fn order(&mut self, method: &Method, surface: Surface) -> Result<Order, String> {
        let price_digest = self.quote().await.price.digest();
        let way = Way { method, surface, return_url: Some(PAGE), browser: None };
        let nonce = self.nonce();
        let key = IdempotencyKey::from_random([self.nonces; 16]);
        let wish =
            NewOrder { cart: Cart { items: &[tea()], locale: "en", ..Cart::default() }, way, price_digest, answers: None, owner: None };
        let request = self.backend.create_order(&wish, nonce, key);
        let answer = self.ask(&request).await;
        let authentic = authenticate(&request, &answer, &self.context()).unwrap();
        if authentic.is_problem() {
            return Err(authentic.problem(None).unwrap().code.clone());
        }
        Ok((*authentic.order(Known::default(), &self.pins).unwrap().order).clone())
    }
}

fn tea() -> Item {
    Item { sku: Sku::parse("tea-100g").unwrap(), quantity: 2 }
}

/// What a row of the table says of each surface: how it is told, and what is made when it is asked for.
async fn row(door: &mut Door, word: &str, cells: [PayBy; 4]) {
    let method = Method::parse(word).unwrap();
    let quote = door.quote().await;
    assert!(quote.methods.contains(&method), "{word}");
    for (surface, way) in SURFACES.into_iter().zip(cells) {
        assert_eq!(Ways::find(&quote.ways, &method, surface), way, "{word} {surface:?}");
        let made = door.order(&method, surface).await;
        let payload = |order: &Order| order.payment.as_ref().unwrap().payload.clone().unwrap_or_default();
        let there = match way {
            PayBy::Nothing => {
                assert_eq!(made, Err("method-not-offered".to_owned()), "{word} {surface:?}");
                continue;
            }
            PayBy::Link => Surface::App,
            PayBy::Bridge => Surface::Wechat,
            PayBy::Scan | PayBy::Copy | PayBy::Save => Surface::Qr,
        };
        let order = made.unwrap_or_else(|code| panic!("{word} {surface:?}: {code}"));
        assert_eq!(order.payment.as_ref().unwrap().surface, there, "{word} {surface:?}");
        assert_eq!(order.ways, quote.ways, "{word} {surface:?}");
        let begins = match (word, there) {
            ("wechat_pay", Surface::Qr) => "weixin://wxpay/",
            ("wechat_pay", Surface::Wechat) => "http",
            ("alipay", Surface::Qr) => "https://qr.alipay.com/",
            _ => "http",
        };
        assert!(payload(&order).starts_with(begins), "{word} {surface:?}: {}", payload(&order));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_all_that_wechat_and_alipay_grant() {
    use PayBy::{Bridge, Link, Nothing, Scan};
    let stage = Stage::open_with_methods().await;
    let mut door = Door::to(&stage);
    row(&mut door, "wechat_pay", [Scan, Link, Bridge, Link]).await;
    row(&mut door, "alipay", [Scan, Link, Nothing, Link]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_official_account_nobody_pays_inside_wechat() {
    use PayBy::{Link, Nothing, Scan};
    let stage = Stage::open().await;
    row(&mut Door::to(&stage), "wechat_pay", [Scan, Link, Nothing, Link]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_h5_a_phone_has_a_code_for_another_phone() {
    use PayBy::{Bridge, Nothing, Scan};
    let stage = Stage::open_as(ShopOptions { products: Some("native"), ..ShopOptions::default() }).await;
    row(&mut Door::to(&stage), "wechat_pay", [Scan, Scan, Nothing, Scan]).await;
    let options = ShopOptions { products: Some("native\", \"jsapi"), has_official_account: true, ..ShopOptions::default() };
    let stage = Stage::open_as(options).await;
    row(&mut Door::to(&stage), "wechat_pay", [Scan, Scan, Bridge, Scan]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_native_codes_a_desktop_is_offered_nothing() {
    use PayBy::{Link, Nothing};
    let stage = Stage::open_as(ShopOptions { products: Some("h5"), ..ShopOptions::default() }).await;
    row(&mut Door::to(&stage), "wechat_pay", [Nothing, Link, Nothing, Link]).await;
}

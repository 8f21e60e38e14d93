//! The cashier of jumps: whom it refuses, and that it leads back to the shop whatever the shopper answers.

use gateway::{PaymentRequest, ProviderStatus, Surface};
use reqwest::header::{LOCATION, REFERER, USER_AGENT};

use crate::stage::{PAYMENT, Stage};

const SHOP: &str = "https://shop.example/cart?step=2";

/// A shopper with a jump, in a browser that says where it comes from.
struct Jumped {
    stage: Stage,
    http: reqwest::Client,
    url: String,
}

impl Jumped {
    async fn out_of_the_shop() -> Jumped {
        let stage = Stage::open().await;
        let surface = Surface::Link { client_ip: "203.0.113.7", return_url: SHOP };
        let url = stage.create(&PaymentRequest { surface, ..stage.payment() }).await.unwrap().payload;
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Jumped { stage, http, url }
    }

    /// What the page says to somebody from there.
    async fn told(&self, referer: Option<&str>, browser: &str) -> String {
        let request = self.http.get(&self.url).header(USER_AGENT, browser);
        let request = referer.iter().fold(request, |request, referer| request.header(REFERER, *referer));
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Where the answer leads.
    async fn answered(&self, answer: &str) -> String {
        let reply = self.http.post(format!("{}&answer={answer}", self.url)).send().await.unwrap();
        assert_eq!(reply.status(), 303);
        reply.headers()[LOCATION].to_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_shopper_from_the_shop_is_asked_and_led_back_paid() {
    let jumped = Jumped::out_of_the_shop().await;
    let page = jumped.told(Some("https://shop.example/"), "Mobile Safari").await;
    for part in ["茉莉花茶 100 g", "¥12.50", ">Pay</button>", ">Not now</button>"] {
        assert!(page.contains(part), "{page}");
    }
    assert_eq!(jumped.answered("pay").await, SHOP);
    assert!(matches!(jumped.stage.query(PAYMENT).await, Ok(ProviderStatus::Paid(_))));
    let again = jumped.told(Some("https://shop.example/"), "Mobile Safari").await;
    assert!(again.contains("支付请求已失效，请重新发起支付"), "{again}");
}

#[tokio::test]
async fn a_shopper_who_does_not_pay_is_led_back_too() {
    let jumped = Jumped::out_of_the_shop().await;
    assert_eq!(jumped.answered("not_now").await, SHOP);
    assert!(matches!(jumped.stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting)));
    jumped.stage.advance(300);
    assert_eq!(jumped.answered("pay").await, SHOP);
    assert!(matches!(jumped.stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting)));
}

#[tokio::test]
async fn who_comes_from_nowhere_or_elsewhere_or_too_late_or_from_inside_of_wechat_is_refused() {
    let jumped = Jumped::out_of_the_shop().await;
    for stranger in [None, Some("https://other.example/"), Some("https://shop.example.evil.example/"), Some("about:blank")] {
        assert!(jumped.told(stranger, "Mobile Safari").await.contains("商家参数格式有误，请联系商家解决"), "{stranger:?}");
    }
    let inside = jumped.told(Some("https://shop.example/"), "Mobile MicroMessenger/8.0").await;
    assert!(inside.contains("请在微信外打开订单，进行支付"), "{inside}");
    jumped.stage.advance(300);
    let late = jumped.told(Some("https://shop.example/"), "Mobile Safari").await;
    assert!(late.contains("支付请求已失效，请重新发起支付"), "{late}");
}

//! The cashier of jumps: whom it refuses, and that it leads back to the shop whatever the shopper answers.

use gateway::{PaymentRequest, ProviderStatus, Surface};
use reqwest::header::{LOCATION, REFERER, USER_AGENT};
use sandbox::Faults;

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
        Jumped::out_of_the_shop_at("203.0.113.7").await
    }

    /// The same as seen from the shop's server.
    async fn out_of_the_shop_at(client_ip: &str) -> Jumped {
        let stage = super::open().await;
        let surface = Surface::Link { client_ip, return_url: SHOP };
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

    /// Where the answer leads, or the page that it leads nowhere.
    async fn posted(&self, url: &str, answer: &str, browser: &str) -> Result<String, String> {
        let reply = self.http.post(format!("{url}&answer={answer}")).header(USER_AGENT, browser).send().await.unwrap();
        match reply.headers().get(LOCATION) {
            Some(location) => Ok(location.to_str().unwrap().to_owned()),
            None => Err(reply.text().await.unwrap()),
        }
    }

    async fn answered(&self, answer: &str) -> String {
        self.posted(&self.url, answer, "Mobile Safari").await.unwrap()
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
    jumped.told(Some("https://shop.example/"), "Mobile Safari").await;
    assert_eq!(jumped.answered("not_now").await, SHOP);
    assert!(matches!(jumped.stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting)));
    jumped.stage.advance(300);
    assert_eq!(jumped.answered("pay").await, SHOP);
    assert!(matches!(jumped.stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting)));
}

#[tokio::test]
async fn who_comes_from_nowhere_or_elsewhere_or_too_late_or_from_inside_of_wechat_is_refused() {
    let jumped = Jumped::out_of_the_shop().await;
    for nobody in [None, Some("about:blank")] {
        let told = jumped.told(nobody, "Mobile Safari").await;
        assert!(told.contains("商家参数格式有误，请联系商家解决") && told.contains("268443815"), "{nobody:?}: {told}");
    }
    for stranger in ["https://other.example/", "https://shop.example.evil.example/"] {
        let told = jumped.told(Some(stranger), "Mobile Safari").await;
        assert!(told.contains("商家存在未配置的参数，请联系商家解决") && told.contains("268443816"), "{stranger}: {told}");
    }
    let inside = jumped.told(Some("https://shop.example/"), "Mobile MicroMessenger/8.0").await;
    assert!(inside.contains("请在微信外打开订单，进行支付"), "{inside}");
    jumped.stage.advance(300);
    let late = jumped.told(Some("https://shop.example/"), "Mobile Safari").await;
    assert!(late.contains("支付请求已失效，请重新发起支付") && late.contains("268498468"), "{late}");
}

#[tokio::test]
async fn a_jump_is_for_the_registered_domain_and_those_below_it_and_for_the_network_that_it_was_asked_for() {
    for (domain, passes) in [("shop.example", true), ("example", true), ("other.example", false), ("op.example", false)] {
        let jumped = Jumped::out_of_the_shop().await;
        jumped.stage.sandbox.set_faults(Faults { h5_domain: domain.to_owned(), ..Faults::default() });
        let told = jumped.told(Some("https://shop.example/"), "Mobile Safari").await;
        assert_eq!((told.contains(">Pay</button>"), told.contains("商家存在未配置的参数")), (passes, !passes), "{domain}: {told}");
    }
    let jumped = Jumped::out_of_the_shop().await;
    jumped.stage.sandbox.set_faults(Faults { other_network: true, ..Faults::default() });
    let told = jumped.told(Some("https://shop.example/"), "Mobile Safari").await;
    assert!(told.contains("网络环境未能通过安全验证，请稍后再试") && told.contains("268498465"), "{told}");
}

#[tokio::test]
async fn nobody_pays_who_was_not_asked_and_the_way_back_is_the_way_there() {
    let jumped = Jumped::out_of_the_shop().await;
    let refused = "商家参数格式有误，请联系商家解决";
    assert!(jumped.posted(&jumped.url, "pay", "Mobile Safari").await.unwrap_err().contains(refused), "never shown");
    jumped.told(Some("https://shop.example/"), "Mobile Safari").await;
    let elsewhere = jumped.url.replace("shop.example", "other.example");
    let back = jumped.posted(&elsewhere, "pay", "Mobile Safari").await.unwrap_err();
    assert!(back.contains("商家存在未配置的参数，请联系商家解决"), "to another shop: {back}");
    let inside = jumped.posted(&jumped.url, "pay", "Mobile MicroMessenger/8.0").await.unwrap_err();
    assert!(inside.contains("请在微信外打开订单，进行支付"), "{inside}");
    assert!(matches!(jumped.stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting)));
    assert_eq!(jumped.answered("pay").await, SHOP);
}

#[tokio::test]
async fn a_code_or_a_payment_inside_of_wechat_is_no_jump() {
    let jumped = Jumped::out_of_the_shop().await;
    let code = jumped.stage.create(&PaymentRequest { payment_id: "pay_code", ..jumped.stage.payment() }).await.unwrap().payload;
    let openid = jumped.stage.sandbox.official_account().openid;
    let inside = PaymentRequest { payment_id: "pay_inside", surface: Surface::Inside { payer: &openid }, ..jumped.stage.payment() };
    let call: serde_json::Value = serde_json::from_str(&jumped.stage.create(&inside).await.unwrap().payload).unwrap();
    let jump = jumped.url.split("prepay_id=").next().unwrap();
    for id in [code.split('=').next_back().unwrap(), call["package"].as_str().unwrap().trim_start_matches("prepay_id=")] {
        let other = Jumped { url: format!("{jump}prepay_id={id}"), stage: super::open().await, http: jumped.http.clone() };
        let page = other.told(Some("https://shop.example/"), "Mobile Safari").await;
        assert!(page.contains("商家参数格式有误，请联系商家解决"), "{page}");
    }
}

#[tokio::test]
async fn an_address_that_is_no_phones_is_no_network_to_pay_from() {
    for (client_ip, passes) in [("203.0.113.7", true), ("127.0.0.1", true), ("::", false), ("unknown", false), ("203.0.113.7:80", false)] {
        let page = Jumped::out_of_the_shop_at(client_ip).await.told(Some("https://shop.example/"), "Mobile Safari").await;
        assert_eq!(page.contains(">Pay</button>"), passes, "{client_ip}");
        assert_eq!(page.contains("网络环境未能通过安全验证"), !passes, "{client_ip}");
    }
}

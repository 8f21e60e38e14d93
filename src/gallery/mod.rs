//! Every state a shopper can meet, for eyes, snapshots and access checks. Each is reached as in real life: a checkout is driven
//! by events, and a make-believe backend signs its answers with a test key. There is no back door to `Verified`, here or anywhere.

mod asks;
mod fixture;
mod sample;
mod shop;
mod vectors;
mod words;

use checkout::{Action, Event, Saved};
use protocol::{Code, Fault, Item, OrderStatus, PaymentStatus, Surface};

pub use fixture::Scene;
use fixture::{CODE_SECONDS, Fixture, method, order_id, sku};

type Play = fn(&mut Fixture);

/// Where a phone's browser jumps to WeChat.
const CASHIER: &str =
    "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx201410272009395522657a690389285100&package=1037687096";
/// What the bridge inside of WeChat takes.
const CALL: &str = r#"{"appId":"wx8888888888888888","timeStamp":"1795341600","nonceStr":"5K8264ILTKCH16CQ2502SI8ZNMTM67VS","package":"prepay_id=wx201410272009395522657a690389285100","signType":"RSA","paySign":"b1hWWg=="}"#;

fn fault(code: &str, sku: &str, left: Option<i64>) -> Fault {
    Fault { code: code.to_owned(), sku: Some(sku.to_owned()), field: None, left }
}

/// What a bank in Brazil reads: 304.00 BRL to shop@example.com.
const PIX: &str = "00020126380014br.gov.bcb.pix0116shop@example.com5204000053039865406304.005802BR5912Mountain Tea6009Sao Paulo62240520q83vEjRWeJCrze8SNFZ463047443";

/// The names of all scenes, in the order of a purchase.
pub fn scenarios() -> Vec<&'static str> {
    SCENES.iter().map(|(name, _)| *name).collect()
}

/// Plays the scene of that name; goods, discounts and taxes are named in the language of the locale.
pub fn scene(name: &str, locale: &str) -> Option<Scene> {
    let (_, play) = SCENES.iter().find(|(known, _)| *known == name)?;
    let mut fixture = Fixture::new(locale);
    play(&mut fixture);
    Some(fixture.scene())
}

/// Name and story of every scene.
const SCENES: &[(&str, Play)] = &[
    ("cart-empty", |fixture| fixture.on(Event::Started(Saved::default()))),
    ("cart-pricing", Fixture::start),
    ("cart", Fixture::priced),
    ("cart-repricing", |fixture| {
        fixture.priced();
        fixture.act(Action::SetQuantity(sku("tea-100g"), 3));
    }),
    ("cart-methods", |fixture| {
        fixture.methods = vec![method("wechat_pay"), method("alipay"), method("fps")];
        fixture.priced();
        fixture.act(Action::Choose(method("alipay")));
    }),
    ("cart-country", |fixture| {
        fixture.asks = true;
        fixture.priced();
    }),
    ("cart-deliveries", |fixture| {
        fixture.asks = true;
        fixture.priced();
        fixture.act(Action::SendTo("DE".to_owned()));
        fixture.answer_quote();
    }),
    ("cart-code-refused", |fixture| {
        fixture.code = Some("ended");
        fixture.priced();
        fixture.act(Action::ApplyCode("8888".to_owned()));
        fixture.answer_quote();
    }),
    ("cart-code-asked", |fixture| {
        fixture.priced();
        fixture.act(Action::EnterCode);
    }),
    ("cart-code-applied", |fixture| {
        fixture.code = Some("applied");
        fixture.priced();
        fixture.act(Action::ApplyCode("8888".to_owned()));
        fixture.answer_quote();
    }),
    ("cart-code-tries", |fixture| {
        fixture.priced();
        fixture.act(Action::ApplyCode("8888".to_owned()));
        fixture.faults = vec![Fault { code: "rate-limited".to_owned(), sku: None, field: Some("code".to_owned()), left: None }];
        fixture.refuse(429, "rate-limited");
        fixture.answer_quote();
    }),
    ("cart-no-method", |fixture| {
        fixture.methods = Vec::new();
        fixture.priced();
    }),
    ("cart-price-changed", |fixture| {
        fixture.priced();
        fixture.act(Action::Pay);
        fixture.shipping = 1200;
        fixture.refuse(409, "price-changed");
        fixture.answer_quote();
    }),
    ("cart-order-refused", |fixture| {
        fixture.priced();
        fixture.act(Action::Pay);
        fixture.refuse(422, "out-of-stock");
    }),
    ("cart-unverified", |fixture| {
        fixture.start();
        fixture.forge();
    }),
    ("cart-refused", |fixture| {
        fixture.start();
        fixture.refuse(422, "unknown-sku");
    }),
    ("cart-short", |fixture| {
        fixture.priced();
        fixture.act(Action::SetQuantity(sku("gaiwan"), 4));
        fixture.faults = vec![fault("out-of-stock", "gaiwan", Some(3)), fault("unknown-sku", "oolong-50g", None)];
        fixture.refuse(409, "out-of-stock");
    }),
    ("cart-cannot-ask", |fixture| {
        fixture.strange = true;
        fixture.priced();
    }),
    ("cart-inside-app", |fixture| {
        fixture.methods = vec![method("alipay")];
        fixture.place = Some(Surface::Wechat);
        fixture.priced();
    }),
    ("details", |fixture| {
        fixture.asked();
        fixture.type_in("name", "Lin Example");
    }),
    ("details-faults", |fixture| {
        fixture.asked();
        fixture.type_in("name", "Lin Example");
        fixture.type_in("address.line1", "Lindenweg 12");
        fixture.type_in("address.postal_code", "Ort");
        fixture.type_in("phone", "call me");
        fixture.act(Action::Pay);
    }),
    ("creating", |fixture| {
        fixture.priced();
        fixture.act(Action::Pay);
    }),
    ("resuming", |fixture| fixture.on(Event::Started(Saved { order: Some(order_id()), ..Saved::default() }))),
    ("awaiting", Fixture::ordered),
    ("awaiting-added", |fixture| {
        fixture.ordered();
        fixture.act(Action::Add(sku("gaiwan"), 2));
    }),
    ("awaiting-methods", |fixture| {
        fixture.methods = vec![method("wechat_pay"), method("alipay")];
        fixture.ordered();
    }),
    ("awaiting-no-code", |fixture| {
        fixture.order.payload = None;
        fixture.ordered();
    }),
    ("awaiting-scanned", |fixture| {
        fixture.ordered();
        fixture.pass(20);
        fixture.order.payment = PaymentStatus::Scanned;
        fixture.answer_order();
    }),
    ("awaiting-last-minute", |fixture| {
        fixture.ordered();
        fixture.pass(CODE_SECONDS - 42);
    }),
    ("awaiting-checking", |fixture| {
        fixture.ordered();
        fixture.act(Action::CheckNow);
    }),
    ("awaiting-not-paid-yet", |fixture| {
        fixture.ordered();
        fixture.act(Action::CheckNow);
        fixture.answer_order_again();
    }),
    ("awaiting-final-check", |fixture| {
        fixture.ordered();
        fixture.pass(CODE_SECONDS);
        fixture.on(Event::Woke);
    }),
    ("awaiting-renewing", |fixture| {
        fixture.ordered();
        fixture.act(Action::NewCode);
    }),
    ("awaiting-canceling", |fixture| {
        fixture.ordered();
        fixture.act(Action::Cancel);
    }),
    ("awaiting-offline", |fixture| {
        fixture.ordered();
        fixture.on(Event::Online(false));
    }),
    ("awaiting-slow", |fixture| {
        fixture.ordered();
        for _ in 0..2 {
            fixture.fail(Code::NetFailed);
            fixture.pass(20);
            fixture.on(Event::Woke);
        }
    }),
    ("awaiting-app", |fixture| {
        fixture.methods = vec![method("wechat_pay"), method("alipay")];
        fixture.ordered_here(Surface::App, CASHIER);
    }),
    ("awaiting-app-canceling", |fixture| {
        fixture.ordered_here(Surface::App, CASHIER);
        fixture.act(Action::Cancel);
    }),
    ("awaiting-wechat", |fixture| fixture.ordered_here(Surface::Wechat, CALL)),
    ("awaiting-pix", |fixture| {
        fixture.methods = vec![method("pix")];
        fixture.currency = "BRL";
        fixture.place = Some(Surface::App);
        fixture.order.payload = Some(PIX);
        fixture.ordered();
    }),
    ("awaiting-promptpay", |fixture| {
        fixture.methods = vec![method("promptpay"), method("fps")];
        fixture.currency = "THB";
        fixture.place = Some(Surface::App);
        fixture.order.payload = None;
        fixture.ordered();
    }),
    ("choosing", |fixture| {
        fixture.methods = vec![method("wechat_pay"), method("alipay")];
        fixture.ordered();
        fixture.act(Action::Cancel);
        fixture.order.payment = PaymentStatus::Canceled;
        fixture.answer_order();
    }),
    ("choosing-failed", |fixture| {
        fixture.methods = vec![method("wechat_pay"), method("alipay")];
        fixture.given = true;
        fixture.order.payment = PaymentStatus::Failed;
        fixture.resumed();
    }),
    ("choosing-inside-app", |fixture| {
        fixture.methods = vec![method("alipay")];
        fixture.place = Some(Surface::Wechat);
        fixture.order.payload = None;
        fixture.resumed();
    }),
    ("details-given-order", |fixture| {
        (fixture.asks, fixture.details, fixture.given) = (true, true, true);
        fixture.resumed();
        fixture.answer_order_again();
    }),
    ("details-given-order-missing", |fixture| {
        (fixture.asks, fixture.details, fixture.given) = (true, true, true);
        fixture.resumed();
        fixture.answer_order_again();
        fixture.act(Action::Pay);
    }),
    ("choosing-answered-elsewhere", |fixture| {
        fixture.methods = vec![method("wechat_pay"), method("alipay")];
        (fixture.asks, fixture.details, fixture.given) = (true, true, true);
        (fixture.is_answered, fixture.country) = (true, Some("DE"));
        fixture.resumed();
    }),
    ("paid", Fixture::paid),
    ("paid-added", |fixture| {
        fixture.paid();
        fixture.act(Action::Add(sku("gaiwan"), 1));
    }),
    ("paid-follow", |fixture| {
        fixture.follow = Some("http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI");
        fixture.paid();
        fixture.open(Vec::new());
    }),
    ("paid-refunded", |fixture| {
        fixture.order.status = OrderStatus::PartlyRefunded;
        fixture.resumed();
    }),
    ("expired-code", |fixture| {
        fixture.ordered();
        fixture.order.payment = PaymentStatus::Expired;
        fixture.answer_order();
    }),
    ("expired-sold-out", |fixture| {
        fixture.ordered();
        fixture.order.payment = PaymentStatus::Expired;
        fixture.answer_order();
        fixture.act(Action::NewCode);
        fixture.refuse(409, "out-of-stock");
    }),
    ("expired-order", |fixture| {
        fixture.ordered();
        fixture.order.payment = PaymentStatus::Expired;
        fixture.order.status = OrderStatus::Expired;
        fixture.answer_order();
    }),
    ("expired-given-order", |fixture| {
        fixture.given = true;
        fixture.order.payment = PaymentStatus::Expired;
        fixture.order.status = OrderStatus::Expired;
        fixture.resumed();
    }),
    ("refused", |fixture| {
        fixture.methods = vec![method("wechat_pay"), method("alipay")];
        fixture.ordered();
        fixture.order.payment = PaymentStatus::Refused;
        fixture.answer_order();
    }),
    ("canceled", |fixture| {
        fixture.ordered();
        fixture.act(Action::Cancel);
        fixture.order.status = OrderStatus::Canceled;
        fixture.order.payment = PaymentStatus::Superseded;
        fixture.answer_order();
    }),
    ("unsure", |fixture| {
        fixture.ordered();
        fixture.forge();
    }),
    ("unsure-added", |fixture| {
        let items = vec![Item { sku: sku("tea-100g"), quantity: 2 }];
        fixture.on(Event::Started(Saved { items, order: Some(order_id()), ..Saved::default() }));
        fixture.forge();
        fixture.act(Action::Add(sku("gaiwan"), 1));
    }),
    ("unsure-creation", |fixture| {
        fixture.priced();
        fixture.act(Action::Pay);
        fixture.forge();
    }),
    ("outdated", |fixture| {
        fixture.ordered();
        fixture.refuse(410, "release-revoked");
    }),
    ("paid-shipped", Fixture::shipped),
    ("awaiting-test", |fixture| {
        fixture.is_test = true;
        fixture.ordered();
    }),
];

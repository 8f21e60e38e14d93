//! Every state a shopper can meet, for eyes, snapshots and access checks. Each is reached as in real life: a checkout is driven
//! by events, and a make-believe backend signs its answers with a test key. There is no back door to `Verified`, here or anywhere.

mod fixture;
mod sample;
mod vectors;

use checkout::{Action, Event, Saved, State};
use protocol::{Code, Fault, Item, OrderStatus, PaymentStatus, Surface};

use fixture::{CODE_SECONDS, Fixture, method, order_id, sku};

/// A state with the moment it is looked at.
pub struct Scene {
    /// Where the checkout stands.
    pub state: State,
    /// The backend's time, unix seconds.
    pub now: Option<i64>,
    /// The same moment on the clock that the state was driven by, milliseconds.
    pub monotonic_ms: i64,
}

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
    let mut rig = Fixture::new(locale);
    play(&mut rig);
    Some(rig.scene())
}

/// Name and story of every scene.
const SCENES: &[(&str, Play)] = &[
    ("cart-empty", |rig| rig.on(Event::Started(Saved::default()))),
    ("cart-pricing", Fixture::start),
    ("cart", Fixture::priced),
    ("cart-repricing", |rig| {
        rig.priced();
        rig.act(Action::SetQuantity(sku("tea-100g"), 3));
    }),
    ("cart-methods", |rig| {
        rig.methods = vec![method("wechat_pay"), method("alipay"), method("fps")];
        rig.priced();
        rig.act(Action::Choose(method("alipay")));
    }),
    ("cart-code-refused", |rig| {
        rig.code = Some("ended");
        rig.priced();
    }),
    ("cart-no-method", |rig| {
        rig.methods = Vec::new();
        rig.priced();
    }),
    ("cart-price-changed", |rig| {
        rig.priced();
        rig.act(Action::Pay);
        rig.shipping = 1200;
        rig.refuse(409, "price-changed");
        rig.answer_quote();
    }),
    ("cart-order-refused", |rig| {
        rig.priced();
        rig.act(Action::Pay);
        rig.refuse(422, "out-of-stock");
    }),
    ("cart-unverified", |rig| {
        rig.start();
        rig.forge();
    }),
    ("cart-refused", |rig| {
        rig.start();
        rig.refuse(422, "unknown-sku");
    }),
    ("cart-short", |rig| {
        rig.priced();
        rig.act(Action::SetQuantity(sku("gaiwan"), 4));
        rig.faults = vec![fault("out-of-stock", "gaiwan", Some(3)), fault("unknown-sku", "oolong-50g", None)];
        rig.refuse(409, "out-of-stock");
    }),
    ("cart-inside-app", |rig| {
        rig.methods = vec![method("alipay")];
        rig.place = Some(Surface::Wechat);
        rig.priced();
    }),
    ("creating", |rig| {
        rig.priced();
        rig.act(Action::Pay);
    }),
    ("resuming", |rig| rig.on(Event::Started(Saved { order: Some(order_id()), ..Saved::default() }))),
    ("awaiting", Fixture::ordered),
    ("awaiting-added", |rig| {
        rig.ordered();
        rig.act(Action::Add(sku("gaiwan"), 2));
    }),
    ("awaiting-methods", |rig| {
        rig.methods = vec![method("wechat_pay"), method("alipay")];
        rig.ordered();
    }),
    ("awaiting-no-code", |rig| {
        rig.order.payload = None;
        rig.ordered();
    }),
    ("awaiting-scanned", |rig| {
        rig.ordered();
        rig.pass(20);
        rig.order.payment = PaymentStatus::Scanned;
        rig.answer_order();
    }),
    ("awaiting-last-minute", |rig| {
        rig.ordered();
        rig.pass(CODE_SECONDS - 42);
    }),
    ("awaiting-checking", |rig| {
        rig.ordered();
        rig.act(Action::CheckNow);
    }),
    ("awaiting-not-paid-yet", |rig| {
        rig.ordered();
        rig.act(Action::CheckNow);
        rig.answer_order_again();
    }),
    ("awaiting-final-check", |rig| {
        rig.ordered();
        rig.pass(CODE_SECONDS);
        rig.on(Event::Woke);
    }),
    ("awaiting-renewing", |rig| {
        rig.ordered();
        rig.act(Action::NewCode);
    }),
    ("awaiting-canceling", |rig| {
        rig.ordered();
        rig.act(Action::Cancel);
    }),
    ("awaiting-offline", |rig| {
        rig.ordered();
        rig.on(Event::Online(false));
    }),
    ("awaiting-slow", |rig| {
        rig.ordered();
        for _ in 0..2 {
            rig.fail(Code::NetFailed);
            rig.pass(20);
            rig.on(Event::Woke);
        }
    }),
    ("awaiting-app", |rig| {
        rig.methods = vec![method("wechat_pay"), method("alipay")];
        rig.ordered_here(Surface::App, CASHIER);
    }),
    ("awaiting-app-canceling", |rig| {
        rig.ordered_here(Surface::App, CASHIER);
        rig.act(Action::Cancel);
    }),
    ("awaiting-wechat", |rig| rig.ordered_here(Surface::Wechat, CALL)),
    ("awaiting-pix", |rig| {
        rig.methods = vec![method("pix")];
        rig.currency = "BRL";
        rig.place = Some(Surface::App);
        rig.order.payload = Some(PIX);
        rig.ordered();
    }),
    ("awaiting-promptpay", |rig| {
        rig.methods = vec![method("promptpay"), method("fps")];
        rig.currency = "THB";
        rig.place = Some(Surface::App);
        rig.order.payload = None;
        rig.ordered();
    }),
    ("choosing", |rig| {
        rig.methods = vec![method("wechat_pay"), method("alipay")];
        rig.ordered();
        rig.act(Action::Cancel);
        rig.order.payment = PaymentStatus::Canceled;
        rig.answer_order();
    }),
    ("choosing-failed", |rig| {
        rig.methods = vec![method("wechat_pay"), method("alipay")];
        rig.given = true;
        rig.order.payment = PaymentStatus::Failed;
        rig.resumed();
    }),
    ("choosing-inside-app", |rig| {
        rig.methods = vec![method("alipay")];
        rig.place = Some(Surface::Wechat);
        rig.order.payload = None;
        rig.resumed();
    }),
    ("paid", Fixture::paid),
    ("paid-added", |rig| {
        rig.paid();
        rig.act(Action::Add(sku("gaiwan"), 1));
    }),
    ("paid-follow", |rig| {
        rig.order.follow = Some("http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI");
        rig.paid();
    }),
    ("paid-refunded", |rig| {
        rig.order.status = OrderStatus::PartlyRefunded;
        rig.resumed();
    }),
    ("expired-code", |rig| {
        rig.ordered();
        rig.order.payment = PaymentStatus::Expired;
        rig.answer_order();
    }),
    ("expired-order", |rig| {
        rig.ordered();
        rig.order.payment = PaymentStatus::Expired;
        rig.order.status = OrderStatus::Expired;
        rig.answer_order();
    }),
    ("expired-given-order", |rig| {
        rig.given = true;
        rig.order.payment = PaymentStatus::Expired;
        rig.order.status = OrderStatus::Expired;
        rig.resumed();
    }),
    ("refused", |rig| {
        rig.methods = vec![method("wechat_pay"), method("alipay")];
        rig.ordered();
        rig.order.payment = PaymentStatus::Refused;
        rig.answer_order();
    }),
    ("canceled", |rig| {
        rig.ordered();
        rig.act(Action::Cancel);
        rig.order.status = OrderStatus::Canceled;
        rig.order.payment = PaymentStatus::Superseded;
        rig.answer_order();
    }),
    ("unsure", |rig| {
        rig.ordered();
        rig.forge();
    }),
    ("unsure-added", |rig| {
        let items = vec![Item { sku: sku("tea-100g"), quantity: 2 }];
        rig.on(Event::Started(Saved { items, order: Some(order_id()), paid: false }));
        rig.forge();
        rig.act(Action::Add(sku("gaiwan"), 1));
    }),
    ("unsure-creation", |rig| {
        rig.priced();
        rig.act(Action::Pay);
        rig.forge();
    }),
    ("outdated", |rig| {
        rig.ordered();
        rig.refuse(410, "release-revoked");
    }),
];

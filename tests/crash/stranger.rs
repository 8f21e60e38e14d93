//! Another shop on the same merchant account: its money is notified to us as well, is of none of our orders, and is kept.

use std::time::Duration;

use gateway::wechat_pay::{Config, WechatPay};
use gateway::{CallContext, Gateway as _, HttpResponse, PaymentRequest, Surface};

use crate::world::Street;
use testing::Chance;

/// How its payments' numbers begin; ours begin otherwise.
pub const NUMBERS: &str = "other_shop_";

/// It sells something, and its shopper pays at once. In bad weather nothing comes of it.
pub async fn sells(street: &Street, chance: &mut Chance) {
    let gateway = WechatPay::new(Config::parse(&street.sandbox.wechat_pay_settings()).unwrap());
    let now = street.now();
    let number = format!("{NUMBERS}{}", chance.below(u64::MAX));
    let payment = PaymentRequest {
        payment_id: &number,
        method: "wechat_pay",
        description: "Something else".into(),
        amount: 500,
        currency: "CNY",
        expires_at: now + 300,
        notify_url: &format!("{}/notify/wechat_pay", street.backend.as_str()),
        surface: Surface::Code,
    };
    let call = gateway.create(&payment, &CallContext { now, nonce: chance.bytes() });
    let asked = call.request();
    let mut request = street.client().post(&asked.url).timeout(Duration::from_secs(5)).body(asked.body.clone());
    for (name, value) in &asked.headers {
        request = request.header(*name, value);
    }
    let Ok(reply) = request.send().await else { return };
    let (status, headers) = (reply.status(), reply.headers().clone());
    let Ok(body) = reply.bytes().await else { return };
    let reply = HttpResponse { status, headers, body: body.to_vec() };
    if let Ok(prepared) = call.read(&reply, &CallContext { now: street.now(), nonce: chance.bytes() }) {
        street.sandbox.pay(&prepared.payload).unwrap();
    }
}

//! The three stages of an account: public key, certificate, and both while it migrates.

use gateway::wechat_pay::{Config, WechatPay};
use sandbox::{Faults, Signing};

use crate::stage::Stage;

async fn stage(signing: Signing) -> (Stage, WechatPay) {
    let stage = Stage::open().await;
    stage.sandbox.set_faults(Faults { signing, ..Faults::default() });
    let gateway = WechatPay::new(Config::parse(&stage.sandbox.wechat_pay_settings()).unwrap());
    (stage, gateway)
}

#[tokio::test]
async fn a_new_account_has_no_certificates() {
    let (stage, gateway) = stage(Signing::PublicKey).await;
    let reply = stage.send(&gateway.certificates(&stage.at())).await;
    assert!(gateway.certified(&reply, &stage.at()).unwrap().is_empty());
}

#[tokio::test]
async fn an_old_account_learns_the_certificate_and_needs_no_public_key() {
    let (mut stage, _) = stage(Signing::Certificate).await;
    let mut settings = stage.sandbox.wechat_pay_settings();
    settings.platform_keys.clear();
    settings.public_key_id.clear();
    let gateway = WechatPay::new(Config::parse(&settings).unwrap());
    let reply = stage.send(&gateway.certificates(&stage.at())).await;
    let found = gateway.certified(&reply, &stage.at()).unwrap();
    assert_eq!((found.len(), found[0].serial.len()), (1, 40));
    stage.gateway = Box::new(gateway.with_certificates(&found));
    stage.pay().await;
    let arrival = stage.arrival().await;
    assert!(stage.judge(&arrival).is_ok());
}

#[tokio::test]
async fn while_an_account_migrates_both_identifiers_arrive_and_both_are_believed() {
    let (mut stage, gateway) = stage(Signing::Migrating).await;
    let reply = stage.send(&gateway.certificates(&stage.at())).await;
    let found = gateway.certified(&reply, &stage.at()).unwrap();
    stage.gateway = Box::new(gateway.with_certificates(&found));
    let mut identifiers = std::collections::BTreeSet::new();
    // Each notification is signed by either at random; a hundred of one kind do not happen.
    for number in 0..100 {
        let payment_id = format!("pay_migrating_{number}");
        let prepared = stage.create(&gateway::PaymentRequest { payment_id: &payment_id, ..stage.payment() }).await.unwrap();
        stage.sandbox.pay(&prepared.payload).unwrap();
        let arrival = stage.arrival().await;
        assert!(stage.judge(&arrival).is_ok());
        identifiers.extend(arrival.headers.iter().find(|(name, _)| name == "wechatpay-serial").map(|(_, value)| value.clone()));
        if identifiers.len() == 2 {
            return;
        }
    }
    panic!("only {identifiers:?}");
}

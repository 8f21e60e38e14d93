//! The stages of an account: public key, certificate, both while it migrates, and two certificates while one takes over.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use gateway::wechat_pay::{Config, WechatPay};
use sandbox::{Faults, Signing};

use crate::stage::Stage;

async fn stage(signing: Signing) -> (Stage, WechatPay) {
    let stage = super::open().await;
    stage.sandbox.set_faults(Faults { signing, ..Faults::default() });
    let gateway = WechatPay::new(Config::parse(&stage.sandbox.wechat_pay_settings()).unwrap());
    (stage, gateway)
}

#[tokio::test]
async fn a_new_account_has_no_certificates() {
    let (stage, gateway) = stage(Signing::PublicKey).await;
    assert!(stage.ask(gateway.certificates(&stage.at())).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_old_account_learns_the_certificate_and_needs_no_public_key() {
    let (mut stage, _) = stage(Signing::Certificate).await;
    let mut settings = stage.sandbox.wechat_pay_settings();
    settings.platform_keys.clear();
    settings.public_key_id.clear();
    let gateway = WechatPay::new(Config::parse(&settings).unwrap());
    let found = stage.ask(gateway.certificates(&stage.at())).await.unwrap();
    assert_eq!((found.len(), found[0].serial.len()), (1, 40));
    stage.gateway = Box::new(gateway.with_certificates(&found));
    stage.pay().await;
    let arrival = stage.arrival().await;
    assert!(stage.judge(&arrival).is_ok());
}

#[tokio::test]
async fn while_an_account_migrates_both_identifiers_arrive_and_both_are_believed() {
    let (mut stage, gateway) = stage(Signing::Migrating).await;
    let found = stage.ask(gateway.certificates(&stage.at())).await.unwrap();
    stage.gateway = Box::new(gateway.with_certificates(&found));
    both_arrive(&mut stage).await;
}

#[tokio::test]
async fn while_a_certificate_takes_over_both_are_learnt_and_either_signs() {
    let (mut stage, _) = stage(Signing::Rotating).await;
    let mut settings = stage.sandbox.wechat_pay_settings();
    settings.platform_keys.clear();
    settings.public_key_id.clear();
    let gateway = WechatPay::new(Config::parse(&settings).unwrap());
    let (mut found, mut signers) = (Vec::new(), BTreeSet::new());
    // The list is signed by either as well.
    while signers.len() < 2 {
        let reply = stage.send(gateway.certificates(&stage.at()).request()).await;
        found = gateway.certificates(&stage.at()).read(&reply, &stage.at()).unwrap();
        signers.extend(serial(&reply.headers));
    }
    assert_eq!(found.iter().map(|certificate| certificate.serial.clone()).collect::<BTreeSet<_>>(), signers);
    for known in found.chunks(1) {
        let knows_one = gateway.with_certificates(known);
        assert_eq!(stage.ask(knows_one.certificates(&stage.at())).await.unwrap().len(), 2, "who knows one learns the other");
    }
    stage.gateway = Box::new(gateway.with_certificates(&found));
    assert_eq!(both_arrive(&mut stage).await, signers);
}

fn serial(headers: &HeaderMap) -> Option<String> {
    headers.get("wechatpay-serial").and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Pays until notifications have come under two identifiers, and insists that each is believed.
async fn both_arrive(stage: &mut Stage) -> BTreeSet<String> {
    let mut identifiers = BTreeSet::new();
    // Each notification is signed by either at random; a hundred of one kind do not happen.
    for number in 0..100 {
        let payment_id = format!("pay_both_{number}");
        let prepared = stage.create(&gateway::PaymentRequest { payment_id: &payment_id, ..stage.payment() }).await.unwrap();
        stage.sandbox.pay(&prepared.payload).unwrap();
        let arrival = stage.arrival().await;
        assert!(stage.judge(&arrival).is_ok());
        identifiers.extend(serial(&arrival.headers));
        if identifiers.len() == 2 {
            return identifiers;
        }
    }
    panic!("only {identifiers:?}");
}

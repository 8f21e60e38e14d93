//! Platform certificates: downloaded, opened, believed only if they were signed by one of them, and used beside
//! the public key.

use gateway::wechat_pay::server::{HandedOut, PlatformKey, certificates_body};
use gateway::wechat_pay::{Config, WechatPay};
use gateway::{Family, Gateway as _, GatewayError, HttpResponse};
use http::{HeaderMap, StatusCode};

use crate::vectors::{KEY_ID, Vectors, headers, load, with};

fn body(vectors: &Vectors, serial: &str) -> Vec<u8> {
    let (effective_at, expires_at) = (vectors.timestamp, vectors.timestamp + 86_400);
    let certificate = HandedOut { serial, pem: &vectors.certificate, effective_at, expires_at };
    certificates_body(&[certificate], &vectors.apiv3(), || *b"abcdefghijkl")
}

/// Signed by the certificate itself: its key is the vectors' one.
fn reply(vectors: &Vectors, body: Vec<u8>) -> HttpResponse {
    let platform = PlatformKey { id: vectors.merchant_serial.clone(), key: vectors.private_key() };
    let signed = platform.sign(vectors.timestamp, &vectors.nonce, &body);
    HttpResponse { status: StatusCode::OK, headers: headers(signed), body }
}

/// An account of the older mode, which knows no key before the download.
fn account(vectors: &Vectors) -> WechatPay {
    let mut settings = vectors.settings();
    settings.platform_keys.clear();
    settings.public_key_id.clear();
    WechatPay::new(Config::parse(&settings).unwrap())
}

#[test]
fn an_account_without_any_key_learns_the_certificate_and_believes_it_from_then_on() {
    let vectors = load();
    let gateway = account(&vectors);
    let request = gateway.certificates(&vectors.moment()).into_request();
    assert!(request.url.ends_with("/v3/certificates") && !request.headers.iter().any(|(name, _)| *name == "wechatpay-serial"));
    let found = gateway
        .certificates(&vectors.moment())
        .read(&reply(&vectors, body(&vectors, &vectors.merchant_serial)), &vectors.moment())
        .unwrap();
    assert_eq!((found[0].serial.as_str(), found[0].expires_at), (vectors.merchant_serial.as_str(), vectors.timestamp + 86_400));

    let headers = with(vectors.headers(&vectors.notification.signature), "wechatpay-serial", &found[0].serial);
    let notification = vectors.notification.body.as_bytes();
    let before = gateway.notification(&headers, notification, vectors.timestamp).unwrap_err();
    assert!(matches!(before, GatewayError::UnknownKey { .. }), "{before}");
    assert!(gateway.with_certificates(&found).notification(&headers, notification, vectors.timestamp).is_ok());
    // While the account migrates, both identifiers are right.
    let migrating = vectors.gateway().with_certificates(&found);
    for id in [KEY_ID, &found[0].serial] {
        let headers = with(headers.clone(), "wechatpay-serial", id);
        assert!(migrating.notification(&headers, notification, vectors.timestamp).is_ok(), "{id}");
    }
}

#[test]
fn a_list_that_cannot_be_proved_is_not_believed() {
    let vectors = load();
    let good = reply(&vectors, body(&vectors, &vectors.merchant_serial));
    let judge = |reply: &HttpResponse| account(&vectors).certificates(&vectors.moment()).read(reply, &vectors.moment()).unwrap_err();
    let mut changed = good.clone();
    changed.body.push(b' ');
    assert_eq!(judge(&changed).family(), Family::Forged);
    let stranger = HttpResponse { headers: with(good.headers.clone(), "wechatpay-serial", "00"), ..good.clone() };
    assert!(matches!(judge(&stranger), GatewayError::UnknownKey { .. }));
    assert!(matches!(judge(&reply(&vectors, body(&vectors, "00"))), GatewayError::NotOurs { what: "serial_no", .. }));
    let late = account(&vectors)
        .certificates(&vectors.moment())
        .read(&good, &gateway::CallContext { now: vectors.timestamp + 301, nonce: [0; 16] });
    assert!(matches!(late, Err(GatewayError::ClockSkew { .. })));
    let absent = HttpResponse {
        status: StatusCode::NOT_FOUND,
        headers: HeaderMap::new(),
        body: br#"{"code":"RESOURCE_NOT_EXISTS","message":""}"#.to_vec(),
    };
    assert_eq!(judge(&absent).family(), Family::Refused);
}

#[test]
fn an_account_with_the_public_key_only_gets_an_empty_list() {
    let vectors = load();
    let body = certificates_body(&[], &vectors.apiv3(), || *b"abcdefghijkl");
    let reply = HttpResponse { status: StatusCode::OK, headers: vectors.signed(&body), body };
    assert!(vectors.gateway().certificates(&vectors.moment()).read(&reply, &vectors.moment()).unwrap().is_empty());
}

#[test]
fn a_certificate_may_stand_in_the_settings_under_its_own_serial_only() {
    let vectors = load();
    let mut settings = vectors.settings();
    settings.platform_keys.insert(vectors.merchant_serial.clone(), vectors.certificate.clone());
    settings.public_key_id.clone_from(&vectors.merchant_serial);
    assert!(Config::parse(&settings).is_ok());
    settings.platform_keys.insert("7B2A".to_owned(), vectors.certificate.clone());
    assert!(matches!(Config::parse(&settings), Err(GatewayError::Configuration { key: "platform_keys", .. })));
}

#[test]
fn no_cut_certificate_is_read() {
    let vectors = load();
    let lines: Vec<_> = vectors.certificate.lines().collect();
    for kept in 1..lines.len() - 2 {
        let cut = [&lines[..kept], &lines[lines.len() - 1..]].concat().join("\n");
        assert!(gateway::x509::certificate_from_pem(&cut).is_err(), "{kept} lines");
    }
}

#[test]
fn certificates_have_an_end_and_the_public_key_has_none() {
    let vectors = load();
    let listed = reply(&vectors, body(&vectors, &vectors.merchant_serial));
    let found = account(&vectors).certificates(&vectors.moment()).read(&listed, &vectors.moment()).unwrap();
    assert_eq!(account(&vectors).believed_until(), None, "nothing is known yet");
    assert_eq!(account(&vectors).with_certificates(&found).believed_until(), Some(vectors.timestamp + 86_400));
    assert_eq!(account(&vectors).with_certificates(&found).with_certificates(&[]).believed_until(), Some(vectors.timestamp + 86_400));
    assert_eq!(vectors.gateway().with_certificates(&found).believed_until(), None);
}

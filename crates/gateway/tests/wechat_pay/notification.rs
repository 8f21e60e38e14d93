//! Notifications: the vector is accepted, and no change to it is.

use gateway::{Family, Gateway as _, GatewayError, NotificationEvent};
use http::HeaderName;
use proptest::prelude::*;

use crate::vectors::{KEY_ID, load, with};

#[test]
fn the_notification_that_an_independent_client_made_is_accepted() {
    let vectors = load();
    let headers = vectors.headers(&vectors.notification.signature);
    let body = vectors.notification.body.as_bytes();
    let notification = vectors.gateway().notification(&headers, body, vectors.timestamp + 300).unwrap();
    assert_eq!(notification.id, "EV-2026010100000000001");
    let NotificationEvent::Paid(payment) = notification.event else { panic!("not paid") };
    assert_eq!(payment.payment_id, "ORDER-20260101_0001");
    assert_eq!(payment.transaction_id, "4200000000202601010000000001");
    assert_eq!((payment.amount, payment.currency.as_str()), (101, "CNY"));
    assert_eq!(payment.paid_at, 1_767_225_605);
}

#[test]
fn header_names_count_in_any_case() {
    let vectors = load();
    let upper = |name: &HeaderName| HeaderName::from_bytes(name.as_str().to_ascii_uppercase().as_bytes()).unwrap();
    let headers = vectors.headers(&vectors.notification.signature).iter().map(|(name, value)| (upper(name), value.clone())).collect();
    let body = vectors.notification.body.as_bytes();
    assert!(vectors.gateway().notification(&headers, body, vectors.timestamp).is_ok());
}

#[test]
fn each_defect_has_its_own_error_and_all_of_them_are_forgeries() {
    let vectors = load();
    let good = vectors.headers(&vectors.notification.signature);
    let signature = &vectors.notification.signature;
    let ours = vectors.timestamp;
    let without = |name: &str| {
        let mut headers = good.clone();
        headers.remove(name).unwrap();
        headers
    };
    let header = |header| GatewayError::HeaderMissing { header };
    let bad = GatewayError::BadSignature { id: KEY_ID.to_owned() };
    let table = [
        (without("wechatpay-timestamp"), header("wechatpay-timestamp")),
        (without("wechatpay-nonce"), header("wechatpay-nonce")),
        (without("wechatpay-signature"), header("wechatpay-signature")),
        (without("wechatpay-serial"), header("wechatpay-serial")),
        (with(good.clone(), "wechatpay-timestamp", "+1767225600"), header("wechatpay-timestamp")),
        (with(good.clone(), "wechatpay-nonce", "a\tb"), header("wechatpay-nonce")),
        (with(good.clone(), "wechatpay-signature-type", "WECHATPAY2-SM2-WITH-SM3"), header("wechatpay-signature-type")),
        (with(good.clone(), "wechatpay-timestamp", "1767225299"), GatewayError::ClockSkew { theirs: 1_767_225_299, ours }),
        (with(good.clone(), "wechatpay-timestamp", "1767225901"), GatewayError::ClockSkew { theirs: 1_767_225_901, ours }),
        (with(good.clone(), "wechatpay-serial", "PUB_KEY_ID_2"), GatewayError::UnknownKey { id: "PUB_KEY_ID_2".to_owned() }),
        (with(good.clone(), "wechatpay-signature", &format!("WECHATPAY/SIGNTEST/{signature}")), GatewayError::SignatureProbe),
        (with(good.clone(), "wechatpay-timestamp", "1767225601"), bad.clone()),
        (with(good.clone(), "wechatpay-nonce", "593BEC0C930BF1AFEB40B4A08C8FB243"), bad.clone()),
        (with(good.clone(), "wechatpay-signature", &vectors.no_content.signature), bad.clone()),
        (with(good.clone(), "wechatpay-signature", "no base64"), bad),
    ];
    for (headers, expected) in table {
        let body = vectors.notification.body.as_bytes();
        let error = vectors.gateway().notification(&headers, body, ours).unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(error.family(), Family::Forged);
    }
}

#[test]
fn a_genuine_event_of_another_kind_is_passed_on_by_name() {
    let vectors = load();
    let body = vectors.notification.body.replace("TRANSACTION.SUCCESS", "SECURITY_ECHO.SUCCESS");
    let headers = vectors.signed(body.as_bytes());
    let notification = vectors.gateway().notification(&headers, body.as_bytes(), vectors.timestamp).unwrap();
    assert_eq!(notification.event, NotificationEvent::Other { kind: "SECURITY_ECHO.SUCCESS".to_owned() });
}

#[test]
fn a_signed_body_whose_seal_was_made_with_another_key_does_not_open() {
    let vectors = load();
    let body = vectors.notification.body.replace("fdasflkja484", "fdasflkja485");
    let headers = vectors.signed(body.as_bytes());
    let error = vectors.gateway().notification(&headers, body.as_bytes(), vectors.timestamp).unwrap_err();
    assert_eq!(error, GatewayError::Undecryptable);
}

#[test]
fn accepting_stops_the_repetitions_and_refusing_asks_for_more() {
    let gateway = load().gateway();
    assert_eq!(gateway.acknowledge(true).status, 204);
    assert!(gateway.acknowledge(true).body.is_empty());
    assert_eq!(gateway.acknowledge(false).status, 500);
    assert!(gateway.acknowledge(false).body.starts_with(br#"{"code":"FAIL""#));
}

#[test]
fn sealed_vectors_open_and_seal_again() {
    let vectors = load();
    for sealed in &vectors.sealed {
        let plain = vectors.apiv3().open(&sealed.nonce, &sealed.associated_data, &sealed.ciphertext).unwrap();
        assert_eq!(String::from_utf8(plain).unwrap(), sealed.plaintext);
        let nonce = sealed.nonce.as_bytes().try_into().unwrap();
        let again = vectors.apiv3().seal(nonce, &sealed.associated_data, sealed.plaintext.as_bytes());
        assert_eq!(again, sealed.ciphertext);
        assert_eq!(vectors.apiv3().open("short", &sealed.associated_data, &sealed.ciphertext), None);
        assert_eq!(vectors.apiv3().open(&sealed.nonce, "other", &sealed.ciphertext), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_changed_byte_of_a_body_is_accepted(at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let vectors = load();
        let mut body = vectors.notification.body.clone().into_bytes();
        let at = at.index(body.len());
        body[at] ^= flip;
        let headers = vectors.headers(&vectors.notification.signature);
        let error = vectors.gateway().notification(&headers, &body, vectors.timestamp).unwrap_err();
        prop_assert_eq!(error.family(), Family::Forged);
    }

    #[test]
    fn no_changed_character_of_a_signature_header_is_accepted(
        which in 0_usize..5,
        at in any::<prop::sample::Index>(),
        to in "[ -~]",
    ) {
        let vectors = load();
        let mut headers = vectors.headers(&vectors.notification.signature);
        let value = headers.values_mut().nth(which).unwrap();
        let mut text = value.to_str().unwrap().to_owned();
        let at = at.index(text.len());
        prop_assume!(text[at..=at] != to);
        text.replace_range(at..=at, &to);
        *value = text.parse().unwrap();
        let body = vectors.notification.body.as_bytes();
        let error = vectors.gateway().notification(&headers, body, vectors.timestamp).unwrap_err();
        prop_assert_eq!(error.family(), Family::Forged);
    }

    #[test]
    fn no_truncation_is_accepted(at in any::<prop::sample::Index>()) {
        let vectors = load();
        let body = vectors.notification.body.as_bytes();
        let headers = vectors.headers(&vectors.notification.signature);
        let cut = &body[..at.index(body.len())];
        prop_assert!(vectors.gateway().notification(&headers, cut, vectors.timestamp).is_err());
    }
}

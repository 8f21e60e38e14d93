//! Notifications: the vector is accepted, and no change to it is.

use std::collections::BTreeMap;

use gateway::{Family, Gateway as _, GatewayError, Notification, NotificationEvent, RefundStatus};
use proptest::prelude::*;

use crate::vectors::{Vectors, form, load};

fn judge(vectors: &Vectors, body: &[u8]) -> Result<Notification, GatewayError> {
    vectors.gateway().notification(&http::HeaderMap::new(), body, vectors.timestamp)
}

fn vector(vectors: &Vectors) -> BTreeMap<String, String> {
    let mut members = vectors.notification.parameters.clone();
    members.insert("sign".to_owned(), vectors.notification.signature.clone());
    members
}

/// The vector with other members, signed again; its `out_trade_no` is one that our ids can become.
fn signed(vectors: &Vectors, changes: &[(&str, &str)]) -> Vec<u8> {
    let mut members = vectors.notification.parameters.clone();
    members.insert("out_trade_no".to_owned(), "pay__1".to_owned());
    members.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let shown = members.iter().filter(|(name, value)| *name != "sign_type" && !value.is_empty());
    let text = shown.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    members.insert("sign".to_owned(), vectors.key().sign(text.as_bytes()));
    form(&members)
}

#[test]
fn the_signature_that_an_independent_client_made_is_accepted() {
    let vectors = load();
    // Its number has a letter that ours never have, so it is genuine but of another till.
    let notification = judge(&vectors, &form(&vector(&vectors))).unwrap();
    assert_eq!(notification.id, "2026010100222080005000000000000001");
    assert!(matches!(notification.event, NotificationEvent::Other { .. }));
}

#[test]
fn a_payment_is_told_with_its_amount_and_time() {
    let vectors = load();
    let event = judge(&vectors, &signed(&vectors, &[])).unwrap().event;
    let NotificationEvent::Paid(payment) = event else { panic!("not paid") };
    assert_eq!((payment.payment_id.as_str(), payment.amount, payment.paid_at), ("pay_1", 101, 1_767_225_605));
    assert_eq!(payment.transaction_id, "2026010122001400000000000001");
}

#[test]
fn members_that_are_new_to_us_take_part_in_the_signature() {
    let vectors = load();
    assert!(judge(&vectors, &signed(&vectors, &[("a_new_member", "with = and & inside")])).is_ok());
    let mut members = vector(&vectors);
    members.insert("a_new_member".to_owned(), "unsigned".to_owned());
    assert_eq!(judge(&vectors, &form(&members)).unwrap_err().family(), Family::Forged);
}

#[test]
fn the_vector_with_another_amount_application_or_seller_is_refused() {
    let vectors = load();
    let mut members = vector(&vectors);
    members.insert("total_amount".to_owned(), "9.99".to_owned());
    assert!(matches!(judge(&vectors, &form(&members)), Err(GatewayError::BadSignature { .. })));
    for member in ["app_id", "seller_id"] {
        let error = judge(&vectors, &signed(&vectors, &[(member, "2021000000000009")])).unwrap_err();
        assert!(matches!(&error, GatewayError::NotOurs { what, .. } if *what == member), "{error}");
    }
    let weak = judge(&vectors, &signed(&vectors, &[("sign_type", "RSA")])).unwrap_err();
    assert_eq!(weak, GatewayError::HeaderMissing { header: "sign_type" });
}

#[test]
fn a_name_that_comes_twice_is_refused() {
    let vectors = load();
    let body = [signed(&vectors, &[]), b"&total_amount=1.01".to_vec()].concat();
    assert!(judge(&vectors, &body).is_err());
}

#[test]
fn a_refund_is_a_reason_to_ask_and_other_states_are_passed_on() {
    let vectors = load();
    let partial = [("gmt_refund", "2026-01-01 09:00:00"), ("refund_fee", "0.30"), ("out_biz_no", "ref_1")];
    let event = judge(&vectors, &signed(&vectors, &partial)).unwrap().event;
    let expected = |refund_id| NotificationEvent::Refund { payment_id: "pay_1".to_owned(), refund_id, status: RefundStatus::Pending };
    assert_eq!(event, expected(Some("ref_1".to_owned())));
    let full = [("gmt_refund", "2026-01-01 09:00:00"), ("refund_fee", "1.01"), ("trade_status", "TRADE_CLOSED")];
    assert_eq!(judge(&vectors, &signed(&vectors, &full)).unwrap().event, expected(None));
    for status in ["WAIT_BUYER_PAY", "TRADE_CLOSED"] {
        let event = judge(&vectors, &signed(&vectors, &[("trade_status", status)])).unwrap().event;
        assert_eq!(event, NotificationEvent::Other { kind: status.to_owned() });
    }
}

#[test]
fn the_acknowledgement_is_seven_bytes_and_nothing_else() {
    let gateway = load().gateway();
    let accepted = gateway.acknowledge(true);
    assert_eq!((accepted.status, accepted.body.as_slice()), (200, b"success".as_slice()));
    assert_ne!(gateway.acknowledge(false).body, b"success");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_changed_value_is_accepted(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), to in "[ -~]") {
        let vectors = load();
        let mut members = vector(&vectors);
        let name = members.keys().nth(which.index(members.len())).unwrap().clone();
        let value = members.get_mut(&name).unwrap();
        let places: Vec<_> = value.char_indices().collect();
        let (start, old) = places[at.index(places.len())];
        prop_assume!(old.to_string() != to);
        value.replace_range(start..start + old.len_utf8(), &to);
        prop_assert!(judge(&vectors, &form(&members)).is_err());
    }
}

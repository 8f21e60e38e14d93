//! What Alipay says no with: which errors are believed, and to which family each belongs.

use gateway::alipay::server::DOCUMENTED;
use gateway::{Family, Gateway as _, HttpResponse};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::client::{PAYMENT, PRECREATE, QUERY, failed, payment, trade};
use crate::vectors::{envelope, load};

#[test]
fn nothing_unsigned_says_anything_about_a_payment() {
    let vectors = load();
    let judge = |node: &str| {
        vectors
            .gateway()
            .query(gateway::PaymentRef::ours(PAYMENT), &vectors.at())
            .read(&envelope(QUERY, node, None), &vectors.at())
            .unwrap_err()
    };
    let claims_paid = String::from_utf8(trade(&vectors, json!({ "trade_status": "TRADE_CLOSED" })).body).unwrap();
    let unsigned = format!("{}}}", claims_paid.split_once(",\"sign\"").unwrap().0);
    let reply = HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body: unsigned.into_bytes() };
    assert_eq!(
        vectors.gateway().query(gateway::PaymentRef::ours(PAYMENT), &vectors.at()).read(&reply, &vectors.at()).unwrap_err().family(),
        Family::Forged
    );
    let table = [
        (failed("40004", "ACQ.TRADE_NOT_EXIST"), Family::Forged),
        (failed("40004", "ACQ.TRADE_HAS_SUCCESS"), Family::Forged),
        (failed("40002", "isv.invalid-parameter"), Family::Forged),
        (failed("40002", "isv.invalid-app-id"), Family::Account),
        (failed("40002", "isv.invalid-signature"), Family::Account),
        (failed("20000", "isp.unknow-error"), Family::Transient),
        (failed("40005", "isv.app-call-limited"), Family::Transient),
    ];
    for (node, family) in table {
        assert_eq!(judge(&node).family(), family, "{node}");
    }
}

#[test]
fn signed_failures_have_their_families() {
    let vectors = load();
    let table = [
        ("40004", "ACQ.TRADE_HAS_SUCCESS", Family::Unsure),
        ("40004", "ACQ.TRADE_HAS_CLOSE", Family::Refused),
        ("40004", "ACQ.CONTEXT_INCONSISTENT", Family::Refused),
        ("40004", "ACQ.SYSTEM_ERROR", Family::Transient),
        ("40004", "ACQ.ACCESS_FORBIDDEN", Family::Account),
        ("40004", "ACQ.SELLER_BEEN_BLOCKED", Family::Account),
        ("40004", "ACQ.MERCHANT_STATUS_NOT_NORMAL", Family::Account),
        ("40004", "MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT", Family::Account),
        ("40002", "isv.invalid-parameter", Family::Refused),
        ("40006", "isv.insufficient-isv-permissions", Family::Account),
        ("20000", "aop.unknow-error", Family::Transient),
    ];
    for (code, sub_code, family) in table {
        let reply = vectors.reply(PRECREATE, &failed(code, sub_code));
        let error = vectors.gateway().create(&payment(), &vectors.at()).read(&reply, &vectors.at()).unwrap_err();
        assert_eq!(error.family(), family, "{sub_code}");
    }
    let busy = HttpResponse { status: StatusCode::BAD_GATEWAY, headers: HeaderMap::new(), body: Vec::new() };
    assert_eq!(vectors.gateway().create(&payment(), &vectors.at()).read(&busy, &vectors.at()).unwrap_err().family(), Family::Transient);
}

#[test]
fn every_documented_error_is_retried_refused_doubted_or_the_operators() {
    let vectors = load();
    for (code, sub_code) in DOCUMENTED {
        let family = match (code, sub_code) {
            ("20000" | "40005", _) | (_, "ACQ.SYSTEM_ERROR" | "AQC.SYSTEM_ERROR") => Family::Transient,
            (_, "ACQ.SELLER_BALANCE_NOT_ENOUGH") => Family::Transient,
            (_, "ACQ.TRADE_HAS_SUCCESS" | "ACQ.TRADE_HAS_FINISHED") => Family::Unsure,
            (_, "ACQ.PARTNER_ERROR" | "ACQ.ACCESS_FORBIDDEN" | "ACQ.SELLER_BEEN_BLOCKED" | "ACQ.MERCHANT_STATUS_NOT_NORMAL") => {
                Family::Account
            }
            (_, seller) if seller.starts_with("ACQ.MERCHANT_PERM_RECEIPT_") => Family::Account,
            // Signed, these are about what was asked, and not about the application.
            ("40004", _) | (_, "isv.invalid-parameter" | "isv.illegal-json") => Family::Refused,
            _ => Family::Account,
        };
        let signed = vectors.reply(PRECREATE, &failed(code, sub_code));
        let unsigned = envelope(PRECREATE, &failed(code, sub_code), None);
        let error =
            |reply: &HttpResponse| vectors.gateway().create(&payment(), &vectors.at()).read(reply, &vectors.at()).unwrap_err().family();
        assert_eq!(error(&signed), family, "{code} {sub_code}");
        // Unsigned it may ask for a repetition or for the operator, and says nothing else.
        assert!(matches!(error(&unsigned), Family::Transient | Family::Account | Family::Forged), "{code} {sub_code}");
    }
}

#[test]
fn a_number_that_has_a_code_or_a_trade_already_wants_another() {
    let vectors = load();
    let wants = |sub_code: &str| {
        let reply = vectors.reply(PRECREATE, &failed("40004", sub_code));
        vectors.gateway().wants_another_id(&vectors.gateway().create(&payment(), &vectors.at()).read(&reply, &vectors.at()).unwrap_err())
    };
    assert!(["ACQ.APPLY_PC_MERCHANT_CODE_ERROR", "ACQ.TRADE_HAS_CLOSE", "ACQ.CONTEXT_INCONSISTENT"].into_iter().all(wants));
    assert!(!["ACQ.TOTAL_FEE_EXCEED", "ACQ.SELLER_BEEN_BLOCKED", "ACQ.TRADE_HAS_SUCCESS"].into_iter().any(wants));
}

#[test]
fn a_forbidden_word_wants_other_words_and_nothing_else_does() {
    let vectors = load();
    let wants = |sub_code: &str| {
        let reply = vectors.reply(PRECREATE, &failed("40004", sub_code));
        vectors.gateway().wants_other_words(&vectors.gateway().create(&payment(), &vectors.at()).read(&reply, &vectors.at()).unwrap_err())
    };
    let wanted: Vec<_> = DOCUMENTED.into_iter().map(|(_, code)| code).filter(|code| wants(code)).collect();
    assert_eq!(wanted, ["ACQ.EXIST_FORBIDDEN_WORD"]);
}

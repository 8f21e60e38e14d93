//! Each method's own form of a code, and what only looks like it.

use protocol::Code;
use protocol::payload::MAX_PAYLOAD;

use crate::bank_codes::pix;
use crate::{GOOD, UNFIT, sealed, verdict};

#[test]
fn what_providers_and_other_libraries_make_is_drawn() {
    for (method, amount, currency, payload) in GOOD {
        assert_eq!(verdict(method, *amount, currency, payload), Ok(()), "{method}: {payload}");
    }
    assert_eq!(pix("", ""), Ok(()));
}

#[test]
fn good_codes_that_fit_no_order_are_not_drawn_and_the_reason_is_told() {
    for (method, amount, currency, payload, reason) in UNFIT {
        assert_eq!(verdict(method, *amount, currency, payload), Err(*reason), "{payload}");
        assert_eq!(&sealed(payload.split_at(payload.len() - 8).0), payload);
    }
    // Without the tip that sample still pays nobody of ours; its lengths and its checksum hold, though.
    let (start, _) = UNFIT[4].3.split_at(UNFIT[4].3.len() - 8);
    assert_eq!(verdict("fps", 2372, "CNY", &sealed(&start.replacen("550201", "", 1))), Err(Code::QrPayee));
}

#[test]
fn a_form_of_another_method_is_never_drawn() {
    for (method, amount, currency, payload) in GOOD {
        for (other, ..) in GOOD {
            assert_eq!(verdict(other, *amount, currency, payload).is_ok(), other == method, "{other}: {payload}");
        }
        assert_eq!(verdict("coins", *amount, currency, payload), Err(Code::QrScheme));
    }
}

#[test]
fn scripts_and_foreign_schemes_are_refused() {
    let hostile = [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "intent://wxpay/b",
        "http://qr.alipay.com/a",
        "HTTPS://qr.alipay.com/a",
        "weixin:/wxpay/b",
    ];
    let spoilt = [
        " weixin://wxpay/b",
        "weixin://wxpay/a b",
        "weixin://wxpay/\u{7}",
        "weixin://wxpаy/x",
        "https://qr.аlipay.com/x",
        "weixin://wxpay/\u{202e}x",
    ];
    for payload in hostile.iter().chain(&spoilt) {
        for (method, ..) in GOOD {
            assert_eq!(verdict(method, 1, "CNY", payload), Err(Code::QrScheme), "{method}: {payload}");
        }
    }
}

#[test]
fn hosts_that_only_look_like_the_providers_are_refused() {
    for payload in [
        "weixin://evil/b",
        "weixin://wxpay@evil/b",
        "weixin://wxpay.evil.example/b",
        "weixin://wxpay:1/b",
        "weixin://wxpay",
        "weixin://wxpay/",
        "weixin://WXPAY/b",
    ] {
        assert_eq!(verdict("wechat_pay", 1, "CNY", payload), Err(Code::QrHost), "{payload}");
    }
    for host in [
        "qr.alipay.com.evil.example",
        "evil.example",
        "qr.alipay.com@evil.example",
        "qr.alipay.com:443",
        "qralipay.com",
        "xn--qr-alipay.com",
        "evil.example\\qr.alipay.com",
        "www.qr.alipay.com",
        "",
    ] {
        assert_eq!(verdict("alipay", 1, "CNY", &format!("https://{host}/bax1")), Err(Code::QrHost), "{host}");
    }
    assert_eq!(verdict("alipay", 1, "CNY", "https://qr.alipay.com/"), Err(Code::QrHost));
}

#[test]
fn a_payload_that_no_code_holds_is_refused() {
    let long = |length: usize| format!("weixin://wxpay/{}", "x".repeat(length - 15));
    assert_eq!(verdict("wechat_pay", 1, "CNY", &long(MAX_PAYLOAD)), Ok(()));
    assert_eq!(verdict("wechat_pay", 1, "CNY", &long(MAX_PAYLOAD + 1)), Err(Code::QrTooLong));
}

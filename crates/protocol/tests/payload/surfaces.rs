//! Links, the bridge's call and the code to follow by.

use protocol::payload::{MAX_PAYLOAD, check, check_follow};
use protocol::{Code, Currency, Money, Surface};

use crate::{linked, payment};

const CASHIER: &str =
    "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=1&redirect_url=https%3A%2F%2Fshop.example%2F";
const OAUTH: &str = "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&state=s#wechat_redirect";
const CALL: &str = r#"{"appId":"wx1","timeStamp":"1","nonceStr":"n","package":"prepay_id=wx2","signType":"RSA","paySign":"c2ln"}"#;

#[test]
fn each_surface_has_links_of_its_own() {
    let good = [
        (Surface::App, "wechat_pay", CASHIER),
        (Surface::App, "alipay", "https://qr.alipay.com/bax1"),
        (Surface::Wechat, "wechat_pay", OAUTH),
        (Surface::Wechat, "wechat_pay", CALL),
    ];
    for (surface, method, payload) in good {
        assert_eq!(linked(surface, method, payload), Ok(()), "{payload}");
        for (other_surface, other_method, _) in good {
            let same = (surface, method) == (other_surface, other_method);
            assert_eq!(linked(other_surface, other_method, payload).is_ok(), same, "{other_method}: {payload}");
        }
        assert_eq!(linked(surface, "pix", payload), Err(Code::LinkScheme));
        assert_eq!(linked(Surface::Wechat, "alipay", payload), Err(Code::LinkScheme));
    }
    assert_eq!(linked(Surface::App, "wechat_pay", "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"), Err(Code::LinkScheme));
}

#[test]
fn a_link_to_anywhere_else_is_refused() {
    for payload in [
        "",
        "javascript:alert(1)",
        "http://wx.tenpay.com/cgi-bin/a",
        "https://wx.tenpay.com",
        "https://wx.tenpay.com/",
        "https://wx.tenpay.com.evil.example/a",
        "https://wx.tenpay.com@evil.example/a",
        "https://wx.tenpay.com:443/a",
        " https://wx.tenpay.com/a",
        "https://wx.tenpay.com/a b",
        "HTTPS://wx.tenpay.com/a",
        "http://127.0.0.1:8081/cgi-bin/a",
    ] {
        assert_eq!(linked(Surface::App, "wechat_pay", payload), Err(Code::LinkScheme), "{payload}");
    }
    let other = OAUTH.replace("authorize?", "authorize/?");
    assert_eq!(linked(Surface::Wechat, "wechat_pay", &other), Err(Code::LinkScheme));
}

#[test]
fn a_call_of_the_bridge_has_its_six_texts_and_no_more() {
    for (old, new) in [
        ("appId", "appid"),
        (r#""1""#, "1"),
        (r#""RSA""#, "null"),
        (r#","paySign":"c2ln""#, ""),
        (r#"{"appId""#, r#"{"url":"https://evil.example","appId""#),
        (r#"{"appId""#, r#"[{"appId""#),
    ] {
        assert!(CALL.contains(old), "{old}");
        assert_eq!(linked(Surface::Wechat, "wechat_pay", &CALL.replacen(old, new, 1)), Err(Code::LinkScheme), "{new}");
    }
}

#[test]
fn only_a_backend_on_this_machine_may_lead_to_this_machine() {
    let local = |payload: &str| {
        check(&payment(Surface::App, "wechat_pay", payload), Money { amount: 1, currency: Currency::parse("CNY").unwrap() }, true)
    };
    for good in [CASHIER, "http://127.0.0.1:8081/cgi-bin/a", "http://localhost:8081/cgi-bin/a"] {
        assert_eq!(local(good), Ok(()), "{good}");
    }
    for bad in
        ["http://127.0.0.1/a", "http://127.0.0.1:", "http://127.0.0.1:1@evil.example/a", "http://192.168.0.2:80/a", "https://localhost:1/a"]
    {
        assert_eq!(local(bad), Err(Code::LinkScheme), "{bad}");
    }
}

#[test]
fn the_code_to_follow_by_is_wechats_own() {
    for good in ["http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI", "https://weixin.qq.com/q/02kZgf"] {
        assert_eq!(check_follow(good), Ok(()), "{good}");
    }
    for bad in
        ["http://weixin.qq.com/q/", "http://weixin.qq.com/r/x", "https://weixin.qq.com.evil.example/q/x", "http://mp.weixin.qq.com/q/x"]
    {
        assert_eq!(check_follow(bad), Err(Code::QrHost), "{bad}");
    }
    for bad in ["", "weixin://q/x", "javascript:alert(1)", "http://weixin.qq.com/q/ x"] {
        assert_eq!(check_follow(bad), Err(Code::QrScheme), "{bad}");
    }
    assert_eq!(check_follow(&format!("http://weixin.qq.com/q/{}", "x".repeat(MAX_PAYLOAD))), Err(Code::QrTooLong));
}

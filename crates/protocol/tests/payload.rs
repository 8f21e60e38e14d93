//! What may be drawn: every payment method's own form on each surface, and nothing that only looks like it.
#![allow(clippy::unwrap_used, reason = "tests may")]

use proptest::prelude::*;
use protocol::payload::{MAX_PAYLOAD, check, check_follow};
use protocol::{Code, Currency, Method, Money, Payment, PaymentId, PaymentStatus, Surface};

/// Method, minor units, currency and a payload that other people's libraries read alike (gateways.md F.3, names shortened).
const GOOD: &[(&str, i64, &str, &str)] = &[
    ("wechat_pay", 1, "CNY", "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"),
    ("wechat_pay", 1, "CNY", "weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00"),
    ("alipay", 1, "CNY", "https://qr.alipay.com/bax03431ljhokirwl38f00a7"),
    (
        "pix",
        700,
        "BRL",
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D",
    ),
    (
        "pix",
        700,
        "BRL",
        "00020101021226520014br.gov.bcb.pix2530pix.example.com/qr/v2/9d36b84f5204000053039865802BR5912LOJA EXEMPLO6009SAO PAULO62070503***6304ECEC",
    ),
    (
        "promptpay",
        30000,
        "THB",
        "00020101021230600016A00000067701011201150105550000000990208INV123450305CUST153037645802TH5406300.0063042E42",
    ),
    ("promptpay", 422, "THB", "00020101021229370016A000000677010111011300668012345675802TH530376454044.22630444FE"),
    ("promptpay", 10000, "THB", "00020101021229370016A000000677010111021311111111111115802TH53037645406100.0063046B52"),
    ("promptpay", 2000, "THB", "00020101021229390016A00000067701011103150123456789012345802TH5303764540520.0063043E96"),
    (
        "paynow",
        50000,
        "SGD",
        "00020101021126490009SG.PAYNOW010120210201403121W030100408203012315204000053037025406500.005802SG5912ACME PTE LTD6009Singapore62150111TQINV-1000163040973",
    ),
    (
        "paynow",
        1230,
        "SGD",
        "00020101021226490009SG.PAYNOW010120210201403121W0301004082030123127670011SG.COM.NETS012312345678901234567890123020911100000003088880000051800007SG.SGQR0112260101000001020701.0001030604931504020205020106040000070820260101520458125303702540512.305802SG5909ACME CAFE6009Singapore62090105ORD-16304616B",
    ),
    (
        "qris",
        2_500_000,
        "IDR",
        "00020101021226640017ID.CO.EXAMPLE.WWW0118936009990000000009021000000000090303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204541153033605405250005802ID5911TOKO CONTOH6007JAKARTA61051011062090505INV-16304528B",
    ),
    ("vietqr", 79000, "VND", "00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443"),
    (
        "vietqr",
        79000,
        "VND",
        "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA53037045405790005802VN62230819thanh toan don hang63048A24",
    ),
    ("fps", 2220, "HKD", "00020101021226270012hk.com.hkicl02070000000520400005303344540522.205802HK5902NA6002HK62090505ORD-163042AD8"),
    (
        "duitnow",
        1000,
        "MYR",
        "00020201021226410014A000000615000101065016640209123456789520454115303458540510.005802MY5912KEDAI CONTOH6012KUALA LUMPUR62090505ORD-163042EAD",
    ),
    (
        "khqr",
        100,
        "USD",
        "00020101021129190015john_smith@devb5204599953038405802KH5910John Smith6010Phnom Penh99170013179536330848863040429",
    ),
    (
        "khqr",
        150,
        "USD",
        "00020101021230350009shop@devb01061234560208Dev Bank52045999530384054041.505802KH5911Coffee Shop6010Phnom Penh62090105INV-19934001318934560000000113410244480000063042BD9",
    ),
];

fn verdict(method: &str, amount: i64, currency: &str, payload: &str) -> Result<(), Code> {
    check(&payment(Surface::Qr, method, payload), Money { amount, currency: Currency::parse(currency).unwrap() }, false)
}

fn payment(surface: Surface, method: &str, payload: &str) -> Payment {
    Payment {
        id: PaymentId::parse("pay_1").unwrap(),
        method: Method::parse(method).unwrap(),
        surface,
        status: PaymentStatus::Waiting,
        payload: Some(payload.to_owned()),
        expires_at: 0,
    }
}

/// What a link leads to, or the bridge takes, in an answer from elsewhere.
fn linked(surface: Surface, method: &str, payload: &str) -> Result<(), Code> {
    check(&payment(surface, method, payload), Money { amount: 1, currency: Currency::parse("CNY").unwrap() }, false)
}

/// Ends a payload with its checksum, by the definition in the CRC catalogue: bit by bit, as a polynomial division.
fn sealed(elements: &str) -> String {
    let summed = format!("{elements}6304");
    let mut sum = 0xffff_u32;
    for byte in summed.bytes() {
        sum ^= u32::from(byte) << 8;
        for _ in 0..8 {
            sum <<= 1;
            if sum > 0xffff {
                sum ^= 0x1_1021;
            }
        }
    }
    format!("{summed}{sum:04X}")
}

/// An honest Pix code over 12.34, with something put before, or in place of, one of its elements.
fn pix(old: &str, new: &str) -> Result<(), Code> {
    let honest = "00020126360014br.gov.bcb.pix0114+5511999999999520400005303986540512.345802BR5904Shop6003Rio";
    assert!(honest.contains(old), "{old}");
    verdict("pix", 1234, "BRL", &sealed(&honest.replacen(old, new, 1)))
}

#[test]
fn what_providers_and_other_libraries_make_is_drawn() {
    for (method, amount, currency, payload) in GOOD {
        assert_eq!(verdict(method, *amount, currency, payload), Ok(()), "{method}: {payload}");
    }
    assert_eq!(pix("", ""), Ok(()));
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

#[test]
fn a_bank_code_with_another_checksum_is_refused() {
    for (method, amount, currency, payload) in GOOD.iter().skip(3) {
        let (start, digits) = payload.split_at(payload.len() - 4);
        assert_eq!(verdict(method, *amount, currency, &format!("{start}{}", digits.to_lowercase())), Ok(()));
        for wrong in [
            format!("{start}0000"),
            format!("{start}{}", &digits[..3]),
            format!("{start}+{}", &digits[1..]),
            format!("{payload} "),
            start.to_owned(),
        ] {
            assert_eq!(verdict(method, *amount, currency, &wrong), Err(Code::QrCrc), "{wrong}");
        }
    }
    // The checksum of `…63` without `04`, and one that stands before the end.
    let elements = "00020126360014br.gov.bcb.pix0114+55119999999995303986";
    let without = sealed(elements).replacen("6304", "63", 1);
    assert_eq!(verdict("pix", 1, "BRL", &without), Err(Code::QrCrc));
    assert_eq!(verdict("pix", 1, "BRL", &sealed(&sealed(elements))), Err(Code::QrScheme));
}

#[test]
fn another_amount_than_the_orders_is_refused() {
    for same in ["540512.34", "5406012.34", "540612.340"] {
        assert_eq!(pix("540512.34", same), Ok(()), "{same}");
    }
    for other in [
        "540512.35",
        "54041234",
        "540412.3",
        "540512,34",
        "5406-12.34",
        "54061.23e1",
        "54010",
        "54040.00",
        "540612.3.4",
        "54061 2.34",
        "5407+012.34",
        "54140000000012.34",
        "5406012.35",
        "540612.341",
    ] {
        assert_eq!(pix("540512.34", other), Err(Code::QrAmount), "{other}");
    }
    let zero = sealed("00020126360014br.gov.bcb.pix0114+5511999999999530398654010");
    assert_eq!(verdict("pix", 0, "BRL", &zero), Err(Code::QrAmount));
    let most = sealed("00020126360014br.gov.bcb.pix0114+551199999999953039865413999999999999.");
    assert_eq!(verdict("pix", 99_999_999_999_900, "BRL", &most), Ok(()));
}

#[test]
fn amounts_follow_the_currencys_minor_units() {
    let vietnam = |amount: &str| sealed(&format!("00020138210010A00000072701031235303704540{}{amount}", amount.len()));
    assert_eq!(verdict("vietqr", 79000, "VND", &vietnam("79000")), Ok(()));
    assert_eq!(verdict("vietqr", 79000, "VND", &vietnam("79000.00")), Ok(()));
    assert_eq!(verdict("vietqr", 79000, "VND", &vietnam("790.00")), Err(Code::QrAmount));
    assert_eq!(verdict("vietqr", 79000, "VND", &vietnam("79000.50")), Err(Code::QrAmount));
    let rupiah = GOOD.iter().find(|(method, ..)| *method == "qris").unwrap().3;
    assert_eq!(verdict("qris", 25_000, "IDR", rupiah), Err(Code::QrAmount));
}

#[test]
fn another_currency_or_a_fee_on_top_is_refused() {
    assert_eq!(pix("5303986", "5303840"), Err(Code::QrAmount));
    assert_eq!(pix("5303986", ""), Err(Code::QrAmount));
    for fee in ["550201", "5502025604100.", "550203570510.00", "56041.00", "570510.00"] {
        assert_eq!(pix("5802BR", &format!("{fee}5802BR")), Err(Code::QrAmount), "{fee}");
    }
    let euro = sealed("00020126360014br.gov.bcb.pix0114+55119999999995303978540512.34");
    assert_eq!(verdict("pix", 1234, "EUR", &euro), Err(Code::QrAmount));
    for (currency, number) in [("CNY", "156"), ("HKD", "344"), ("KHR", "116")] {
        let code = |number: &str| sealed(&format!("00020126230012hk.com.hkicl02031235303{number}540512.34"));
        assert_eq!(verdict("fps", 1234, currency, &code(number)), Ok(()));
        assert_eq!(verdict("fps", 1234, currency, &code("999")), Err(Code::QrAmount));
    }
}

#[test]
fn exactly_one_account_of_the_methods_scheme_must_be_paid() {
    let account = "26360014br.gov.bcb.pix0114+5511999999999";
    assert_eq!(pix("br.gov.bcb.pix", "BR.GOV.BCB.PIX"), Ok(()));
    let others = format!("02164000000000000000{account}27200012com.other.me01000");
    assert_eq!(
        pix(account, &others.replace("27200012com.other.me01000", "27200012com.other.me0100")),
        Ok(()),
        "other schemes may stand beside it"
    );
    for other in [
        "",
        "26360014br.gov.bcb.pax0114+5511999999999",
        "26180014br.gov.bcb.pix",
        "26200014br.gov.bcb.pix01",
        "26221014br.gov.bcb.pix0100",
        "25360014br.gov.bcb.pix0114+5511999999999",
        "52360014br.gov.bcb.pix0114+5511999999999",
        "26370015br.gov.bcb.pixx0114+5511999999999",
    ] {
        assert_eq!(pix(account, other), Err(if other.starts_with("52") { Code::QrScheme } else { Code::QrPayee }), "{other}");
    }
    assert_eq!(pix(account, &format!("{account}{}", account.replacen("26", "51", 1))), Err(Code::QrPayee));
    for account in ["28190015john_smith@devb", "31190015john_smith@devb", "29190015john_smith.devb", "29190115john_smith@devb"] {
        assert_eq!(verdict("khqr", 100, "USD", &sealed(&format!("000201{account}5303840"))), Err(Code::QrPayee), "{account}");
    }
}

#[test]
fn what_two_readers_could_take_apart_differently_is_refused() {
    for (old, new) in [
        ("5802BR", "540512.345802BR"),
        ("5802BR", "00020158 2BR"),
        ("5802BR", "58A2BR"),
        ("5802BR", "5800"),
        ("5802BR", "58-1BR"),
        ("6003Rio", "6004Rio"),
        ("6003Rio", "6002Rio"),
        ("6003Rio", "60"),
        ("6003Rio", "6003Ri\u{7}"),
        ("6003Rio", "6003Ri\u{9b}"),
        ("000201", "0002\u{661}"),
        ("000201", "010212000201"),
    ] {
        assert_eq!(pix(old, new), Err(Code::QrScheme), "{old} → {new}");
    }
    // Lengths count characters, the checksum bytes (gateways.md F.1).
    assert_eq!(pix("6003Rio", "6004São\u{1f375}"), Ok(()));
    assert_eq!(pix("6003Rio", "6004Ri\u{a0}o"), Ok(()), "the first character behind the C1 controls");
    assert_eq!(pix("6003Rio", "6004Ri\u{9f}o"), Err(Code::QrScheme), "the last of them");
    assert_eq!(pix("6003Rio", "6004Ri\u{df}o"), Ok(()), "its second byte alone is in their range");
    assert_eq!(pix("6003Rio", "6007São\u{1f375}"), Err(Code::QrScheme));
}

/// Any payload of the list with one byte or character replaced, removed or put in.
fn mutated() -> impl Strategy<Value = (usize, String)> {
    (0..GOOD.len(), any::<prop::sample::Index>(), any::<Option<char>>(), any::<bool>()).prop_map(|(which, at, symbol, keep)| {
        let mut symbols: Vec<char> = GOOD[which].3.chars().collect();
        let at = at.index(symbols.len());
        let end = if keep { at } else { at + 1 };
        symbols.splice(at..end, symbol);
        (which, symbols.into_iter().collect())
    })
}

proptest! {
    #[test]
    fn reading_never_panics(payload: String, amount: i64) {
        for (method, _, currency, _) in GOOD {
            let _ = verdict(method, amount, currency, &payload);
            let _ = verdict(method, amount, currency, &sealed(&format!("000201{payload}")));
        }
    }

    #[test]
    fn one_changed_character_spoils_every_bank_code((which, payload) in mutated()) {
        let (method, amount, currency, honest) = GOOD[which];
        if which > 2 && !payload.eq_ignore_ascii_case(honest) {
            prop_assert!(verdict(method, amount, currency, &payload).is_err(), "{payload}");
        }
    }

    #[test]
    fn no_other_amount_fits(amount in 0_i64..1_000_000_000_000) {
        for (method, honest, currency, payload) in GOOD.iter().filter(|(.., payload)| payload.contains("540")) {
            let fits = verdict(method, amount, currency, payload).is_ok();
            prop_assert_eq!(fits, amount == *honest);
        }
    }

    #[test]
    fn nothing_but_the_providers_hosts_is_drawn(payload in "(https|weixin|HTTPS)://[a-z.@:%\\\\/?#-]{0,40}(qr\\.alipay\\.com|wxpay)[a-z.@:%\\\\/?#-]{0,12}") {
        let drawn = verdict("alipay", 1, "CNY", &payload).is_ok();
        prop_assert_eq!(drawn, payload.starts_with("https://qr.alipay.com/") && payload.len() > 22);
        let drawn = verdict("wechat_pay", 1, "CNY", &payload).is_ok();
        prop_assert_eq!(drawn, payload.starts_with("weixin://wxpay/") && payload.len() > 15);
    }
}

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

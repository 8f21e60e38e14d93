//! What may be drawn: every payment method's own form on each surface, and nothing that only looks like it.
#![allow(clippy::unwrap_used, reason = "tests may")]

mod any;
mod bank_codes;
mod codes;
mod surfaces;

use protocol::payload::check;
use protocol::{Code, Currency, Method, Money, Payment, PaymentId, PaymentStatus, Surface};

/// Method, minor units, currency and a payload that other people's libraries read alike (names shortened).
pub(crate) const GOOD: &[(&str, i64, &str, &str)] = &[
    ("wechat_pay", 1, "CNY", "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"),
    ("wechat_pay", 1, "CNY", "weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00"),
    ("alipay", 1, "CNY", "https://qr.alipay.com/bax03431ljhokirwl38f00a7"),
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
        150,
        "USD",
        "00020101021230350009shop@devb01061234560208Dev Bank52045999530384054041.505802KH5911Coffee Shop6010Phnom Penh62090105INV-19934001318934560000000113410244480000063042BD9",
    ),
];

/// Codes that their own readers find good and that the widget must not draw, and what it says: three leave the amount to the shopper.
pub(crate) const UNFIT: &[(&str, i64, &str, &str, Code)] = &[
    (
        "pix",
        700,
        "BRL",
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D",
        Code::QrAmount,
    ),
    (
        "vietqr",
        79000,
        "VND",
        "00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443",
        Code::QrAmount,
    ),
    (
        "khqr",
        100,
        "USD",
        "00020101021129190015john_smith@devb5204599953038405802KH5910John Smith6010Phnom Penh99170013179536330848863040429",
        Code::QrAmount,
    ),
    // A shop of no scheme that we know.
    (
        "khqr",
        101,
        "USD",
        "00020101021226520015com.example.pay0106M-00010519ORDER-20260101-000152045999530384054041.015802US5913Example Store6011Springfield62230119ORDER-20260101-00016304B610",
        Code::QrPayee,
    ),
    // EMV's own sample, with a name in Chinese: it asks for a tip.
    (
        "fps",
        2372,
        "CNY",
        "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A",
        Code::QrAmount,
    ),
];

pub(crate) fn verdict(method: &str, amount: i64, currency: &str, payload: &str) -> Result<(), Code> {
    check(&payment(Surface::Qr, method, payload), Money { amount, currency: Currency::parse(currency).unwrap() }, false)
}

pub(crate) fn payment(surface: Surface, method: &str, payload: &str) -> Payment {
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
pub(crate) fn linked(surface: Surface, method: &str, payload: &str) -> Result<(), Code> {
    check(&payment(surface, method, payload), Money { amount: 1, currency: Currency::parse("CNY").unwrap() }, false)
}

/// Ends a payload with its checksum, by the definition in the CRC catalogue: bit by bit, as a polynomial division.
pub(crate) fn sealed(elements: &str) -> String {
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

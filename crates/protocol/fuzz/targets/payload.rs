//! Payloads: what is drawn has the method's form, an honest checksum and no other amount than the order's, and what is opened
//! leads to the wallet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::payload::{MAX_PAYLOAD, check};
use protocol::{Code, Currency, Method, Money, Payment, PaymentId, PaymentStatus, Surface};

const METHODS: [(&str, &str); 11] = [
    ("wechat_pay", "CNY"),
    ("alipay", "CNY"),
    ("pix", "BRL"),
    ("promptpay", "THB"),
    ("paynow", "SGD"),
    ("qris", "IDR"),
    ("vietqr", "VND"),
    ("duitnow", "MYR"),
    ("fps", "HKD"),
    ("khqr", "USD"),
    ("coins", "CNY"),
];
const SURFACES: [Surface; 4] = [Surface::Qr, Surface::App, Surface::Wechat, Surface::InApp];

/// CRC-16/IBM-3740 as a polynomial division, unlike the one under test.
fn sum(bytes: &[u8]) -> u32 {
    let mut sum = 0xffff_u32;
    for byte in bytes {
        sum ^= u32::from(*byte) << 8;
        for _ in 0..8 {
            sum <<= 1;
            if sum > 0xffff {
                sum ^= 0x1_1021;
            }
        }
    }
    sum
}

fuzz_target!(|bytes: &[u8]| {
    let [which, a, b, c, d, text @ ..] = bytes else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let amount = i64::from(u32::from_be_bytes([*a, *b, *c, *d]));
    let which = usize::from(*which);
    let (name, currency) = METHODS[which / 2 % METHODS.len()];
    // Half of the texts get an honest checksum, or none would ever be read through.
    let payload = if which % 2 == 1 { format!("{text}6304{:04X}", sum(format!("{text}6304").as_bytes())) } else { text.to_owned() };
    let payment = Payment {
        id: PaymentId::from_random([0; 16]),
        method: Method::parse(name).expect("a method"),
        surface: SURFACES[which / 2 / METHODS.len() % SURFACES.len()],
        status: PaymentStatus::Waiting,
        payload: Some(payload.clone()),
        expires_at: 0,
    };
    let judge = |amount, local| check(&payment, Money { amount, currency: Currency::parse(currency).expect("a currency") }, local);
    match judge(amount, false) {
        Ok(()) => {
            assert!(judge(amount, true).is_ok(), "what is good anywhere is good on this machine");
            let is_call = payment.surface == Surface::Wechat && payload.contains('{');
            assert!(is_call || (payload.len() <= MAX_PAYLOAD && !payload.chars().any(char::is_control)));
            match (payment.surface, name) {
                (Surface::Qr, "wechat_pay") => assert!(payload.starts_with("weixin://wxpay/")),
                (Surface::Qr, "alipay") | (Surface::App, "alipay") => assert!(payload.starts_with("https://qr.alipay.com/")),
                (Surface::App, "wechat_pay") => assert!(payload.starts_with("https://wx.tenpay.com/")),
                (Surface::Wechat, "wechat_pay") => assert!(is_call || payload.starts_with("https://open.weixin.qq.com/")),
                (_, "coins") | (Surface::InApp | Surface::App | Surface::Wechat, _) => panic!("nobody pays by {name} there"),
                (Surface::Qr, _) => {
                    let (summed, digits) = payload.split_at(payload.len() - 4);
                    assert_eq!(u32::from_str_radix(digits, 16), Ok(sum(summed.as_bytes())));
                    // A code with an amount is good for that amount only; one without for any.
                    assert_eq!(judge(amount + 1, false).is_ok(), judge(amount + 2, false).is_ok());
                }
            }
        }
        Err(code) => assert!(Code::ALL.contains(&code)),
    }
});

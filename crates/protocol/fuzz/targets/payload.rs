//! Payloads: what is drawn has the method's form, an honest checksum and no other amount than the order's.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::payload::{MAX_PAYLOAD, check};
use protocol::{Code, Currency, Method, Money};

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
    let (name, currency) = METHODS[usize::from(which >> 1) % METHODS.len()];
    // Half of the texts get an honest checksum, or none would ever be read through.
    let payload = if which & 1 == 1 { format!("{text}6304{:04X}", sum(format!("{text}6304").as_bytes())) } else { text.to_owned() };
    let money = |amount| Money { amount, currency: Currency::parse(currency).expect("a currency") };
    let method = Method::parse(name).expect("a method");
    match check(&method, &payload, money(amount)) {
        Ok(()) => {
            assert!(payload.len() <= MAX_PAYLOAD && !payload.chars().any(char::is_control));
            match name {
                "wechat_pay" => assert!(payload.starts_with("weixin://wxpay/")),
                "alipay" => assert!(payload.starts_with("https://qr.alipay.com/")),
                "coins" => panic!("no such method"),
                _ => {
                    let (summed, digits) = payload.split_at(payload.len() - 4);
                    assert_eq!(u32::from_str_radix(digits, 16), Ok(sum(summed.as_bytes())));
                    // A code with an amount is good for that amount only; one without for any.
                    assert_eq!(check(&method, &payload, money(amount + 1)).is_ok(), check(&method, &payload, money(amount + 2)).is_ok());
                }
            }
        }
        Err(code) => assert!(Code::ALL.contains(&code)),
    }
});

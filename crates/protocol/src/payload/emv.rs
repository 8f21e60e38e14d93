//! Bank codes: EMV merchant-presented payloads (gateways.md F.1), read as far as checksum, payee, currency and amount.
//! Small on purpose: the widget pays for every byte. What a bank reads in the other elements is the bank's affair.

use crate::{Code, Currency, Money};

/// Judges a payload of one of the national profiles of gateways.md F.2.
///
/// # Errors
/// `qr-scheme` where it is malformed, `qr-crc`, `qr-payee` unless exactly one account of the method's scheme is in it,
/// `qr-amount` for another currency or amount than the order's, or a fee on top of it.
pub(super) fn check(method: &str, payload: &str, money: Money) -> Result<(), Code> {
    let schemes = schemes(method)?;
    let mut rest = checked(payload)?;
    let mut currency = false;
    let mut payees = 0;
    // An identifier that stands twice could be read either way. The checksum's is taken already.
    let mut seen = 1_u128 << 63;
    while !rest.is_empty() {
        let (id, value) = element(&mut rest).ok_or(Code::QrScheme)?;
        if (seen >> id) & 1 == 1 {
            return Err(Code::QrScheme);
        }
        seen |= 1 << id;
        let fits = match id {
            26..=51 => {
                payees += u32::from(pays(schemes, id, value));
                true
            }
            53 => {
                currency = value == numeric(money.currency);
                currency
            }
            // Without it the wallet asks for the amount: dynamic Pix keeps it at an address.
            54 => is_amount(value, money),
            // Tips and fees would be paid on top of what the order says.
            55..=57 => false,
            _ => true,
        };
        if !fits {
            return Err(Code::QrAmount);
        }
    }
    if payees != 1 {
        return Err(Code::QrPayee);
    }
    if currency { Ok(()) } else { Err(Code::QrAmount) }
}

/// What stands before the checksum, if the checksum fits: CRC-16/IBM-3740 over all up to and including `6304`.
fn checked(payload: &str) -> Result<&str, Code> {
    if !payload.starts_with("00020") || payload.chars().any(char::is_control) {
        return Err(Code::QrScheme);
    }
    let (summed, digits) = payload.split_at_checked(payload.len().saturating_sub(4)).ok_or(Code::QrCrc)?;
    let mut sum = 0xffff_u16;
    for byte in summed.bytes() {
        sum ^= u16::from(byte) << 8;
        for _ in 0..8 {
            let carry = sum >> 15;
            sum = (sum << 1) ^ (carry * 0x1021);
        }
    }
    let mut written = 0;
    for digit in digits.chars() {
        written = (written << 4) | digit.to_digit(16).ok_or(Code::QrCrc)?;
    }
    let rest = summed.strip_suffix("6304").ok_or(Code::QrCrc)?;
    if written == u32::from(sum) { Ok(rest) } else { Err(Code::QrCrc) }
}

/// Takes an element off: two digits of identifier, two of length in characters, and at least one character.
fn element<'a>(rest: &mut &'a str) -> Option<(u32, &'a str)> {
    let (head, tail) = rest.split_at_checked(4)?;
    let mut number = 0;
    for digit in head.chars() {
        number = number * 10 + digit.to_digit(10)?;
    }
    let mut length = number % 100;
    let mut end = 0;
    for symbol in tail.chars() {
        if length == 0 {
            break;
        }
        length -= 1;
        end += symbol.len_utf8();
    }
    let (value, tail) = tail.split_at(end);
    *rest = tail;
    (length == 0 && end > 0).then_some((number / 100, value))
}

/// The globally unique identifiers of a method's merchant accounts (gateways.md F.2). Bakong, behind KHQR, has none.
fn schemes(method: &str) -> Result<&'static [&'static str], Code> {
    Ok(match method {
        "pix" => &["br.gov.bcb.pix"],
        "promptpay" => &["A000000677010111", "A000000677010112", "A000000677010114"],
        "paynow" => &["SG.PAYNOW"],
        "qris" => &["ID.CO.QRIS.WWW"],
        "vietqr" => &["A000000727"],
        "duitnow" => &["A0000006150001"],
        "fps" => &["hk.com.hkicl"],
        "khqr" => &[],
        _ => return Err(Code::QrScheme),
    })
}

/// Whether this merchant account is one of those schemes and names somebody.
fn pays(schemes: &[&str], id: u32, mut template: &str) -> bool {
    let Some((0, scheme)) = element(&mut template) else { return false };
    if schemes.is_empty() {
        // The account itself, `name@bank`, stands where others have the identifier.
        return matches!(id, 29 | 30) && scheme.contains('@');
    }
    schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme)) && element(&mut template).is_some()
}

/// ISO 4217's numbers of the currencies that the profiles use.
fn numeric(currency: Currency) -> &'static str {
    match currency.as_str() {
        "BRL" => "986",
        "CNY" => "156",
        "HKD" => "344",
        "IDR" => "360",
        "KHR" => "116",
        "MYR" => "458",
        "SGD" => "702",
        "THB" => "764",
        "USD" => "840",
        "VND" => "704",
        _ => "",
    }
}

/// Whether a decimal of major units, with at most one point, is exactly that money and more than nothing.
fn is_amount(text: &str, money: Money) -> bool {
    let exponent = u32::from(money.currency.exponent());
    let mut decimals = None;
    let mut number = 0_i64;
    for symbol in text.bytes() {
        match symbol {
            b'0'..=b'9' => {
                number = number.saturating_mul(10).saturating_add(i64::from(symbol - b'0'));
                decimals = decimals.map(|count: u32| count + 1);
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => return false,
        }
    }
    // Thirteen characters at most (gateways.md F.1), so nothing overflows.
    let scaled = |amount: i64, digits: u32| amount.checked_mul(10_i64.checked_pow(digits)?);
    let written = scaled(number, exponent);
    text.len() <= 13 && number > 0 && written.is_some() && written == scaled(money.amount, decimals.unwrap_or(0))
}

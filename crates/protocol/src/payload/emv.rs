//! Bank codes: EMV merchant-presented payloads (docs/spec/payloads.md §2), read as far as checksum, payee, currency and amount.
//! Small on purpose, on bytes and without tables: the widget pays for each one. What else a code holds is the bank's affair.

use crate::{Code, Money};

/// Judges a payload of one of the schemes of docs/spec/payloads.md §2.
///
/// # Errors
/// `qr-scheme` where it is malformed, `qr-crc`, `qr-payee` unless exactly one account of the method's scheme is in it,
/// `qr-amount` for another currency or amount than the order's, for none, or for a fee on top of it.
pub(super) fn check(method: &str, payload: &str, money: Money) -> Result<(), Code> {
    let schemes = schemes(method)?;
    let mut rest = checked(payload)?;
    let mut currency = false;
    let mut amount = false;
    let mut payees = 0;
    // An identifier that stands twice could be read either way. The checksum's is taken already.
    let mut seen = [false; 100];
    seen[63] = true;
    while !rest.is_empty() {
        let (id, value) = element(&mut rest).ok_or(Code::QrScheme)?;
        match seen.get_mut(id) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err(Code::QrScheme),
        }
        let fits = match id {
            26..=51 => {
                if let Some(by) = pays(schemes, id, value) {
                    payees += 1;
                    // Without an amount the wallet asks the shopper for one. A dynamic Pix alone keeps it at its address, in 25.
                    amount |= by == 25 && method == "pix";
                }
                true
            }
            53 => {
                currency = is_currency(value, money);
                currency
            }
            54 => {
                amount = is_amount(value, money);
                amount
            }
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
    if currency && amount { Ok(()) } else { Err(Code::QrAmount) }
}

/// What stands before the checksum, if the checksum fits: CRC-16/IBM-3740 over all up to and including `6304`.
fn checked(payload: &str) -> Result<&[u8], Code> {
    if !payload.starts_with("00020") {
        return Err(Code::QrScheme);
    }
    let (summed, digits) = payload.as_bytes().split_last_chunk::<4>().ok_or(Code::QrCrc)?;
    let mut sum = 0xffff_u32;
    let mut before = 0;
    for &byte in summed {
        // Control characters are one byte, or C2 and the C1 set (ISO/IEC 6429).
        if byte < 0x20 || byte == 0x7f || (before == 0xc2 && byte < 0xa0) {
            return Err(Code::QrScheme);
        }
        before = byte;
        sum ^= u32::from(byte) << 8;
        for _ in 0..8 {
            sum <<= 1;
            sum ^= (sum >> 16) * 0x1_1021;
        }
    }
    let mut written = 0;
    for &digit in digits {
        written = written * 16 + char::from(digit).to_digit(16).ok_or(Code::QrCrc)?;
    }
    let rest = summed.strip_suffix(b"6304").ok_or(Code::QrCrc)?;
    if written == sum { Ok(rest) } else { Err(Code::QrCrc) }
}

/// Takes an element off: two digits of identifier, two of length in characters, and at least one character.
fn element<'a>(rest: &mut &'a [u8]) -> Option<(usize, &'a [u8])> {
    let (head, tail) = rest.split_first_chunk::<4>()?;
    let mut number = 0;
    for &digit in head {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + usize::from(digit - b'0');
    }
    let mut missing = number % 100;
    let mut end = 0;
    for &byte in tail {
        // Every byte of a character but its first is 10xxxxxx.
        if byte & 0xc0 != 0x80 {
            if missing == 0 {
                break;
            }
            missing -= 1;
        }
        end += 1;
    }
    let (value, tail) = tail.split_at_checked(end)?;
    *rest = tail;
    (missing == 0 && end > 0).then_some((number / 100, value))
}

/// The globally unique identifiers of a method's merchant accounts (docs/spec/payloads.md §2). Bakong, behind KHQR, has none.
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

/// Whether this merchant account is one of those schemes and names somebody, and by the element of which identifier. That is 0
/// where more elements follow.
#[expect(clippy::manual_contains, reason = "`contains` searches word by word, which is 300 bytes of wasm")]
fn pays(schemes: &[&str], id: usize, mut template: &[u8]) -> Option<usize> {
    let (0, scheme) = element(&mut template)? else { return None };
    if schemes.is_empty() {
        // The account itself, `name@bank`, stands where others have the identifier.
        return (matches!(id, 29 | 30) && scheme.iter().any(|&byte| byte == b'@')).then_some(0);
    }
    if !schemes.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(scheme)) {
        return None;
    }
    let (by, _) = element(&mut template)?;
    Some(if template.is_empty() { by } else { 0 })
}

/// Whether that is ISO 4217's number of the order's currency. Currencies of the profiles only: code and number, six bytes each.
fn is_currency(number: &[u8], money: Money) -> bool {
    let (known, _) = b"BRL986CNY156HKD344IDR360KHR116MYR458SGD702THB764USD840VND704".as_chunks::<6>();
    known.iter().any(|[a, b, c, digits @ ..]| [*a, *b, *c] == money.currency.as_str().as_bytes() && digits == number)
}

/// Whether a decimal of major units, with at most one point, is exactly that money and more than nothing.
fn is_amount(text: &[u8], money: Money) -> bool {
    let mut number = 0_i64;
    let mut point = false;
    // How often the number must still be multiplied by ten to be in minor units.
    let mut missing = i32::from(money.currency.exponent());
    // Thirteen characters at most (docs/spec/payloads.md §2), so nothing overflows.
    if text.len() > 13 {
        return false;
    }
    for &symbol in text {
        if symbol == b'.' && !point {
            point = true;
            continue;
        }
        if !symbol.is_ascii_digit() {
            return false;
        }
        number = number * 10 + i64::from(symbol - b'0');
        missing -= i32::from(point);
    }
    for _ in 0..missing {
        number *= 10;
    }
    for _ in missing..0 {
        // Decimals beyond the minor units must be zeros.
        if number % 10 != 0 {
            return false;
        }
        number /= 10;
    }
    number > 0 && number == money.amount
}

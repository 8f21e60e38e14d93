//! Step 15: a payload is read before it is drawn. Each method has its form; what does not fit is never shown.
//! Not here: who offers which method, and how a code is drawn.

mod emv;

use crate::{Code, Method, Money};

/// What a version 40 QR code holds in byte mode at error correction level L (ISO/IEC 18004 table 7).
pub const MAX_PAYLOAD: usize = 2953;

/// Judges the QR payload of a payment that is to collect that money.
///
/// Wallet addresses (gateways.md A.5, C.3) are opaque beyond scheme and host. Bank codes (part F) are read through.
///
/// # Errors
/// `qr-too-long`; `qr-scheme` for control characters, another form than the method's or an unknown method; `qr-host`;
/// for bank codes also `qr-crc`, `qr-payee` and `qr-amount`.
pub fn check(method: &Method, payload: &str, money: Money) -> Result<(), Code> {
    if payload.len() > MAX_PAYLOAD {
        return Err(Code::QrTooLong);
    }
    match method.as_str() {
        "wechat_pay" => address("weixin://", "wxpay/", payload),
        "alipay" => address("https://", "qr.alipay.com/", payload),
        bank => emv::check(bank, payload, money),
    }
}

/// Scheme and host are compared as text and end in a slash, so that neither user info, nor a port, nor a longer name fits.
fn address(scheme: &str, host: &str, payload: &str) -> Result<(), Code> {
    if !payload.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Code::QrScheme);
    }
    let rest = payload.strip_prefix(scheme).ok_or(Code::QrScheme)?;
    if rest.starts_with(host) && rest.len() > host.len() { Ok(()) } else { Err(Code::QrHost) }
}

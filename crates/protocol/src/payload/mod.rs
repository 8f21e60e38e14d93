//! Step 15: what there is to pay by is read before it is drawn. Each method has its form, on each surface; what does not fit is
//! never shown. Not here: who offers which method, and how a code or a link is drawn.

mod emv;
mod usual;

use crate::json::{self, Value};
use crate::{Code, Money, Payment, Surface};

/// What a version 40 QR code holds in byte mode at error correction level L (ISO/IEC 18004 table 7).
pub const MAX_PAYLOAD: usize = 2953;

/// What the bridge inside of WeChat takes, each a text (docs/spec/payloads.md §1).
const BRIDGE_CALL: [&str; 6] = ["appId", "timeStamp", "nonceStr", "package", "signType", "paySign"];

/// Judges what a payment that is to collect that money is paid by, if that is there already. Where the answer came from this very
/// machine, so may links: a sandbox has no other address.
///
/// Wallet addresses (docs/spec/payloads.md §1) are opaque beyond scheme and host. Bank codes (§2 there) are read through.
///
/// # Errors
/// For a code to scan: `qr-too-long`; `qr-scheme` for control characters, another form than the method's or an unknown method;
/// `qr-host`; for bank codes also `qr-crc`, `qr-payee` and `qr-amount`. For a link, or a call of WeChat's bridge: `link-scheme`.
pub fn check(payment: &Payment, money: Money, local: bool) -> Result<(), Code> {
    let Some(payload) = payment.payload.as_deref() else { return Ok(()) };
    let host = match (payment.surface, payment.method.as_str()) {
        (Surface::Qr, method) => return check_code(method, payload, money),
        (Surface::App, "wechat_pay") => "wx.tenpay.com/",
        (Surface::App, "alipay") => "qr.alipay.com/",
        (Surface::Wechat, "wechat_pay") if is_bridge_call(payload) => return Ok(()),
        (Surface::Wechat, "wechat_pay") => "open.weixin.qq.com/connect/oauth2/authorize?",
        _ => return Err(Code::LinkScheme),
    };
    let fits = address("https://", host, payload).is_ok() || (local && is_local(payload));
    if fits { Ok(()) } else { Err(Code::LinkScheme) }
}

/// Judges the code by which a shopper follows the merchant's Official Account (docs/spec/payloads.md §1).
///
/// # Errors
/// `qr-scheme`, `qr-host`, `qr-too-long`.
pub fn check_follow(payload: &str) -> Result<(), Code> {
    let scheme = if payload.starts_with("https") { "https://" } else { "http://" };
    address(scheme, "weixin.qq.com/q/", payload)
}

fn check_code(method: &str, payload: &str, money: Money) -> Result<(), Code> {
    match method {
        "wechat_pay" => address("weixin://", "wxpay/", payload),
        "alipay" => address("https://", "qr.alipay.com/", payload),
        _ if payload.len() > MAX_PAYLOAD => Err(Code::QrTooLong),
        bank => emv::check(bank, payload, money),
    }
}

/// Scheme and host are compared as text and end in a slash, so that neither user info, nor a port, nor a longer name fits.
fn address(scheme: &str, host: &str, payload: &str) -> Result<(), Code> {
    if payload.len() > MAX_PAYLOAD {
        return Err(Code::QrTooLong);
    }
    if !payload.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Code::QrScheme);
    }
    let rest = payload.strip_prefix(scheme).ok_or(Code::QrScheme)?;
    if rest.starts_with(host) && rest.len() > host.len() { Ok(()) } else { Err(Code::QrHost) }
}

/// A port of this machine; without an `@`, which would make user info of it.
fn is_local(payload: &str) -> bool {
    let names_port = |host| address("http://", host, payload).is_ok();
    (names_port("127.0.0.1:") || names_port("localhost:")) && !payload.bytes().any(|byte| byte == b'@')
}

fn is_bridge_call(payload: &str) -> bool {
    let Ok(call @ Value::Object(members)) = &json::parse(payload.as_bytes()) else { return false };
    members.len() == BRIDGE_CALL.len() && BRIDGE_CALL.iter().all(|name| call.text(name).is_ok())
}

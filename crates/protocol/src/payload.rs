//! Step 15: a payload is read before it is drawn. Each method has its form; what does not fit is never shown.

use crate::{Code, Method};

/// What a version 40 QR code holds in byte mode at error correction level L (ISO/IEC 18004 table 7).
pub const MAX_PAYLOAD: usize = 2953;

/// Where the payloads of a method must point: scheme and host, matched as ASCII text.
struct Form {
    method: &'static str,
    scheme: &'static str,
    host: &'static str,
}

/// One line per method whose payload is opaque to us (gateways.md A.5, C.3).
const FORMS: &[Form] = &[Form { method: "wechat_pay", scheme: "weixin", host: "wxpay" }];

/// Judges the QR payload of a payment.
///
/// # Errors
/// `qr-too-long`; `qr-scheme` for control characters, white space, another scheme or an unknown method; `qr-host`.
pub fn check(method: &Method, payload: &str) -> Result<(), Code> {
    if payload.len() > MAX_PAYLOAD {
        return Err(Code::QrTooLong);
    }
    let form = FORMS.iter().find(|form| form.method == method.as_str()).ok_or(Code::QrScheme)?;
    if !payload.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Code::QrScheme);
    }
    let (scheme, rest) = payload.split_once("://").ok_or(Code::QrScheme)?;
    if scheme != form.scheme {
        return Err(Code::QrScheme);
    }
    let (host, path) = rest.split_once('/').ok_or(Code::QrHost)?;
    if host == form.host && !path.is_empty() { Ok(()) } else { Err(Code::QrHost) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(payload: &str) -> Result<(), Code> {
        check(&Method::parse("wechat_pay").unwrap(), payload)
    }

    #[test]
    fn only_the_providers_own_form_is_drawn() {
        assert_eq!(verdict("weixin://wxpay/bizpayurl?pr=p4lpSuKzz"), Ok(()));
        assert_eq!(verdict("weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00"), Ok(()));
        for payload in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://wxpay/bizpayurl",
            "weixin://wxpay/a b",
            "weixin://wxpay/\u{7}",
            "weixin://wxpаy/x",
            "",
        ] {
            assert_eq!(verdict(payload), Err(Code::QrScheme), "{payload}");
        }
        for payload in
            ["weixin://evil/bizpayurl?pr=1", "weixin://wxpay@evil/b", "weixin://wxpay.evil.example/b", "weixin://wxpay", "weixin://wxpay/"]
        {
            assert_eq!(verdict(payload), Err(Code::QrHost), "{payload}");
        }
        assert_eq!(verdict(&format!("weixin://wxpay/{}", "x".repeat(MAX_PAYLOAD))), Err(Code::QrTooLong));
        assert_eq!(check(&Method::parse("coins").unwrap(), "weixin://wxpay/b"), Err(Code::QrScheme));
    }
}

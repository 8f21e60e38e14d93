//! A self-signed X.509 certificate for the key that the sandbox signs with (RFC 5280, 4.1), because clients of
//! WeChat Pay's older mode want one. Written by hand: it is one fixed shape.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::rsa::PrivateKey;

/// 2026-01-01 in unix seconds, and as DER writes it.
pub(crate) const EFFECTIVE_AT: i64 = 1_767_225_600;
const EFFECTIVE: &[u8] = b"260101000000Z";
/// 2046-01-01.
pub(crate) const EXPIRES_AT: i64 = 2_398_377_600;
const EXPIRES: &[u8] = b"460101000000Z";

/// sha256WithRSAEncryption with its empty parameters (RFC 4055).
const ALGORITHM: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00];

/// The attribute type commonName.
const COMMON_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];

/// DER of a certificate with this serial (20 bytes, the first below 0x80 and not 0) for this key, signed by itself.
pub(crate) fn certificate(serial: &[u8], key: &PrivateKey, public_key_info: &[u8]) -> Vec<u8> {
    let name = item(0x30, &[&item(0x31, &[&item(0x30, &[COMMON_NAME, &item(0x0c, &[b"Sandbox platform"])])])]);
    let validity = item(0x30, &[&item(0x17, &[EFFECTIVE]), &item(0x17, &[EXPIRES])]);
    let version = item(0xa0, &[&item(0x02, &[&[2]])]);
    let content = item(0x30, &[&version, &item(0x02, &[serial]), ALGORITHM, &name, &validity, &name, public_key_info]);
    let signature = BASE64.decode(key.sign(&content)).expect("a signature is base64");
    item(0x30, &[&content, ALGORITHM, &item(0x03, &[&[0], &signature])])
}

/// One value of DER: tag, length, and the parts as its content.
fn item(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut der = vec![tag];
    match u8::try_from(content.len()) {
        Ok(length @ ..0x80) => der.push(length),
        Ok(length) => der.extend([0x81, length]),
        Err(_) => {
            let length = u16::try_from(content.len()).expect("a certificate is far below 64 kB");
            der.push(0x82);
            der.extend(length.to_be_bytes());
        }
    }
    der.extend(content);
    der
}

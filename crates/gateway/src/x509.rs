//! The public key and the serial inside an X.509 certificate (RFC 5280, 4.1), which is all that the wallets use of
//! one: trust comes from how the certificate arrived, not from its issuer.

use crate::rsa::{KeyProblem, PublicKey, pem_block};

/// Reads `CERTIFICATE` from PEM: its serial in upper-case hex, and its RSA key.
///
/// # Errors
/// [`KeyProblem`], when it is no certificate or not of an RSA key.
pub fn certificate_from_pem(pem: &str) -> Result<(String, PublicKey), KeyProblem> {
    let der = pem_block(pem, "CERTIFICATE").ok_or(KeyProblem::NotPem { expected: "CERTIFICATE" })?;
    let (serial, key) = read(&der).ok_or(KeyProblem::NotRsa)?;
    Ok((serial, PublicKey::from_der(key)?))
}

/// Serial, and SubjectPublicKeyInfo with its header.
fn read(der: &[u8]) -> Option<(String, &[u8])> {
    let certificate = Item::first(der)?.of(0x30)?;
    let mut rest = Item::first(certificate.content)?.of(0x30)?.content;
    let mut next = || {
        let item = Item::first(rest)?;
        rest = rest.get(item.whole.len()..)?;
        Some(item)
    };
    let mut item = next()?;
    // The version is left out of certificates of version 1.
    if item.tag == 0xa0 {
        item = next()?;
    }
    let serial = item.of(0x02)?.content;
    // Algorithm, issuer, validity and subject stand between the serial and the key.
    for _ in 0..4 {
        next()?.of(0x30)?;
    }
    let key = next()?.of(0x30)?.whole;
    let digits = serial.strip_prefix(&[0]).unwrap_or(serial).iter().map(|byte| format!("{byte:02X}")).collect();
    Some((digits, key))
}

/// One value of DER with its header.
struct Item<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Item<'a> {
    fn first(der: &'a [u8]) -> Option<Self> {
        let (&tag, rest) = der.split_first()?;
        let (&short, rest) = rest.split_first()?;
        let (length, header) = match short {
            0..=0x7f => (usize::from(short), 2),
            // At most two bytes of length: nothing in a certificate is longer.
            0x81 => (usize::from(*rest.first()?), 3),
            0x82 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), 4),
            _ => return None,
        };
        let whole = der.get(..header + length)?;
        Some(Self { tag, content: whole.get(header..)?, whole })
    }

    fn of(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }
}

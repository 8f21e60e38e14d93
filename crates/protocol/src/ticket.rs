//! The ticket: a compact JWS (RFC 7515) over what admits its holder once. It names neither an order nor a person. A signature alone admits
//! nobody: who has the number of a ticket is let in by it, once, and only its merchant knows whether that has happened.

use crate::json::Fields;
use crate::{Code, MerchantId, Pins, verify};

/// The `typ` of the JWS header, of a ticket and of a test.
const TYPS: [&str; 2] = ["qr-checkout-ticket+jwt", "qr-checkout-test-ticket+jwt"];

/// What a ticket says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whether its order is a test: it admits nobody.
    pub is_test: bool,
    /// Whose door it opens.
    pub merchant: MerchantId,
    /// By which the door knows it.
    pub number: String,
    /// What was bought.
    pub sku: String,
    /// Where it admits to.
    pub event: String,
    /// When that begins, in the words of the merchant.
    pub starts: Option<String>,
    /// Where that is, in the words of the merchant.
    pub place: Option<String>,
    /// When it was made, unix seconds.
    pub issued_at: i64,
}

impl Ticket {
    /// Verifies a ticket against the keys that its merchant signs tickets with, and reads it.
    ///
    /// # Errors
    /// `key-unknown`, `crypto-length`, `crypto-invalid`, and `body-…` for a malformed one.
    pub fn open(jws: &str, pins: &Pins) -> Result<Ticket, Code> {
        let (is_test, claims) = verify::open_jws(jws, TYPS, pins)?;
        Fields::read(&claims, |fields| Ticket {
            is_test,
            merchant: MerchantId::read(fields, "merchant"),
            number: fields.string("number"),
            sku: fields.string("sku"),
            event: fields.string("event"),
            starts: fields.maybe_string("starts"),
            place: fields.maybe_string("place"),
            issued_at: fields.int("iat"),
        })
    }

    /// Signs the ticket.
    #[cfg(feature = "sign")]
    pub fn sign(&self, signer: &crate::signature::Signer) -> String {
        use crate::base64::{Alphabet, encode};
        use crate::json::Value;
        let header =
            Value::object([("alg", "EdDSA".into()), ("typ", TYPS[usize::from(self.is_test)].into()), ("kid", signer.pin().keyid().into())]);
        let mut claims = Value::object([
            ("merchant", (&self.merchant).into()),
            ("number", self.number.as_str().into()),
            ("sku", self.sku.as_str().into()),
            ("event", self.event.as_str().into()),
            ("iat", self.issued_at.into()),
        ]);
        if let Value::Object(members) = &mut claims {
            let more = [("starts", &self.starts), ("place", &self.place)];
            members.extend(more.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.as_deref()?.into()))));
        }
        let part = |value: Value| encode(Alphabet::Url, value.to_string().as_bytes());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = encode(Alphabet::Url, &signer.sign_bytes(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

#[cfg(all(test, feature = "sign"))]
mod tests {
    use super::*;
    use crate::Receipt;
    use crate::signature::Signer;

    #[test]
    fn a_ticket_is_read_back_by_its_key_and_is_no_receipt() {
        let signer = Signer::from_seed([7; 32]).unwrap();
        let pins = Pins::parse(&signer.pin().token()).unwrap();
        let whole = Ticket {
            is_test: false,
            merchant: MerchantId::parse("mountain-tea").unwrap(),
            number: "7K3M9QX2A".to_owned(),
            sku: "seat".to_owned(),
            event: "workshop".to_owned(),
            starts: Some("2027-02-01 18:00".to_owned()),
            place: Some("茶室".to_owned()),
            issued_at: 1_800_000_000,
        };
        let test = Ticket { is_test: true, ..whole.clone() };
        for ticket in [whole.clone(), test, Ticket { starts: None, place: None, ..whole }] {
            let jws = ticket.sign(&signer);
            assert_eq!(Ticket::open(&jws, &pins), Ok(ticket));
            assert_eq!(Receipt::open(&jws, &pins), Err(Code::BodySchema));
            let other = Signer::from_seed([8; 32]).unwrap();
            assert_eq!(Ticket::open(&jws, &Pins::parse(&other.pin().token()).unwrap()), Err(Code::KeyUnknown));
        }
    }
}

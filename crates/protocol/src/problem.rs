//! A problem: a signed "no" of the backend (RFC 9457), with a code that programs can act on.

use crate::json::{Fields, Value};
use crate::{Code, MerchantId};

/// Why the backend refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Who answers.
    pub merchant: MerchantId,
    /// Names this occurrence, for the merchant's logs.
    pub id: String,
    /// Stable, such as `price-changed`; `crates/protocol/schema/openapi.json` lists them.
    pub code: String,
    /// The HTTP status, repeated in the body.
    pub status: i64,
    /// One sentence in English for the developer; never shown to a shopper.
    pub detail: String,
    /// What else belongs to the answer, such as the new `quote` of `price-changed`.
    pub more: Option<(String, Value)>,
}

impl Problem {
    /// Reads a problem.
    ///
    /// # Errors
    /// `body-schema`.
    pub fn from_json(body: &Value) -> Result<Problem, Code> {
        Fields::read(body, |fields| Problem {
            merchant: MerchantId::read(fields, "merchant"),
            id: fields.string("id"),
            code: fields.string("code"),
            status: fields.int("status"),
            detail: fields.string("detail"),
            more: None,
        })
    }

    /// Writes the body of a problem. `type` is a relative reference in the sense of RFC 9457 §3.1.1.
    pub fn to_json(&self) -> Value {
        let mut body = Value::object([
            ("type", "problem".into()),
            ("merchant", (&self.merchant).into()),
            ("id", self.id.as_str().into()),
            ("code", self.code.as_str().into()),
            ("status", self.status.into()),
            ("detail", self.detail.as_str().into()),
        ]);
        if let (Value::Object(members), Some((name, value))) = (&mut body, &self.more) {
            members.push((name.clone(), value.clone()));
        }
        body
    }
}

//! A problem: a signed "no" of the backend (RFC 9457), with a code that programs can act on and what it is about.

use crate::json::{Fields, Value};
use crate::price::Line;
use crate::{Code, Currency, MerchantId};

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
    /// What of the request it is about, as far as it is about a part of it.
    pub faults: Vec<Fault>,
    /// The lines of the cart that are known, with names, pictures and prices, so that it can be shown all the same.
    pub lines: Vec<Line>,
    /// Of the lines' prices.
    pub currency: Option<Currency>,
    /// What else belongs to the answer, such as the new `quote` of `price-changed`.
    pub more: Option<(String, Value)>,
}

/// What is wrong with one line, or one field, of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// Stable: a code of a problem.
    pub code: String,
    /// Of which line, as the client wrote its SKU.
    pub sku: Option<String>,
    /// Of which field, where it is no line.
    pub field: Option<String>,
    /// How many can be had.
    pub left: Option<i64>,
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
            faults: if fields.has("faults") { fields.each("faults", Fault::read) } else { Vec::new() },
            lines: if fields.has("lines") { fields.each("lines", Line::read) } else { Vec::new() },
            currency: fields.has("currency").then(|| Currency::read(fields)),
            more: None,
        })
    }

    /// Writes the body of a problem. `type` is a relative reference in the sense of RFC 9457 §3.1.1.
    pub fn to_json(&self) -> Value {
        let mut members: Vec<(&str, Value)> = vec![
            ("type", "problem".into()),
            ("merchant", (&self.merchant).into()),
            ("id", self.id.as_str().into()),
            ("code", self.code.as_str().into()),
            ("status", self.status.into()),
            ("detail", self.detail.as_str().into()),
        ];
        if !self.faults.is_empty() {
            members.push(("faults", self.faults.iter().map(Fault::to_json).collect()));
        }
        if !self.lines.is_empty() {
            members.push(("lines", self.lines.iter().map(Line::to_json).collect()));
        }
        members.extend(self.currency.as_ref().map(|currency| ("currency", currency.as_str().into())));
        members.extend(self.more.as_ref().map(|(name, value)| (name.as_str(), value.clone())));
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Fault {
    fn read(fields: &mut Fields<'_>) -> Fault {
        Fault {
            code: fields.string("code"),
            sku: fields.maybe_string("sku"),
            field: fields.maybe_string("field"),
            left: fields.has("left").then(|| fields.amount("left")),
        }
    }

    /// As it is written, in a problem and in the events of a page.
    pub fn to_json(&self) -> Value {
        let text = |name, text: &Option<String>| Some((name, text.as_deref()?.into()));
        let members = [
            Some(("code", self.code.as_str().into())),
            text("sku", &self.sku),
            text("field", &self.field),
            self.left.map(|left| ("left", left.into())),
        ];
        Value::Object(members.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

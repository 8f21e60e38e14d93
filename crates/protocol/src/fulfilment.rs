//! What became of the things of an order once they were sold. Not here: what names a person or a parcel, that is in [`crate::Opened`].

use crate::json::{Fields, Value};
use crate::words::words;

words! {
    /// What became of things.
    FulfilmentKind {
        /// They can be picked up.
        ReadyForPickup "ready_for_pickup",
        /// They are on their way.
        Shipped "shipped",
        /// The buyer has them.
        HandedOver "handed_over",
        /// They came back.
        Returned "returned",
    }
}

/// Something that happened to things of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fulfilled {
    /// What.
    pub kind: FulfilmentKind,
    /// When, unix seconds.
    pub at: i64,
    /// To which.
    pub lines: Vec<LinePart>,
}

/// Pieces of a line of the order's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePart {
    /// The line's place among all, counted from 0.
    pub line: usize,
    /// How many pieces.
    pub quantity: u32,
}

impl Fulfilled {
    /// Reads the list, if there is one, of an order of so many lines.
    pub(crate) fn read_list(fields: &mut Fields<'_>, lines: usize) -> Vec<Fulfilled> {
        if !fields.has("fulfilment") {
            return Vec::new();
        }
        fields.each("fulfilment", |fields| Fulfilled {
            kind: FulfilmentKind::read(fields, "kind"),
            at: fields.int("at"),
            lines: fields.each("lines", |fields| LinePart::read(fields, lines)),
        })
    }

    /// Adds the list to a body, if anything happened.
    pub(crate) fn write(body: &mut Value, all: &[Fulfilled]) {
        if let (Value::Object(members), false) = (body, all.is_empty()) {
            members.push(("fulfilment".to_owned(), all.iter().map(Fulfilled::to_json).collect()));
        }
    }

    /// Writes `{"kind", "at", "lines"}`.
    pub fn to_json(&self) -> Value {
        let lines = self.lines.iter().copied().map(LinePart::to_json).collect();
        Value::object([("kind", self.kind.as_str().into()), ("at", self.at.into()), ("lines", lines)])
    }
}

impl LinePart {
    fn read(fields: &mut Fields<'_>, lines: usize) -> LinePart {
        let line = usize::try_from(fields.int("line")).ok().filter(|line| *line < lines);
        let quantity = u32::try_from(fields.int("quantity")).ok().filter(|quantity| *quantity > 0);
        LinePart { line: fields.require(line, 0), quantity: fields.require(quantity, 1) }
    }

    fn to_json(self) -> Value {
        Value::object([("line", i64::try_from(self.line).unwrap_or(i64::MAX).into()), ("quantity", i64::from(self.quantity).into())])
    }
}

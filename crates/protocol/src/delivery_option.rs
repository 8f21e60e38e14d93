//! Between which deliveries a shopper has a choice.

use crate::json::{Fields, Value};

/// One of several ways to get what was bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOption {
    /// By which it is chosen.
    pub id: String,
    /// What it is called, in the shopper's language.
    pub label: String,
    /// What it costs for this cart, minor units, never negative.
    pub amount: i64,
    /// `ship` or `pickup` (the shopper comes for it). What is digital is no choice: it has no delivery.
    pub kind: String,
    /// How many days it takes, at least and at most.
    pub days: Option<(i64, i64)>,
}

impl DeliveryOption {
    pub(crate) fn read_list(fields: &mut Fields<'_>) -> Vec<DeliveryOption> {
        if !fields.has("deliveries") {
            return Vec::new();
        }
        fields.each("deliveries", |fields| DeliveryOption {
            id: fields.string("id"),
            label: fields.string("label"),
            amount: fields.amount("amount"),
            kind: fields.string("kind"),
            days: days(fields),
        })
    }

    fn to_json(&self) -> Value {
        let days = self.days.map(|(least, most)| [least, most].into_iter().map(Value::from).collect::<Value>());
        Value::object([
            ("id", self.id.as_str().into()),
            ("label", self.label.as_str().into()),
            ("amount", self.amount.into()),
            ("kind", self.kind.as_str().into()),
            ("days", days.into()),
        ])
    }

    /// Adds the list to a body, where there is a choice.
    pub(crate) fn write(body: &mut Value, options: &[DeliveryOption]) {
        if let (Value::Object(members), false) = (body, options.is_empty()) {
            members.push(("deliveries".to_owned(), options.iter().map(DeliveryOption::to_json).collect()));
        }
    }
}

fn days(fields: &mut Fields<'_>) -> Option<(i64, i64)> {
    if !fields.has("days") {
        return None;
    }
    match fields.list("days") {
        [Value::Int(least), Value::Int(most)] if 0 <= *least && least <= most => Some((*least, *most)),
        _ => {
            fields.refuse();
            None
        }
    }
}

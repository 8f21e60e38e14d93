//! What a quote asks of the shopper, and between which deliveries there is a choice. The backend alone knows what a cart needs.

use crate::json::{Fields, Value};

/// A question that the shopper answers before the cart can be ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Which member of a request takes the answer.
    pub name: String,
    /// What is asked for; a client draws the kinds that it knows (docs/spec/http.md §4.6).
    pub kind: String,
    /// Whether nothing is sold without an answer.
    pub required: bool,
    /// In the shopper's language.
    pub label: String,
    /// What can be answered; empty for whatever the kind takes.
    pub options: Vec<String>,
}

/// One of several ways to get what was bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOption {
    /// By which it is chosen.
    pub id: String,
    /// What it is called, in the shopper's language.
    pub label: String,
    /// What it costs for this cart, minor units, never negative.
    pub amount: i64,
    /// `ship`, or `pickup`: the shopper comes for it.
    pub kind: String,
    /// How many days it takes, at least and at most.
    pub days: Option<(i64, i64)>,
}

impl Ask {
    pub(crate) fn read_list(fields: &mut Fields<'_>) -> Vec<Ask> {
        if !fields.has("asks") {
            return Vec::new();
        }
        fields.each("asks", |fields| Ask {
            name: fields.string("name"),
            kind: fields.string("kind"),
            required: fields.truth("required"),
            label: fields.string("label"),
            options: if fields.has("options") { texts(fields, "options") } else { Vec::new() },
        })
    }

    fn to_json(&self) -> Value {
        let options = self.options.iter().map(|option| Value::from(option.as_str())).collect();
        Value::object([
            ("name", self.name.as_str().into()),
            ("kind", self.kind.as_str().into()),
            ("required", self.required.into()),
            ("label", self.label.as_str().into()),
            ("options", options),
        ])
    }

    /// Adds the list to a body, where there is anything to ask.
    pub(crate) fn write(body: &mut Value, asks: &[Ask]) {
        write(body, "asks", asks, Ask::to_json);
    }
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
        write(body, "deliveries", options, DeliveryOption::to_json);
    }
}

fn write<T>(body: &mut Value, name: &str, list: &[T], to_json: fn(&T) -> Value) {
    if let (Value::Object(members), false) = (body, list.is_empty()) {
        members.push((name.to_owned(), list.iter().map(to_json).collect()));
    }
}

fn texts(fields: &mut Fields<'_>, name: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for text in fields.list(name) {
        match text.as_text() {
            Ok(text) => texts.push(text.to_owned()),
            Err(_) => fields.refuse(),
        }
    }
    texts
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

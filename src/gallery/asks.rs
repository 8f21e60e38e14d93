//! What the gallery's shop asks: a question of every kind, as a shop that sends things to Germany and lets letters be added would ask.

use protocol::{Ask, Choice};

use super::words::Words;

/// All of them, in their order.
pub(super) fn all(words: &Words) -> Vec<Ask> {
    let [email, phone, name, address, line1, line2, code, city, vat, card, hint, wrapping, paper, ribbon, day, terms] = words.asks;
    let ask = |name: &str, kind: &str, label: &str| Ask {
        name: name.to_owned(),
        kind: kind.to_owned(),
        required: true,
        label: label.to_owned(),
        ..Ask::default()
    };
    let optional = |ask| Ask { required: false, ..ask };
    let digits = Ask { pattern: Some("[0-9]{5}".to_owned()), ..ask("postal_code", "postal_code", code) };
    let form = vec![ask("line1", "line1", line1), optional(ask("line2", "line2", line2)), digits, ask("city", "city", city)];
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned() };
    vec![
        Ask { or: Some("phone".to_owned()), ..ask("email", "email", email) },
        Ask { or: Some("email".to_owned()), ..ask("phone", "phone", phone) },
        ask("name", "name", name),
        Ask { form, ..ask("address", "address", address) },
        optional(ask("tax_id", "tax_id", vat)),
        Ask { hint: Some(hint.to_owned()), max: Some(300), ..optional(ask("card", "multiline", card)) },
        Ask { options: vec![choice("paper", paper), choice("ribbon", ribbon)], ..ask("wrapping", "choice", wrapping) },
        optional(ask("day", "date", day)),
        Ask { link: Some("https://shop.example/terms".to_owned()), ..ask("terms", "checkbox", terms) },
    ]
}

/// One of a kind that no widget knows yet.
pub(super) fn strange(words: &Words) -> Ask {
    let (name, kind) = ("iris".to_owned(), "iris".to_owned());
    Ask { name, kind, required: true, label: words.asks[2].to_owned(), ..Ask::default() }
}

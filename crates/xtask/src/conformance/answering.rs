//! A shopper who answers whatever a quote asks, with what nobody would take for true: the first option, an address that nobody lives at, a
//! text that a pattern takes.

use protocol::{Answers, AnswersText, Ask, Quote};
use regex_syntax::hir::{Class, Hir, HirKind};

/// What such a shopper answers to a quote; nothing where it asks nothing that is answered with the order.
pub fn answers(quote: &Quote, salt: [u8; 16]) -> Option<AnswersText> {
    if !quote.asks_details() {
        return None;
    }
    let fields = quote.asks.iter().filter(|ask| !ask.is_of_price()).flat_map(Ask::fields);
    let given = fields.filter(|(ask, _)| ask.required).map(|(ask, name)| (name, answer(ask))).collect();
    let price = &quote.price;
    let delivery = price.delivery.as_ref().and_then(|delivery| delivery.id.clone());
    Some(AnswersText::of(Answers { salt, country: price.country.clone(), region: price.region.clone(), delivery, given }))
}

fn answer(ask: &Ask) -> String {
    if let Some(option) = ask.options.first() {
        return option.value.clone();
    }
    let text = match ask.kind.as_str() {
        "email" => "nobody@example.org".to_owned(),
        "phone" => "+86 138 0000 0000".to_owned(),
        "date" => "2030-01-31".to_owned(),
        "checkbox" => "true".to_owned(),
        // Made up, and with the check digits of German ones.
        "tax_id" => "DE123456788".to_owned(),
        _ => ask.pattern.as_deref().and_then(sample).unwrap_or_else(|| "Nobody".to_owned()),
    };
    text.chars().take(ask.longest()).collect()
}

/// A text that a pattern takes.
fn sample(pattern: &str) -> Option<String> {
    let mut text = String::new();
    write(&regex_syntax::parse(pattern).ok()?, &mut text);
    Some(text)
}

fn write(pattern: &Hir, text: &mut String) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => text.extend(class.ranges().first().map(|range| range.start())),
        HirKind::Class(Class::Bytes(class)) => text.extend(class.ranges().first().map(|range| char::from(range.start()))),
        HirKind::Repetition(repetition) => (0..repetition.min).for_each(|_| write(&repetition.sub, text)),
        HirKind::Capture(capture) => write(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, text)),
        HirKind::Alternation(parts) => parts.iter().take(1).for_each(|part| write(part, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_made_of_a_pattern() {
        for (pattern, text) in [("[0-9]{5}", "00000"), ("(?:AB|C) ?[A-Z]{2,3}", "ABAA"), ("(a)?b+", "b"), ("[", "Nobody")] {
            let ask = Ask { pattern: Some(pattern.to_owned()), ..Ask::default() };
            assert_eq!(answer(&ask), text, "{pattern}");
        }
    }
}

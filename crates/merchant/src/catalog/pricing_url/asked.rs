//! What the shop's own server asks with a price, and between which deliveries it gives a choice: judged as strictly as the price, since
//! shoppers are shown it and their answers are kept by it.

use protocol::json::Value;
use protocol::{Ask, DeliveryOption, Price, PriceText, Quote};

use super::super::Cart;
use super::super::asks::{Question, address_form, is_pattern, judge_country};
use crate::cart_fault::of_field;
use crate::shown::{MAX_NAME, judge_text};

/// The most questions, the most answers of a choice, and the most deliveries.
const MAX_ASKS: usize = 30;
const MAX_OPTIONS: usize = 300;
const MAX_DELIVERIES: usize = 20;
/// The longest answer that can be allowed, characters.
const MAX_ANSWER: i64 = 1000;
/// The kinds of the parts of an address.
const PARTS: [&str; 7] = ["line1", "line2", "city", "district", "region", "postal_code", "sorting_code"];

/// Why nothing is asked so.
pub(super) enum Unasked {
    /// The cart goes nowhere, or to no part of a country.
    Refused(protocol::Fault),
    /// The answer is not what it must be.
    Invalid(&'static str),
}

/// That quote with what the shop's answer asks, for that cart: the price says where to, as far as it was asked and told.
pub(super) fn asking(quote: Quote, body: &Value, cart: &Cart<'_>, locale: &str) -> Result<Quote, Unasked> {
    let Value::Object(mut members) = quote.to_json() else { return Ok(quote) };
    let told =
        ["asks", "deliveries"].map(|name| Some((name.to_owned(), body.get(name).filter(|told| !matches!(told, Value::Null))?.clone())));
    members.extend(told.into_iter().flatten());
    let shape = Unasked::Invalid("asks or deliveries: a member is missing or mistyped (docs/spec/http.md §4.6)");
    let Ok(mut quote) = Quote::from_json(&Value::Object(members)) else { return Err(shape) };
    judge_deliveries(&quote.deliveries, &quote.price).map_err(Unasked::Invalid)?;
    judge_asks(&quote.asks).map_err(Unasked::Invalid)?;
    let mut price = Price::clone(&quote.price);
    price.country = chosen(&quote.asks, "country", cart.country).map_err(|()| Unasked::Refused(of_field("not-delivered", "country")))?;
    price.region = chosen(&quote.asks, "region", cart.region).map_err(|()| Unasked::Refused(of_field("bad-request", "region")))?;
    let has_region = quote.asks.iter().any(|ask| ask.kind == "region");
    for ask in quote.asks.iter_mut().filter(|ask| ask.kind == "address" && ask.form.is_empty()) {
        ask.form = price.country.as_deref().map(|country| address_form(country, locale, has_region)).unwrap_or_default();
    }
    // Nobody's address is asked for before it is known where it is.
    quote.asks.retain(|ask| ask.kind != "address" || !ask.form.is_empty());
    Ok(Quote { price: PriceText::of(price), ..quote })
}

/// What was answered of a question that goes into the price, if it is asked.
fn chosen(asks: &[Ask], kind: &str, answer: Option<&str>) -> Result<Option<String>, ()> {
    let Some((ask, answer)) = asks.iter().find(|ask| ask.kind == kind).zip(answer) else { return Ok(None) };
    if ask.options.iter().any(|option| option.value == answer) { Ok(Some(answer.to_owned())) } else { Err(()) }
}

fn judge_deliveries(deliveries: &[DeliveryOption], price: &Price) -> Result<(), &'static str> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let is_id = |id: &str| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    for (at, one) in deliveries.iter().enumerate() {
        let is_kind = ["ship", "pickup"].contains(&one.kind.as_str());
        let is_first = deliveries[..at].iter().all(|before| before.id != one.id);
        if !is_id(&one.id) || !is_kind || !is_first || judge_text(&one.label, MAX_NAME).is_err() || at == MAX_DELIVERIES {
            return Err("deliveries: ids of their own (letters, digits and -._~), labels, kinds ship or pickup, at most 20");
        }
    }
    let chosen = price.delivery.as_ref();
    let is_offered = |one: &DeliveryOption| chosen.is_some_and(|chosen| chosen.id.as_ref() == Some(&one.id) && chosen.amount == one.amount);
    if deliveries.iter().any(is_offered) { Ok(()) } else { Err("delivery: is none of deliveries, by id and amount") }
}

fn judge_asks(asks: &[Ask]) -> Result<(), &'static str> {
    let needs_country = |ask: &Ask| ask.kind == "address" && ask.form.is_empty();
    if asks.iter().any(needs_country) && !asks.iter().any(|ask| ask.kind == "country") {
        return Err("asks: address: each country writes addresses in its own way; ask for a country, too, or tell the form");
    }
    for (at, ask) in asks.iter().enumerate() {
        if asks[..at].iter().any(|before| before.name == ask.name) || at == MAX_ASKS {
            return Err("asks: a name stands twice, or there are over 30");
        }
        if ask.or.as_ref().is_some_and(|or| *or == ask.name || !asks.iter().any(|other| other.name == *or && other.kind != "address")) {
            return Err("asks: or: there is no other ask of that name");
        }
        match ask.kind.as_str() {
            "country" | "region" if ask.name != ask.kind || ask.options.is_empty() || !ask.form.is_empty() => {
                return Err("asks: country and region have their kinds as names, and options");
            }
            "country" if !ask.options.iter().all(|option| judge_country(&option.value).is_ok()) => {
                return Err("asks: options of country: codes of ISO 3166-1, such as DE or GB");
            }
            "country" | "region" => {}
            _ if !Question::is_name(&ask.name) => {
                return Err("asks: name: 1 to 32 of a-z, 0-9, _ and -, and not country, region, delivery or salt");
            }
            kind if !Question::is_kind(kind) => return Err("asks: kind: none that is known (docs/spec/http.md §4.6)"),
            kind if (kind == "choice") == ask.options.is_empty() => {
                return Err("asks: options: what a choice is between, and nothing else");
            }
            kind if kind != "address" && !ask.form.is_empty() => return Err("asks: form: belongs to an address"),
            _ => {}
        }
        judge_words(ask)?;
        for (at, part) in ask.form.iter().enumerate() {
            let is_first = ask.form[..at].iter().all(|before| before.name != part.name);
            if !PARTS.contains(&part.kind.as_str())
                || !Question::is_name(&part.name) && part.name != "region"
                || !is_first
                || !part.form.is_empty()
            {
                return Err("asks: form: parts of the kinds of an address, each once");
            }
            judge_words(part)?;
        }
    }
    Ok(())
}

/// What a shopper is shown of a question, and how long and of which form an answer is.
fn judge_words(ask: &Ask) -> Result<(), &'static str> {
    let options = ask.options.iter().flat_map(|option| [&option.value, &option.label]);
    if ![&ask.label].into_iter().chain(&ask.hint).chain(options).all(|text| judge_text(text, MAX_NAME).is_ok())
        || ask.options.len() > MAX_OPTIONS
    {
        return Err("asks: a label, hint or option is empty, over 200 characters or holds what breaks lines or turns text around");
    }
    if ask.max.is_some_and(|max| !(1..=MAX_ANSWER).contains(&max)) {
        return Err("asks: max: 1 to 1000 characters");
    }
    if ask.link.as_ref().is_some_and(|link| !link.starts_with("https://") || !link.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err("asks: link: https://…");
    }
    if ask.pattern.as_ref().is_some_and(|pattern| !is_pattern(pattern)) {
        return Err("asks: pattern: none that Rust's regex takes, or over 1000 characters");
    }
    Ok(())
}

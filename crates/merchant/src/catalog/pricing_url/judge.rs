//! What the shop's own server is asked, and whether its answer can be believed. Pure; a doubt about any part refuses all of it.

use std::collections::BTreeMap;

use protocol::json::{self, Value};
use protocol::{Currency, DiscountCode, Item, Line, Price, PriceText, Quote};

use super::super::price_error::PriceError;
use super::super::pricing::AMOUNTS;
use super::super::{Cart, CodeState, Priced, Selling};
use super::asked::{Unasked, asking};
use crate::cart_fault::{self, CartFault};
use crate::order_record::References;
use crate::shown::{MAX_NAME, judge_picture, judge_rate, judge_text};
use crate::store::{Reservation, StockItem, Supply};

/// The most discounts, and the most taxes.
const MAX_CHARGES: usize = 20;

/// Why there is no price.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The shop says no.
    Refused(PriceError),
    /// The answer is not what it must be.
    Invalid(&'static str),
}

/// The body of the question.
pub(super) fn question(cart: &Cart<'_>, selling: &Selling<'_>, currency: Currency) -> String {
    let body = Value::object([
        ("merchant", selling.merchant.into()),
        ("currency", currency.as_str().into()),
        ("locale", selling.locale.into()),
        ("code", cart.code.map(|code| code.text()).into()),
        ("client_reference", cart.client_reference.map(Value::from).into()),
        ("country", cart.country.into()),
        ("region", cart.region.into()),
        ("delivery", cart.delivery.into()),
        ("items", cart.items.iter().map(Item::to_json).collect()),
    ]);
    body.to_string()
}

/// The price that an answer tells, if it is one of that cart and adds up.
pub(super) fn judge(body: &[u8], cart: &Cart<'_>, selling: &Selling<'_>, currency: Currency) -> Result<Priced, Fault> {
    let body = json::parse(body).map_err(|_| Fault::Invalid("not JSON, or numbers that are no integers, or a member twice"))?;
    if let Some(word) = body.get("refused") {
        return Err(refusal(word, &body));
    }
    if body.text("currency") != Ok(currency.as_str()) {
        return Err(Fault::Invalid("currency: not the one that was asked for"));
    }
    let mut price = read(&body).ok_or(Fault::Invalid("a member is missing or mistyped, an amount is negative, or sums do not add up"))?;
    if !AMOUNTS.contains(&price.total) || !AMOUNTS.contains(&price.subtotal) {
        return Err(Fault::Invalid("total: out of range"));
    }
    price.lines = in_order(price.lines, cart.items).ok_or(Fault::Invalid("lines: not what was asked for"))?;
    check_texts(&price)?;
    let supplies = supplies(&body)?;
    let short = short(&supplies, cart.items);
    if !short.is_empty() {
        let cart = CartFault { faults: short, lines: price.lines, currency: Some(currency) };
        return Err(Fault::Refused(PriceError::Cart(Box::new(cart))));
    }
    let holds = supplies.iter().filter_map(|supply| hold(supply, cart.items)).collect();
    price.discount_code = code(&body, cart)?;
    let quote = Quote {
        merchant: selling.merchant.clone(),
        merchant_name: selling.name.get(selling.locale).to_owned(),
        id: String::new(),
        expires_at: selling.expires_at,
        is_test: false,
        price: PriceText::of(price),
        methods: Vec::new(),
        ways: Vec::new(),
        asks: Vec::new(),
        deliveries: Vec::new(),
    };
    let known = (quote.price.lines.clone(), Some(currency));
    let quote = asking(quote, &body, cart, selling.locale).map_err(|unasked| match unasked {
        Unasked::Refused(fault) => {
            let (lines, currency) = known;
            Fault::Refused(PriceError::Cart(Box::new(CartFault { faults: vec![fault], lines, currency })))
        }
        Unasked::Invalid(what) => Fault::Invalid(what),
    })?;
    Ok(Priced { holds, supplies, quote, references: references(&body)? })
}

/// The shop's no, if it is one that shoppers can be told.
fn refusal(word: &Value, body: &Value) -> Fault {
    let about = |fault| Fault::Refused(PriceError::Cart(Box::new(CartFault::of(fault))));
    match (word.as_text(), body.text("sku"), body.int("left")) {
        (Ok("unknown-sku"), Ok(sku), _) => about(cart_fault::unknown_sku(sku)),
        (Ok("unknown-sku"), ..) => Fault::Refused(PriceError::UnknownItem),
        (Ok("quantity"), Ok(sku), Ok(left @ 0..)) => about(cart_fault::quantity(sku, left)),
        (Ok("quantity"), ..) => Fault::Refused(PriceError::Quantity),
        (Ok("out-of-stock"), Ok(sku), left) => about(cart_fault::out_of_stock(sku, left.unwrap_or_default().max(0))),
        _ => Fault::Invalid("refused: unknown-sku, quantity, or out-of-stock with sku"),
    }
}

/// The price, added up by the protocol's own rules. What is sold costs something; only discounts take off.
fn read(body: &Value) -> Option<Price> {
    const MEMBERS: [&str; 7] = ["currency", "lines", "subtotal", "discounts", "delivery", "taxes", "total"];
    let told = MEMBERS.map(|name| (name, body.get(name).cloned().unwrap_or(Value::Null)));
    let rounding = body.get("rounding").map(|rounding| ("rounding", rounding.clone()));
    let members = told.into_iter().chain(rounding).map(|(name, value)| (name.to_owned(), value));
    let price = PriceText::parse(&Value::Object(members.collect()).to_string())?;
    price.lines.iter().all(|line| line.unit_price >= 0).then(|| Price::clone(&price))
}

/// The lines in the order of the cart, if they are exactly those.
fn in_order(lines: Vec<Line>, items: &[Item]) -> Option<Vec<Line>> {
    if lines.len() != items.len() {
        return None;
    }
    items.iter().map(|item| lines.iter().find(|line| line.item == *item).cloned()).collect()
}

fn check_texts(price: &Price) -> Result<(), Fault> {
    let fits = |text: &String| judge_text(text, MAX_NAME).is_ok();
    let names = price
        .lines
        .iter()
        .flat_map(|line| [&line.name].into_iter().chain(&line.options))
        .chain(price.discounts.iter().map(|discount| &discount.label));
    let delivery = price.delivery.iter().flat_map(|delivery| [&delivery.label].into_iter().chain(&delivery.id));
    let taxes = price.taxes.iter().map(|tax| &tax.label);
    if !names.chain(delivery).chain(taxes).all(fits) || price.discounts.len().max(price.taxes.len()) > MAX_CHARGES {
        return Err(Fault::Invalid(
            "a name, label or options are empty, over 200 characters or hold what breaks lines or turns text around, or there are over 20 discounts or taxes",
        ));
    }
    if !price.taxes.iter().filter_map(|tax| tax.rate.as_deref()).all(|rate| judge_rate(rate).is_ok()) {
        return Err(Fault::Invalid("rate: not percent such as \"8.1\""));
    }
    let is_address = |image: &String| !image.starts_with('/') && judge_picture(image).is_ok();
    if price.lines.iter().filter_map(|line| line.image.as_ref()).all(is_address) {
        Ok(())
    } else {
        Err(Fault::Invalid("image: not an absolute address of at most 2048 characters"))
    }
}

/// How many of each thing there are, where the answer says so.
fn supplies(body: &Value) -> Result<Vec<Supply>, Fault> {
    let lines = body.get("lines").and_then(|lines| lines.as_list().ok()).unwrap_or_default();
    let named = lines.iter().filter_map(|line| Some((line.text("sku").ok()?, line.get("stock")?)));
    let supplies = named.map(|(sku, stock)| match stock.as_int() {
        Ok(stock @ 0..) => Ok(Supply { of: StockItem::Product(sku.to_owned()), stock, stocked: String::new() }),
        _ => Err(Fault::Invalid("stock: not a number, or negative")),
    });
    supplies.collect()
}

/// Everything of which there is less than the cart holds.
fn short(supplies: &[Supply], items: &[Item]) -> Vec<protocol::Fault> {
    let short = supplies.iter().filter_map(|supply| {
        let hold = hold(supply, items).filter(|hold| hold.quantity > supply.stock)?;
        let StockItem::Product(sku) = hold.of else { return None };
        Some(cart_fault::out_of_stock(&sku, supply.stock))
    });
    short.collect()
}

fn hold(supply: &Supply, items: &[Item]) -> Option<Reservation> {
    let StockItem::Product(sku) = &supply.of else { return None };
    let item = items.iter().find(|item| item.sku.as_str() == sku)?;
    Some(Reservation { of: supply.of.clone(), quantity: item.quantity.into() })
}

/// By which names the shop will know an order.
fn references(body: &Value) -> Result<References, Fault> {
    let invalid = Fault::Invalid("reference or metadata: too long, no text, or holds what breaks lines or turns text around");
    let text = |value: &Value| value.as_text().map(str::to_owned).ok();
    let member = |(name, value): &(String, Value)| Some((name.clone(), text(value)?));
    let metadata = match body.get("metadata") {
        None => Some(BTreeMap::new()),
        Some(Value::Object(members)) => members.iter().map(member).collect(),
        Some(_) => None,
    };
    let reference = body.get("reference").map(|reference| text(reference).ok_or(())).transpose();
    match (reference, metadata) {
        (Ok(reference), Some(metadata)) => {
            let references = References { reference, metadata, ..References::default() };
            if references.judge().is_ok() { Ok(references) } else { Err(invalid) }
        }
        _ => Err(invalid),
    }
}

fn code(body: &Value, cart: &Cart<'_>) -> Result<Option<DiscountCode>, Fault> {
    let (Some(code), Some(word)) = (cart.code, body.get("discount_code")) else { return Ok(None) };
    let state = word.as_text().ok().and_then(CodeState::parse);
    let state = state.ok_or(Fault::Invalid("discount_code: applied, unknown, too-early, ended, below-minimum or used-up"))?;
    Ok(Some(code.told(state)))
}

#[cfg(test)]
mod tests {
    use protocol::{MerchantId, Sku};

    use super::super::super::{Code, Text};
    use super::*;

    const ANSWER: &str = r#"{"currency":"EUR","lines":[
        {"sku":"mug","quantity":2,"name":"Mug","options":"Blue","image":"https://shop.example/mug.png","unit_price":1250,"total":2500,"stock":2,"color":"blue"},
        {"sku":"tea","quantity":1,"name":"Tea","unit_price":999,"total":999}],
        "subtotal":3499,"discounts":[{"label":"Spring","amount":499}],"delivery":{"label":"Post","amount":400},
        "taxes":[{"label":"VAT","rate":"19","amount":543,"included":true}],"total":3400,"discount_code":"applied","new":1}"#;

    fn told(answer: &str) -> Result<Priced, Fault> {
        told_of(answer, Cart::default())
    }

    fn told_of(answer: &str, place: Cart<'_>) -> Result<Priced, Fault> {
        let item = |sku: &str, quantity| Item { sku: Sku::parse(sku).unwrap(), quantity };
        let cart = Cart { items: &[item("tea", 1), item("mug", 2)], code: Some(Code::Offered("spring")), ..place };
        let (merchant, name) = (MerchantId::parse("demo").unwrap(), Text::One("Demo".into()));
        let selling = Selling { merchant: &merchant, name: &name, public_url: "https://pay.example", locale: "en", now: 1, expires_at: 2 };
        judge(answer.as_bytes(), &cart, &selling, Currency::parse("EUR").unwrap())
    }

    #[test]
    fn a_good_answer_is_a_price_in_the_order_of_the_cart() {
        let priced = told(ANSWER).unwrap();
        assert_eq!((priced.quote.price.total, priced.quote.price.lines[0].name.as_str()), (3400, "Tea"));
        assert_eq!(priced.quote.price.lines[1].options.as_deref(), Some("Blue"));
        assert_eq!(priced.quote.price.discount_code, Some(Code::Offered("SPRING").told(CodeState::Applied)));
        assert_eq!(priced.holds, [Reservation { of: StockItem::Product("mug".to_owned()), quantity: 2 }]);
    }

    #[test]
    fn the_shop_may_ask_and_give_a_choice_of_deliveries() {
        let asks = r#""asks":[{"name":"country","kind":"country","required":true,"label":"Land","options":["DE","FR"]},
            {"name":"address","kind":"address","required":true,"label":"Anschrift"},
            {"name":"size","kind":"choice","required":false,"label":"Size","options":["S",{"value":"m","label":"M"}]},
            {"name":"code","kind":"text","required":true,"label":"Code","pattern":"[0-9]+","max":9}],
            "deliveries":[{"id":"post","label":"Post","amount":400,"kind":"ship","days":[1,2]},{"id":"shop","label":"Shop","amount":0,"kind":"pickup"}],
            "delivery":{"id":"post","label":"Post","amount":400}"#;
        let answer = ANSWER.replace(r#""delivery":{"label":"Post","amount":400}"#, asks);
        let names = |priced: &Priced| priced.quote.asks.iter().map(|ask| ask.name.clone()).collect::<Vec<_>>().join(" ");
        let first = told(&answer).unwrap();
        assert_eq!(
            (names(&first), first.quote.unanswered().is_some(), first.quote.deliveries.len()),
            ("country size code".to_owned(), true, 2)
        );
        let there = told_of(&answer, Cart { country: Some("DE"), ..Cart::default() }).unwrap();
        assert_eq!((names(&there), there.quote.price.country.as_deref()), ("country address size code".to_owned(), Some("DE")));
        assert_eq!(there.quote.asks[1].form.len(), 4);
        let elsewhere = told_of(&answer, Cart { country: Some("JP"), ..Cart::default() });
        assert!(matches!(elsewhere, Err(Fault::Refused(PriceError::Cart(cart))) if cart.faults[0].code == "not-delivered"));
        for (from, to) in [
            (r#""name":"country","kind":"country""#, r#""name":"land","kind":"text""#),
            (r#""name":"size""#, r#""name":"Size""#),
            (r#""name":"size""#, r#""name":"code""#),
            (r#""name":"size""#, r#""name":"salt""#),
            (r#""kind":"choice""#, r#""kind":"card""#),
            (r#""kind":"choice""#, r#""kind":"text""#),
            (r#"["DE","FR"]"#, r#"["Germany"]"#),
            (r#"["DE","FR"]"#, r#"["DE","UK"]"#),
            (r#","options":["DE","FR"]"#, ""),
            (r#""label":"Size""#, r#""label":" ""#),
            (r#""label":"Size""#, r#""label":7"#),
            ("[0-9]+", "[0-9"),
            (r#""max":9"#, r#""max":0"#),
            (r#""max":9"#, r#""or":"nothing""#),
            (r#""max":9"#, r#""link":"http://shop.example""#),
            (r#""id":"shop""#, r#""id":"post""#),
            (r#""kind":"pickup""#, r#""kind":"drone""#),
            (r#""delivery":{"id":"post""#, r#""delivery":{"id":"boat""#),
            (r#""amount":400,"kind""#, r#""amount":401,"kind""#),
        ] {
            assert!(answer.contains(from), "{from}");
            let told = told(&answer.replacen(from, to, 1));
            assert!(matches!(told, Err(Fault::Invalid(_))), "{to}: {told:?}");
        }
    }

    #[test]
    fn an_answer_with_any_doubt_is_refused_as_a_whole() {
        for (from, to) in [
            ("\"total\":3400", "\"total\":3401"),
            ("\"total\":3400", "\"total\":3400.0"),
            ("\"total\":3400", "\"total\":3400,\"total\":3400"),
            ("\"total\":2500", "\"total\":2501"),
            ("\"subtotal\":3499", "\"subtotal\":\"3499\""),
            ("\"amount\":400", "\"amount\":-400"),
            ("\"unit_price\":999,\"total\":999", "\"unit_price\":-999,\"total\":-999"),
            ("\"taxes\":[", "\"tax\":["),
            ("\"rate\":\"19\"", "\"rate\":\"19 %\""),
            ("\"total\":3400", "\"rounding\":1,\"total\":3400"),
            ("\"discounts\":[", "\"discount\":["),
            ("EUR", "USD"),
            ("\"quantity\":2", "\"quantity\":1"),
            ("\"sku\":\"tea\"", "\"sku\":\"mug\""),
            ("\"sku\":\"tea\"", "\"sku\":\"coffee\""),
            ("\"name\":\"Tea\"", "\"name\":\"\""),
            ("\"name\":\"Tea\"", "\"name\":\"a\\u0000b\""),
            ("\"options\":\"Blue\"", "\"options\":7"),
            ("\"options\":\"Blue\"", "\"options\":\" \""),
            ("https://shop.example", "javascript:x"),
            ("\"stock\":2", "\"stock\":-2"),
            ("\"applied\"", "\"yes\""),
            ("\"new\":1", "\"reference\":7"),
            ("\"new\":1", "\"metadata\":{\"a\":1}"),
            ("\"new\":1", "\"metadata\":[]"),
            ("\"new\":1", "\"refused\":\"closed\""),
            ("{\"currency\"", "{{\"currency\""),
        ] {
            assert!(ANSWER.contains(from));
            let told = told(&ANSWER.replacen(from, to, 1));
            assert!(matches!(told, Err(Fault::Invalid(_))), "{to}: {told:?}");
        }
        let huge = ANSWER.replace("\"Tea\"", &format!("\"{}\"", "a".repeat(201)));
        assert!(matches!(told(&huge), Err(Fault::Invalid(_))));
    }

    #[test]
    fn the_shop_may_say_no() {
        assert_eq!(told(r#"{"refused":"unknown-sku"}"#), Err(Fault::Refused(PriceError::UnknownItem)));
        let faults = |answer: &str| match told(answer) {
            Err(Fault::Refused(PriceError::Cart(cart))) => (cart.faults, cart.lines.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(faults(r#"{"refused":"unknown-sku","sku":"tea"}"#), (vec![cart_fault::unknown_sku("tea")], 0));
        assert_eq!(faults(r#"{"refused":"out-of-stock","sku":"tea","left":0}"#), (vec![cart_fault::out_of_stock("tea", 0)], 0));
        // How many are left may be left out, or counted below nothing.
        for left in ["", r#","left":-1"#] {
            let answer = format!(r#"{{"refused":"out-of-stock","sku":"tea"{left}}}"#);
            assert_eq!(faults(&answer), (vec![cart_fault::out_of_stock("tea", 0)], 0), "{left}");
        }
        // Of a shortage that stands in the lines themselves, their names are known, too.
        assert_eq!(faults(&ANSWER.replace("\"stock\":2", "\"stock\":1")), (vec![cart_fault::out_of_stock("mug", 1)], 2));
    }
}

//! Orders as the records hold them: as shoppers read them, also those of programs from before a price was one text.

use protocol::json::Value;
use protocol::{Channel, Code, Currency, Line, Order, Price, PriceText};

/// Reads an order.
///
/// # Errors
/// `body-schema`.
pub(crate) fn order(body: &Value) -> Result<Order, Code> {
    let Value::Object(members) = body else { return Err(Code::BodySchema) };
    if body.get("price").is_some() {
        return Order::from_json(body);
    }
    let is_own = body.get("quote_digest").is_none();
    let more =
        [("channel", if is_own { Channel::Shop } else { Channel::Cart }.as_str().into()), ("price", earlier_price(body)?.text().into())];
    let more = more.map(|(name, value)| (name.to_owned(), value));
    Order::from_json(&Value::Object(members.iter().cloned().chain(more).collect()))
}

/// The price of an order that kept its lines and its total alone. What else had been put on or taken off is told as one sum.
fn earlier_price(body: &Value) -> Result<PriceText, Code> {
    let currency = Currency::parse(body.text("currency")?).ok_or(Code::BodySchema)?;
    let lines = body.need("lines")?.as_list()?.iter().map(Line::from_json).collect::<Result<Vec<_>, _>>()?;
    let total = body.int("amount")?;
    let price = Price::of_lines(currency, lines);
    let subtotal = if price.lines.is_empty() { total } else { price.subtotal };
    Ok(PriceText::of(Price { subtotal, rounding: total - subtotal, total, ..price }))
}

#[cfg(test)]
mod tests {
    use protocol::json;

    use super::*;

    #[test]
    fn an_order_from_before_prices_were_texts_keeps_its_lines_and_its_amount() {
        let earlier = r#"{"merchant":"demo","merchant_name":"Demo","id":"ord_1","seq":1,"status":"pending","amount":7000,"currency":"CNY",
            "quote_digest":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","expires_at":9,"methods":[],
            "lines":[{"sku":"tea","quantity":2,"name":"Tea","unit_price":3000,"total":6000}]}"#;
        let read = |text: &str| order(&json::parse(text.as_bytes()).unwrap()).unwrap();
        let told = read(earlier);
        assert_eq!((told.channel, told.price.subtotal, told.price.rounding, told.price.total), (Channel::Cart, 6000, 1000, 7000));
        assert_eq!(order(&told.to_json()), Ok(told), "and is one of today when it is written again");
        let own = earlier.replace("\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"", "null");
        let own = own.replace(r#"{"sku":"tea","quantity":2,"name":"Tea","unit_price":3000,"total":6000}"#, "");
        let told = read(&own);
        assert_eq!((told.channel, told.price.subtotal, told.price.rounding, told.price.total), (Channel::Shop, 7000, 0, 7000));
    }
}

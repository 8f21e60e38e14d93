//! `orders refund`: what goes back, in words that fit a command.

use serde_json::{Value, json};

/// A line as LINE or LINE:QUANTITY, where LINE is its place, counted from 0 as `orders show` prints it, or its sku; one of digits alone
/// as `sku:4006381333931`.
pub(super) fn pieces(text: &str) -> Result<Value, String> {
    let (text, is_sku) = text.strip_prefix("sku:").map_or((text, false), |text| (text, true));
    let (named, quantity) = text.rsplit_once(':').map_or((text, None), |(named, quantity)| (named, Some(quantity)));
    let quantity = quantity.map(|quantity| quantity.parse::<u32>().map_err(|_| "LINE or LINE:QUANTITY, as in 0, 2:1 or tea:1".to_owned()));
    let mut pieces = match named.parse::<usize>() {
        Ok(line) if !is_sku => json!({ "line": line }),
        _ => json!({ "sku": named }),
    };
    if let Some(quantity) = quantity.transpose()? {
        pieces["quantity"] = json!(quantity);
    }
    Ok(pieces)
}

/// A refusal that names a line by its place in the call, by what was typed for it.
pub(super) fn of_line(refusal: String, lines: &[Value]) -> String {
    let told = |rest: &str| {
        let (at, fault) = rest.split_once("]: ")?;
        let line = lines.get(at.parse::<usize>().ok()?)?;
        let typed = line["sku"].as_str().map_or_else(|| line["line"].to_string(), str::to_owned);
        Some(format!("bad-request: --line {typed}: {fault}"))
    };
    refusal.strip_prefix("bad-request: lines[").and_then(told).unwrap_or(refusal)
}

/// The body of the call, without what was not said.
pub(super) fn body(amount: Option<i64>, lines: &[Value], said: [(&str, bool); 3], texts: [(&str, &Option<String>); 2]) -> Value {
    let mut body = json!({});
    if let Some(amount) = amount {
        body["amount"] = json!(amount);
    }
    if !lines.is_empty() {
        body["lines"] = json!(lines);
    }
    said.into_iter().filter(|(_, is_so)| *is_so).for_each(|(name, _)| body[name] = json!(true));
    texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))).for_each(|(name, text)| body[name] = json!(text));
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_its_place_or_its_sku() {
        let read = |text| pieces(text).unwrap();
        assert_eq!([read("0"), read("2:1")], [json!({ "line": 0 }), json!({ "line": 2, "quantity": 1 })]);
        assert_eq!([read("tea"), read("tea:3")], [json!({ "sku": "tea" }), json!({ "sku": "tea", "quantity": 3 })]);
        assert_eq!([read("sku:42"), read("sku:42:1")], [json!({ "sku": "42" }), json!({ "sku": "42", "quantity": 1 })]);
        assert!(pieces("tea:all").is_err());
    }
}

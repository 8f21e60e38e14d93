//! Prices as somebody else computes them: Python, with fractions, from the words of the documentation, and the example of a shop that
//! prices its carts itself.

use serde_json::{Value, json};
use testing::Chance;
use testing::carts::Case;
use testing::judges::judge;

/// How many carts are compared.
const CARTS: usize = 5000;

#[test]
fn python_computes_the_same_prices_in_fractions() {
    let mut draw = Chance::new(271_828);
    let compared: Vec<Value> = (0..CARTS).map(|_| compared(&Case::draw(&mut draw))).collect();
    let said = judge("catalog/judge.py", &["prices"], &Value::from(compared).to_string());
    assert!(said.contains(&format!("{CARTS} carts")), "{said}");
}

/// The shop, the cart, and what we say it costs.
fn compared(case: &Case) -> Value {
    let items: Vec<Value> = case.items.iter().map(|item| json!([item.sku.as_str(), item.quantity])).collect();
    let quote = case.price().map(|priced| serde_json::from_str::<Value>(&priced.quote.to_json().to_string()).unwrap());
    json!({ "catalog": case.catalog, "items": items, "code": case.code, "quote": quote })
}

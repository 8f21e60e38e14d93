//! Prices as somebody else computes them: Python, with fractions, from the words of the documentation, and the example of a shop that
//! prices its carts itself.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed; the line says where")]

#[path = "../prices/carts.rs"]
mod carts;
#[path = "../prices/draw.rs"]
mod draw;
mod example;
#[path = "../interop_signers/programs.rs"]
#[expect(dead_code, reason = "the examples that sign need more of it")]
mod programs;
#[path = "../api/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the stories of the API need more of it")]
mod support;

use carts::Case;
use draw::Draw;
use programs::judges;
use serde_json::{Value, json};

/// How many carts are compared.
const CARTS: usize = 5000;

#[test]
fn python_computes_the_same_prices_in_fractions() {
    let mut draw = Draw::new(271_828);
    let compared: Vec<Value> = (0..CARTS).map(|_| compared(&Case::draw(&mut draw))).collect();
    let said = judges::judge("catalog/judge.py", &["prices"], &Value::from(compared).to_string());
    assert!(said.contains(&format!("{CARTS} carts")), "{said}");
}

/// The shop, the cart, and what we say it costs.
fn compared(case: &Case) -> Value {
    let items: Vec<Value> = case.items.iter().map(|item| json!([item.sku.as_str(), item.quantity])).collect();
    let quote = case.price().map(|priced| serde_json::from_str::<Value>(&priced.quote.to_json().to_string()).unwrap());
    json!({ "catalog": case.catalog, "items": items, "code": case.code, "quote": quote })
}

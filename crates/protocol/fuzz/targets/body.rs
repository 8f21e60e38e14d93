//! Bodies: strict JSON is read within its depth and written back alike, and so is every message made of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::json::{self, Value};
use protocol::{Order, Price, PriceText, Problem, Quote};

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = json::parse(bytes) else { return };
    let written = value.to_string();
    assert_eq!(json::parse(written.as_bytes()).as_ref(), Ok(&value));
    if let Ok(order) = Order::from_json(&value) {
        assert!(order.amount >= 0 && order.seq >= 0 && order.money() == order.price.money());
        assert_eq!(Order::from_json(&order.to_json()), Ok(order));
    }
    if let Ok(quote) = Quote::from_json(&value) {
        assert!(quote.price.total >= 0 && quote.price.adds_up());
        let written = PriceText::of(Price::clone(&quote.price));
        assert_eq!(PriceText::parse(written.text()), Some(written));
        assert_eq!(Quote::from_json(&quote.to_json()), Ok(quote));
    }
    if let Ok(problem) = Problem::from_json(&value) {
        assert_eq!(Problem::from_json(&problem.to_json()), Ok(problem));
    }
    let _ = value.get("type").map(Value::as_text);
});

//! The saved state: what survives a reload, and what two tabs share: the cart with its discount code and where it goes, and
//! the order being paid.

use protocol::json::{self, Fields, Value};
use protocol::{Item, OrderId};

/// The remembered part of a checkout. Nothing in it is trusted: an order is always asked for and verified again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The cart.
    pub items: Vec<Item>,
    /// The order being paid or just paid.
    pub order: Option<OrderId>,
    /// Whether the host page has been told that this order is paid: it is told once.
    pub paid: bool,
    /// What the shopper did about a discount code.
    pub code: OwnCode,
    /// The country that the cart goes to, or nothing.
    pub country: String,
    /// The part of that country, or nothing.
    pub region: String,
    /// The chosen delivery, or nothing.
    pub delivery: String,
    /// The digest of the answers that this browser gave to the order, or nothing; it tells nothing of them.
    pub answers_digest: String,
    /// The key to what of the order is for its buyer alone, or nothing.
    pub owner: String,
}

/// The shopper's own word about a discount code; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnCode {
    /// What was typed; it goes before the page's.
    pub typed: String,
    /// The page's, if it was taken out.
    pub removed: String,
}

impl Saved {
    /// Reads what [`Saved::to_text`] wrote. Anything else is nothing: storage is not trusted.
    pub fn from_text(text: &str) -> Saved {
        Saved::read(text).unwrap_or_default()
    }

    /// Writes it for storage.
    pub fn to_text(&self) -> String {
        Value::object([
            ("items", self.items.iter().map(Item::to_json).collect()),
            ("order", self.order.as_ref().map(Value::from).into()),
            ("paid", self.paid.into()),
            ("code", self.code.typed.as_str().into()),
            ("removed", self.code.removed.as_str().into()),
            ("country", self.country.as_str().into()),
            ("region", self.region.as_str().into()),
            ("delivery", self.delivery.as_str().into()),
            ("answers_digest", self.answers_digest.as_str().into()),
            ("owner", self.owner.as_str().into()),
        ])
        .to_text()
    }

    fn read(text: &str) -> Option<Saved> {
        let value = json::parse(text.as_bytes()).ok()?;
        let items = Fields::read(&value, |fields| fields.each("items", Item::read)).ok()?;
        let text = |name| value.text(name).unwrap_or_default().to_owned();
        Some(Saved {
            items,
            order: value.get("order").and_then(|order| OrderId::parse(order.as_text().ok()?)),
            paid: matches!(value.get("paid"), Some(Value::Bool(true))),
            code: OwnCode { typed: text("code"), removed: text("removed") },
            country: text("country"),
            region: text("region"),
            delivery: text("delivery"),
            answers_digest: text("answers_digest"),
            owner: text("owner"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Sku;

    #[test]
    fn what_was_saved_is_read_and_anything_else_is_nothing() {
        let items = vec![Item { sku: Sku::parse("tea").unwrap(), quantity: 2 }];
        let code = OwnCode { typed: "SPRING".to_owned(), removed: "friends".to_owned() };
        let [country, region, delivery, answers_digest, owner] = ["US", "CA", "post", "n4bQ", "AAAA"].map(str::to_owned);
        let saved = Saved { items, order: OrderId::parse("ord_1"), paid: true, code, country, region, delivery, answers_digest, owner };
        assert_eq!(Saved::from_text(&saved.to_text()), saved);
        let earlier = r#"{"items":[{"sku":"tea","quantity":2}],"order":"ord_1","paid":true}"#;
        assert_eq!(Saved::from_text(earlier), Saved { items: saved.items, order: saved.order, paid: true, ..Saved::default() });
        for text in ["", "{}", "[]", "{\"items\":[{\"sku\":\"a b\",\"quantity\":1}]}", "{\"items\":[{\"sku\":\"a\",\"quantity\":0}]}"] {
            assert_eq!(Saved::from_text(text), Saved::default());
        }
    }
}

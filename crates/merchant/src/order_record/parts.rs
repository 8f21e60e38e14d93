//! What of an order a refund can return: pieces of its lines, and its delivery; and what these are worth. A line is worth its price less its
//! share of what was taken off, plus its share of the taxes that were put on, and of the rounding: all together are worth the total.

use protocol::Price;
use serde::{Deserialize, Serialize};

use crate::spread::spread;

/// What of an order goes back with its money. Nothing, where an amount alone does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// Pieces of lines, each line once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Pieces>,
    /// Whether the delivery is paid back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delivery: bool,
    /// Whether the pieces can be sold again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restock: bool,
    /// The provider's id of the money, where it is odd money that goes back, and none of the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
}

/// Pieces of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pieces {
    /// Which line of the order's price, counted from 0.
    pub line: usize,
    /// How many, at least 1.
    pub quantity: u32,
}

/// What each line of a price, and its delivery, is worth, minor units.
pub(super) struct Worth {
    pub(super) lines: Vec<i64>,
    pub(super) delivery: i64,
}

impl Worth {
    pub(super) fn of(price: &Price) -> Worth {
        let sums: Vec<i64> = price.lines.iter().map(|line| line.total.max(0)).collect();
        let delivery = price.delivery.as_ref().map_or(0, |delivery| delivery.amount);
        let below: i64 = price.lines.iter().map(|line| line.total.min(0)).sum();
        let off = price.discounts.iter().map(|discount| discount.amount).sum::<i64>() - below;
        // What is taken off beyond the lines is taken off the delivery.
        let of_lines = off.min(sums.iter().sum());
        let mut worth: Vec<i64> = sums.iter().zip(spread(of_lines, &sums)).map(|(sum, off)| sum - off).collect();
        worth.push((delivery - (off - of_lines)).max(0));
        let taxes: i64 = price.taxes.iter().filter(|tax| !tax.included).map(|tax| tax.amount).sum();
        let taxes = spread(taxes, &worth);
        let worth: Vec<i64> = worth.iter().zip(taxes).map(|(worth, tax)| worth + tax).collect();
        // Orders of before prices were one text have all that was put on or taken off in it.
        let rounding = spread(price.rounding.abs(), &worth).into_iter().map(|share| share * price.rounding.signum());
        let mut lines: Vec<i64> = worth.iter().zip(rounding).map(|(worth, share)| (worth + share).max(0)).collect();
        let delivery = lines.pop().unwrap_or(0);
        Worth { lines, delivery }
    }
}

impl Parts {
    /// Whether an amount alone goes back.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && !self.delivery
    }
}

#[cfg(test)]
mod tests {
    use protocol::PriceText;

    use super::*;

    #[test]
    fn lines_and_delivery_are_worth_the_total() {
        let text = r#"{"currency":"EUR","lines":[
            {"sku":"a","quantity":3,"name":"A","unit_price":333,"total":999},
            {"sku":"b","quantity":1,"name":"B","unit_price":1001,"total":1001},
            {"sku":"c","quantity":1,"name":"Paid before","unit_price":-100,"total":-100}],
            "subtotal":1900,"discounts":[{"label":"Spring","amount":100}],"delivery":{"label":"Post","amount":400},
            "taxes":[{"label":"VAT","rate":"7","amount":123,"included":true},{"label":"VAT","rate":"19","amount":418,"included":false}],
            "rounding":2,"total":2620}"#;
        let Worth { lines, delivery } = Worth::of(&PriceText::parse(text).unwrap());
        assert_eq!(lines.iter().sum::<i64>() + delivery, 2_620);
        assert_eq!((lines.as_slice(), delivery), ([1_071, 1_073, 0].as_slice(), 476));
        // One of before: 12.00 was taken off two pots of 30.00.
        let before = r#"{"currency":"EUR","lines":[{"sku":"pot","quantity":2,"name":"Pot","unit_price":3000,"total":6000}],
            "subtotal":6000,"discounts":[],"taxes":[],"rounding":-1200,"total":4800}"#;
        assert_eq!(Worth::of(&PriceText::parse(before).unwrap()).lines, [4_800]);
    }
}

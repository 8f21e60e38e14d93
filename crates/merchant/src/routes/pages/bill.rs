//! What a cart or an order costs, as a table.

use maud::{Markup, html};
use protocol::{Money, Price};

use super::document::fill;
use crate::i18n::Words;
use crate::receipts::parts;

/// Every part of a price, and all of it under that label.
pub(super) fn bill(words: &Words, price: &Price, total: &str) -> Markup {
    let money_of = |amount| money(Money { amount, currency: price.currency });
    html! {
        table {
            @for (label, amount) in parts(price, words.messages.rounding) {
                tr { th scope="row" { bdi { (label) } } td { bdi { (money_of(amount)) } } }
            }
            @for tax in price.taxes.iter().filter(|tax| tax.included) {
                tr { th scope="row" { (fill(words.pages.tax_included, &[("label", &tax.label)])) } td { bdi { (money_of(tax.amount)) } } }
            }
            tr.total { th scope="row" { (total) } td { bdi { (money_of(price.total)) } } }
        }
    }
}

/// An amount, and of what.
pub(super) fn money(money: Money) -> String {
    format!("{} {}", money.to_decimal(), money.currency.as_str())
}

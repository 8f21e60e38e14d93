//! A price, to be read: what was bought, and what the lines come to. The same for a cart and for an order.

use protocol::{Order, Price, Tax};

use super::View;
use super::element::{Attr, Element, element, named};
use super::pieces::fact;
use crate::i18n::{fill, put};

/// What an order is for and what it costs, folded away; nothing where it is about an amount alone.
pub(super) fn order_details(view: &View<'_>, order: &Order) -> Option<Element> {
    let price = &order.price;
    let lines = price.lines.iter().map(|line| {
        let count = [&view.format.number(line.item.quantity.into()), " × "].concat();
        let named = |text: &str| element("bdi").text_owned(text.to_owned());
        let what = element("span").text_owned(count).child(named(&line.name));
        let what = match &line.options {
            Some(options) => what.text(" – ").child(named(options)),
            None => what,
        };
        element("li").child(what).child(element("span").text_owned(view.money(line.total, price.currency)))
    });
    let list = element("ul").children(lines);
    let summary = element("summary").text(view.messages.order_details());
    let details = || named("details", "details").child(summary).child(list).child(totals(view, price, false));
    (!price.lines.is_empty()).then(details)
}

/// Where the goods go, as the price says.
pub(super) fn country(view: &View<'_>, price: &Price) -> Option<Element> {
    let country = view.format.country(price.country.as_ref()?);
    let told = match &price.region {
        Some(region) => [&country, ", ", region].concat(),
        None => country,
    };
    Some(fact(view.messages.country(), told))
}

/// Adds where an order goes and how, if somebody was asked. What was answered besides is for the shop alone.
pub(super) fn answered(view: &View<'_>, order: &Order, facts: Element) -> Element {
    if order.answers_digest.is_none() {
        return facts;
    }
    let delivery = order.price.delivery.as_ref().map(|delivery| fact(view.messages.delivery(), delivery.label.clone()));
    facts.maybe(country(view, &order.price)).maybe(delivery)
}

/// What the lines come to; `is_open` while something is still to be answered that may add to it.
pub(super) fn totals(view: &View<'_>, price: &Price, is_open: bool) -> Element {
    let rows = totalled(view, price, is_open).into_iter().map(|(name, label, told)| {
        let row = element("div").child(element("dt").text_owned(label)).child(element("dd").text_owned(told));
        if name.is_empty() { row } else { row.attr(Attr::Class, name) }
    });
    named("dl", "totals").children(rows)
}

/// The same as texts: what the style sheet calls a row, if it has a name, its label and its amount.
pub(super) fn totalled(view: &View<'_>, price: &Price, is_open: bool) -> Vec<(&'static str, String, String)> {
    let words = view.messages;
    let money = |amount| view.money(amount, price.currency);
    let row = |label: &str, amount| ("", label.to_owned(), money(amount));
    let mut rows = Vec::new();
    if price.total != price.subtotal || price.delivery.is_some() {
        rows.push(row(words.subtotal(), price.subtotal));
    }
    rows.extend(price.discounts.iter().map(|discount| row(&discount.label, -discount.amount)));
    rows.extend(price.delivery.iter().map(|delivery| row(&delivery.label, delivery.amount)));
    let taxes = |included| price.taxes.iter().filter(move |tax| tax.included == included);
    rows.extend(taxes(false).map(|tax| row(&tax_label(view, price, tax), tax.amount)));
    if price.rounding != 0 {
        rows.push(row(words.rounding(), price.rounding));
    }
    let total = if is_open { words.so_far() } else { words.total() };
    rows.push(("total", total.to_owned(), money(price.total)));
    // A tax inside the prices is told after the total, for it adds nothing.
    rows.extend(taxes(true).map(|tax| {
        let label = put(words.tax_included(), &tax_label(view, price, tax));
        ("included", label, money(tax.amount))
    }));
    rows
}

/// What a tax is called; where there are several, its rate tells them apart.
fn tax_label(view: &View<'_>, price: &Price, tax: &Tax) -> String {
    match &tax.rate {
        Some(rate) if price.taxes.len() > 1 => fill(view.messages.tax_at(), &[("label", &tax.label), ("rate", rate)]),
        _ => tax.label.clone(),
    }
}

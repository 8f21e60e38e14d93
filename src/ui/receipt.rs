//! A receipt as a page of its own: what was bought, in the shopper's words, and the signed receipt itself (a compact JWS, docs/spec/signing.md
//! §6), which the receipt page and `verify-receipt` find in it. It loads nothing and runs nothing.

use protocol::{Order, Receipt};

use super::View;
use super::price::totalled;
use crate::i18n::{Messages, fill};

/// Colours of paper: it is for printing.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:2em auto;padding:0 1em;color:#17211c;background:#fff}\
table{width:100%;border-collapse:collapse;margin:1.5em 0}td{padding:.3em 0;vertical-align:top;border-top:1px solid #dfe6e2}\
td+td{padding-inline-start:1em;text-align:end;font-variant-numeric:tabular-nums}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.7em}@page{margin:2cm}";

/// The page, as HTML.
pub(super) fn page_of(view: &View<'_>, order: &Order, receipt: &Receipt, jws: &str) -> String {
    let words = view.messages;
    let number = order.number.as_deref().unwrap_or(order.id.as_str());
    let amount = view.format.money(receipt.money);
    let mut page =
        Page(["<!doctype html><html lang=\"", words.lang(), "\" dir=\"", words.dir(), "\"><meta charset=\"utf-8\"><title>"].concat());
    page.text(number);
    page.mark("</title><style>");
    page.mark(STYLE);
    page.mark("</style><h1>");
    page.text(&order.merchant_name);
    page.mark("</h1><p><strong>");
    if receipt.is_test {
        page.text(words.test_band());
        page.mark("<br>");
    }
    page.text(&fill(words.say_paid(), &[("amount", &amount), ("merchant", &order.merchant_name)]));
    page.mark("</strong></p>");
    let lines = order.price.lines.iter().map(|line| {
        let what = [&view.format.number(line.item.quantity.into()), " × ", &line.title()].concat();
        (what, view.money(line.total, order.price.currency))
    });
    page.table(lines.chain(totalled(view, &order.price, false).into_iter().map(|(_, label, told)| (label, told))));
    let facts = [
        (words.order_number(), number.to_owned()),
        (words.method(), words.method_name(&receipt.method).to_owned()),
        (words.paid_at(), view.format.date_time(receipt.paid_at)),
        (words.transaction(), receipt.transaction.clone()),
    ];
    page.table(facts.into_iter().map(|(name, value)| (name.to_owned(), value)));
    page.mark("<p>");
    page.text(hint(words, receipt));
    page.mark("</p><pre dir=\"ltr\">");
    page.text(jws);
    page.mark("</pre>");
    page.0
}

/// What a receipt is good for.
pub(super) fn hint(words: &'static Messages, receipt: &Receipt) -> &'static str {
    if receipt.is_test { words.test_band() } else { words.receipt_hint() }
}

/// HTML being written.
struct Page(String);

impl Page {
    fn mark(&mut self, html: &str) {
        self.0.push_str(html);
    }

    /// A text of whomever: none of it is taken for HTML.
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '<' => self.mark("&lt;"),
                '&' => self.mark("&amp;"),
                _ => self.0.push(character),
            }
        }
    }

    fn table(&mut self, rows: impl Iterator<Item = (String, String)>) {
        self.mark("<table>");
        for (name, value) in rows {
            self.mark("<tr><td>");
            self.text(&name);
            self.mark("<td>");
            self.text(&value);
        }
        self.mark("</table>");
    }
}

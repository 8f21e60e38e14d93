//! The receipt as a file to keep: a page that people read, print and check. Its last word is the receipt itself, which
//! `verify-receipt` and the page of receipts find there.

use protocol::{Money, Order};

use super::writing::escaped;
use crate::i18n::Words;
use crate::mail::Attached;
use crate::receipts::{parts, utc};
use crate::shown::one_line;

/// The receipt of an order that has one. `paid_at` in unix seconds.
pub(super) fn receipt_page(
    words: &Words,
    shop: &str,
    number: &str,
    order: &Order,
    jws: &str,
    paid: (Option<i64>, Option<&str>),
) -> Attached {
    let Words { lang, dir, messages, .. } = words;
    let money = |amount| Money { amount, currency: order.currency };
    let written = |amount: i64| format!("{} {}", money(amount).to_decimal(), order.currency.as_str());
    let row =
        |name: &str, value: &str| format!("<dt><bdi>{}</bdi></dt><dd><bdi>{}</bdi></dd>", escaped(&one_line(name, 250)), escaped(value));
    let (paid_at, transaction) = paid;
    let test = if order.is_test { format!("<p><strong>{}</strong></p>", escaped(messages.test)) } else { String::new() };
    let facts = [
        Some(row(messages.order, number)),
        paid_at.map(|at| row(messages.paid_at, &utc(at))),
        transaction.map(|transaction| row(messages.transaction, &one_line(transaction, 128))),
    ];
    let rows: String = parts(&order.price, messages.rounding).map(|(label, amount)| row(&label, &written(amount))).collect();
    let title = escaped(&format!("{} {number}", messages.receipt));
    let page = format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>{title}</title>\
         <style>body{{font:16px/1.5 sans-serif;max-width:36em;margin:2em auto;padding:0 1em}}dt{{color:#555}}dd{{margin:0 0 .5em}}\
         code{{overflow-wrap:anywhere;font-size:12px}}</style></head>\n\
         <body><h1>{title}</h1>{test}<p>{}</p><dl>{}{rows}{}</dl>\n<p><code dir=\"ltr\">{}</code></p></body></html>\n",
        escaped(&one_line(shop, 250)),
        facts.into_iter().flatten().collect::<String>(),
        row(messages.total, &written(order.amount)),
        escaped(jws),
    );
    Attached { name: format!("receipt-{number}.html"), page }
}

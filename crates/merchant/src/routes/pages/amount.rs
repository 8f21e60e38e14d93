//! The amount that the shopper names where a link lets him: its field, amounts to choose from, and what is wrong with what was typed.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use maud::{Markup, html};
use protocol::Money;

use super::bill::money;
use super::document::{Page, fill};
use crate::i18n::Words;
use crate::payment_links::OpenAmount;

/// An amount that is asked for.
#[derive(Clone, Copy)]
pub(super) struct AskedAmount<'a> {
    pub(super) words: &'a Words,
    pub(super) open: &'a OpenAmount,
    /// What was typed.
    pub(super) typed: Option<&'a str>,
}

impl AskedAmount<'_> {
    /// The amount as it was typed, minor units; `None` where it can be read in no way, or in two.
    pub(super) fn amount(&self) -> Option<i64> {
        minor_units(self.typed?, self.open.currency.exponent())
    }

    /// What is wrong with what was typed.
    fn fault(&self) -> Option<String> {
        let (texts, open) = (&self.words.pages, self.open);
        self.typed?;
        match self.amount() {
            None => Some(fill(texts.amount_unfit, &[("example", &self.decimal(open.most))])),
            Some(amount) if !(open.least..=open.most).contains(&amount) => {
                Some(fill(texts.amount_limits, &[("least", &self.written(open.least)), ("most", &self.written(open.most))]))
            }
            Some(_) => None,
        }
    }

    pub(super) fn field(&self) -> Markup {
        let (texts, open, fault) = (&self.words.pages, self.open, self.fault());
        let limits = fill(texts.amount_limits, &[("least", &self.written(open.least)), ("most", &self.written(open.most))]);
        html! {
            div.field {
                label for="amount" { (texts.amount) " (" (open.currency.as_str()) ")" }
                input id="amount" name="amount" inputmode="decimal" autocomplete="off" maxlength="24" required
                    value=(self.typed.unwrap_or_default()) aria-describedby="amount-hint" aria-invalid=[fault.is_some().then_some("true")];
                p.small id="amount-hint" { @if let Some(fault) = &fault { strong { (fault) } } @else { (limits) } }
                @if !open.suggestions.is_empty() {
                    p { @for amount in &open.suggestions { a.suggestion href={ "?amount=" (self.decimal(*amount)) } { bdi { (self.written(*amount)) } } " " } }
                }
            }
        }
    }

    /// The page that asks for nothing else yet.
    pub(super) fn page(&self, shop: &str, root: &'static str, path: &str) -> Response<Body> {
        let (words, name) = (self.words, self.open.name.as_str());
        let content = html! {
            article {
                h1 { (shop) }
                h2 { (name) }
                form method="get" action={ (root) (path) } { (self.field()) button.go { (words.pages.show_price) } }
                p.small { (words.pages.plain) }
            }
        };
        let status = if self.typed.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        Page { description: Some(name), ..Page::plain(status, words, root, shop, content) }.respond()
    }

    fn written(&self, amount: i64) -> String {
        money(Money { amount, currency: self.open.currency })
    }

    fn decimal(&self, amount: i64) -> String {
        Money { amount, currency: self.open.currency }.to_decimal()
    }
}

/// Reads an amount as shoppers type it, in digits of any of the scripts that the page speaks. What may be thousands or a part is neither.
fn minor_units(typed: &str, exponent: u8) -> Option<i64> {
    let plain: String = typed.trim().chars().map(digit).collect();
    let (whole, part) = plain.split_once(['.', ',']).unwrap_or((&plain, ""));
    let exponent = usize::from(exponent);
    let has_point = plain.contains(['.', ',']);
    let is_read = !whole.is_empty() && whole.len() <= 12 && part.len() <= exponent && has_point != part.is_empty();
    let are_digits = whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit());
    if is_read && are_digits { format!("{whole}{part:0<exponent$}").parse().ok() } else { None }
}

/// The same digit of ASCII, and the points and commas of full width and of Arabic.
fn digit(typed: char) -> char {
    let of = |zero: u32| char::from_digit(u32::from(typed) - zero, 10).unwrap_or(typed);
    match typed {
        '０'..='９' => of(0xff10),
        '٠'..='٩' => of(0x660),
        '۰'..='۹' => of(0x6f0),
        '．' | '٫' => '.',
        '，' => ',',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::minor_units;

    #[test]
    fn amounts_are_read_as_people_type_them_and_never_guessed() {
        for (typed, exponent, amount) in [
            ("25", 2, 2_500),
            (" 25.5 ", 2, 2_550),
            ("25,50", 2, 2_550),
            ("0.01", 2, 1),
            ("１２．５０", 2, 1_250),
            ("٢٥٫٥", 2, 2_550),
            ("1500", 0, 1_500),
            ("1.250", 3, 1_250),
        ] {
            assert_eq!(minor_units(typed, exponent), Some(amount), "{typed}");
        }
        for (typed, exponent) in [
            ("", 2),
            ("x", 2),
            ("-5", 2),
            ("1.000", 2),
            ("1,000", 2),
            ("1.000,00", 2),
            ("1.5", 0),
            ("5.", 2),
            (".5", 2),
            ("1e3", 2),
            ("9999999999999", 2),
            ("1 000", 2),
        ] {
            assert_eq!(minor_units(typed, exponent), None, "{typed}");
        }
    }
}

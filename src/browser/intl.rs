//! Amounts, dates and numbers as the shopper's locale writes them: the browser's `Intl`, which costs no bytes.

use std::cell::RefCell;

use js_sys::{Object, Reflect};
use protocol::{Currency, Money, decimal};
use wasm_bindgen::prelude::*;

use crate::i18n::Format;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &Object) -> Result<NumberFormat, JsValue>;
    /// A decimal string, not a number: `Intl` takes it without loss.
    #[wasm_bindgen(method, catch)]
    fn format(this: &NumberFormat, decimal: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, unix_ms: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type PluralRules;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str) -> Result<PluralRules, JsValue>;
    #[wasm_bindgen(method)]
    fn select(this: &PluralRules, number: i32) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &Object) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<String, JsValue>;

    type Date;
    #[wasm_bindgen(constructor)]
    fn new(unix_ms: f64) -> Date;
    #[wasm_bindgen(method, js_name = toISOString, catch)]
    fn to_iso_string(this: &Date) -> Result<String, JsValue>;
}

/// One locale's way of writing.
pub(crate) struct Intl {
    locale: String,
    /// Making a formatter takes longer than using it a hundred times; a checkout has one currency.
    money: RefCell<Option<(Currency, NumberFormat)>>,
}

impl Intl {
    /// `locale` is a BCP 47 tag; where it is none, values are written plainly.
    pub(crate) fn new(locale: &str) -> Intl {
        Intl { locale: locale.to_owned(), money: RefCell::default() }
    }

    fn of_currency(&self, currency: Currency) -> Option<NumberFormat> {
        let digits = JsValue::from(currency.exponent());
        let options = options([
            ("style", "currency".into()),
            ("currency", currency.as_str().into()),
            ("minimumFractionDigits", digits.clone()),
            ("maximumFractionDigits", digits),
        ]);
        NumberFormat::new(&self.locale, &options).ok()
    }
}

impl Format for Intl {
    fn money(&self, money: Money) -> String {
        let mut kept = self.money.borrow_mut();
        if kept.as_ref().is_none_or(|(currency, _)| *currency != money.currency) {
            *kept = self.of_currency(money.currency).map(|format| (money.currency, format));
        }
        let written = kept.as_ref().and_then(|(_, format)| format.format(&money.to_decimal()).ok());
        written.unwrap_or_else(|| [money.currency.as_str(), &money.to_decimal()].join(" "))
    }

    fn date_time(&self, unix: i64) -> String {
        let options = options([("dateStyle", "medium".into()), ("timeStyle", "short".into())]);
        // Milliseconds since 1970 stay exact in a double for 285,000 years.
        let unix_ms = unix as f64 * 1000.0;
        let written = DateTimeFormat::new(&self.locale, &options).and_then(|format| format.format(unix_ms));
        // What the locale, the time zone or the page makes impossible is written plainly; a year without a name, as it is kept.
        let written = written.or_else(|_| Date::new(unix_ms).to_iso_string());
        written.unwrap_or_else(|_| decimal::text(unix))
    }

    fn number(&self, number: i64) -> String {
        let number = decimal::text(number);
        NumberFormat::new(&self.locale, &options([])).and_then(|format| format.format(&number)).unwrap_or(number)
    }

    fn country(&self, code: &str) -> String {
        let names = DisplayNames::new(&self.locale, &options([("type", "region".into())]));
        names.and_then(|names| names.of(code)).unwrap_or_else(|_| code.to_owned())
    }

    fn plural(&self, number: i64) -> String {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        PluralRules::new(&self.locale).map(|rules| rules.select(number)).unwrap_or_default()
    }
}

/// In every language with the digits 0 to 9: those of fields, order numbers and the wallets that show the same amount.
fn options<const N: usize>(members: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    _ = Reflect::set(&object, &"numberingSystem".into(), &"latn".into());
    for (name, value) in members {
        _ = Reflect::set(&object, &name.into(), &value);
    }
    object
}

//! What shoppers read and hear. English is inside the wasm, every other locale is a file that the loader fetches for its shoppers.
//! Not here: which locale that is (the loader's), names of goods, discounts and taxes (the merchant's), texts for developers.

/// Makes one list of names and texts into English and the methods that read any locale.
macro_rules! texts {
    ($($(#[$about:meta])* $name:ident: $text:literal,)*) => {
        /// Names and texts, in the order of a locale's file.
        pub(super) const TEXTS: &[(&str, &str)] = &[$((stringify!($name), $text)),*];
        /// What a locale's file would hold.
        pub(super) const LINES: &str = concat!($($text, "\n"),*);

        #[expect(non_camel_case_types, reason = "places in a locale's file, by the names of their texts")]
        enum At { $($name),* }

        impl super::Messages {
            $($(#[$about])* pub fn $name(&self) -> &'static str { self.0[At::$name as usize] })*
        }
    };
}

/// What the loader says before there is a widget. Its script has these words; here they belong to what a translation must have.
macro_rules! loader {
    ($($(#[$about:meta])* $name:ident: $text:literal,)*) => {
        #[cfg(any(test, feature = "gallery"))]
        pub(super) const LOADER: &[(&str, &str)] = &[$((stringify!($name), $text)),*];
    };
}

mod en;
#[cfg(any(test, feature = "gallery"))]
mod translation;

/// Every locale but English, by its name.
#[cfg(any(test, feature = "gallery"))]
const TRANSLATIONS: &[(&str, &str)] = &[
    ("ar", include_str!("ar.json")),
    ("de", include_str!("de.json")),
    ("ja", include_str!("ja.json")),
    ("zh-Hans", include_str!("zh-Hans.json")),
];

use std::array;
use std::cell::RefCell;

use protocol::{Method, Money};

/// Writes values the way the shopper's locale does. The browser's `Intl` does it there, a plain one in tests.
pub trait Format {
    /// An amount with its currency.
    fn money(&self, money: Money) -> String;
    /// A moment, unix seconds, in the shopper's time zone.
    fn date_time(&self, unix: i64) -> String;
    /// The name of a country, by its code of ISO 3166-1.
    fn country(&self, code: &str) -> String;
    /// A plain integer.
    fn number(&self, number: i64) -> String;
    /// CLDR's name for the plural that this number takes in the language: `one`, `few`, `other` and so on.
    fn plural(&self, number: i64) -> String;
}

/// Every text of one locale, each read by the method of its name. Places such as `{amount}` are filled by [`fill`].
pub struct Messages([&'static str; en::TEXTS.len()]);

thread_local! {
    /// Read once and kept for as long as the page lives, so that screens hold texts without copying them.
    static KNOWN: RefCell<Vec<&'static Messages>> = const { RefCell::new(Vec::new()) };
}

impl Messages {
    /// The texts of a locale's file: a text a line, in the order of `en.rs`. English without a file. `cargo xtask dist` has found
    /// the file complete, and the loader's digest of it stands for that.
    pub fn of(file: Option<&str>) -> &'static Messages {
        let file = file.unwrap_or(en::LINES);
        let (lang, _) = cut(file, b'\n');
        KNOWN.with_borrow_mut(|known| {
            if let Some(messages) = known.iter().find(|messages| messages.lang() == lang) {
                return *messages;
            }
            let mut rest: &'static str = file.to_owned().leak();
            let mut line = || {
                let (line, after) = cut(rest, b'\n');
                rest = after.unwrap_or_default();
                line
            };
            let messages: &Messages = Box::leak(Box::new(Messages(array::from_fn(|_| line()))));
            known.push(messages);
            messages
        })
    }

    /// What shoppers call that method; a method unknown here goes by its id.
    pub fn method_name<'a>(&self, method: &'a Method) -> &'a str {
        match method.as_str() {
            "wechat_pay" => self.wechat_pay(),
            "alipay" => self.alipay(),
            _ => method.scheme_name(),
        }
    }

    /// The app that reads a code of that method.
    pub fn app_name<'a>(&self, method: &'a Method) -> &'a str {
        match method.as_str() {
            "wechat_pay" => self.wechat_app(),
            _ => self.method_name(method),
        }
    }

    /// What a bank's app calls the place where a copied code goes.
    pub fn paste_name<'a>(&self, method: &'a Method) -> &'a str {
        method.paste_name().unwrap_or_else(|| self.method_name(method))
    }

    /// How to pay by that method, in order.
    pub fn method_steps(&self, method: &Method) -> [&'static str; 3] {
        match method.as_str() {
            "wechat_pay" => [self.wechat_pay_first(), self.wechat_pay_then(), self.wechat_pay_last()],
            "alipay" => [self.alipay_first(), self.alipay_then(), self.alipay_last()],
            _ => [self.other_first(), self.other_then(), self.other_last()],
        }
    }
}

/// The names of all locales.
#[cfg(any(test, feature = "gallery"))]
pub fn locales() -> Vec<&'static str> {
    std::iter::once("en").chain(TRANSLATIONS.iter().map(|(name, _)| *name)).collect()
}

/// The texts of a locale by its name, for tests and the gallery, which have no loader; English for a name without a file.
#[cfg(any(test, feature = "gallery"))]
pub fn messages(locale: &str) -> &'static Messages {
    let found = TRANSLATIONS.iter().find(|(name, _)| *name == locale);
    let file = found.and_then(|(_, translation)| file(translation).ok());
    Messages::of(file.as_deref())
}

/// What `dist` makes of a translation for the widget.
#[cfg(any(test, feature = "gallery"))]
fn file(translation: &str) -> Result<String, String> {
    let texts = translation::texts(&[en::TEXTS, en::LOADER].concat(), translation)?;
    Ok(texts.iter().take(en::TEXTS.len()).map(|text| format!("{text}\n")).collect())
}

/// A text about so many things, in the form that the language has for that number. A text without forms fits any.
pub fn counted(text: &str, number: i64, format: &dyn Format) -> String {
    let category = format.plural(number);
    let (mut form, mut rest) = cut(text, b'\t');
    while let Some(others) = rest {
        let (other, after) = cut(others, b'\t');
        form = other.strip_prefix(category.as_str()).unwrap_or(form);
        rest = after;
    }
    fill(form, &[("count", &format.number(number))])
}

/// Puts values into the `{name}` places of a text. What stands in a value is never taken for a place.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let (before, Some(after)) = cut(rest, b'{')
        && let (name, Some(after)) = cut(after, b'}')
    {
        text.push_str(before);
        text.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Puts a value into the one place of a text, as [`fill`] does by the name of each.
pub fn put(template: &str, value: &str) -> String {
    let (before, rest) = cut(template, b'{');
    [before, value, cut(rest.unwrap_or_default(), b'}').1.unwrap_or_default()].concat()
}

/// What stands before the first such character, and what stands behind it if there is one.
pub(crate) fn cut(text: &str, character: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == character) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts a number into the plural of that name.
    struct In(&'static str);

    impl Format for In {
        fn money(&self, _: Money) -> String {
            String::new()
        }

        fn date_time(&self, _: i64) -> String {
            String::new()
        }

        fn country(&self, code: &str) -> String {
            code.to_owned()
        }

        fn number(&self, number: i64) -> String {
            number.to_string()
        }

        fn plural(&self, _: i64) -> String {
            self.0.to_owned()
        }
    }

    #[test]
    fn every_translation_is_complete() {
        for (name, translation) in TRANSLATIONS {
            assert_eq!(file(translation).err(), None, "{name}");
            assert_eq!(messages(name).lang(), *name);
        }
        assert_eq!(["zh-Hans", "en", "xx"].map(|locale| messages(locale).close()), ["关闭", "Close", "Close"]);
    }

    #[test]
    fn a_text_about_a_number_takes_the_form_of_its_plural() {
        let arabic = |category, number| counted(messages("ar").only_left(), number, &In(category));
        assert_eq!(arabic("two", 2), "لم تتبقَّ سوى قطعتين");
        assert_eq!(arabic("few", 3), "لم تتبقَّ سوى 3 قطع");
        assert_eq!(arabic("many", 11), "لم تتبقَّ سوى 11 قطعة");
        let german = |category, number| counted(messages("de").in_cart(), number, &In(category));
        assert_eq!([german("one", 1), german("other", 2)], ["1 Artikel wartet in Ihrem Warenkorb", "2 Artikel warten in Ihrem Warenkorb"]);
        assert_eq!(counted(messages("en").only_left(), 1, &In("one")), "Only 1 left");
    }

    #[test]
    fn a_method_has_the_name_that_shoppers_know_or_its_own_word() {
        let name = |word: &str| messages("zh-Hans").method_name(&Method::parse(word).unwrap()).to_owned();
        assert_eq!(["wechat_pay", "promptpay", "fps", "vietqr", "cash"].map(name), ["微信支付", "PromptPay", "FPS", "VietQR", "cash"]);
    }

    #[test]
    fn each_text_is_read_by_its_own_name_and_each_locale_once() {
        let file = en::TEXTS.iter().map(|(name, _)| format!("{name}\n")).collect::<String>().replacen("lang\n", "xx\n", 1);
        let messages = Messages::of(Some(&file));
        assert_eq!((messages.dir(), messages.close(), messages.other_last()), ("dir", "close", "other_last"));
        assert!(std::ptr::eq(messages, Messages::of(Some(&file))));
        assert_eq!(Messages::of(None).close(), "Close");
    }

    #[test]
    fn values_fill_their_places_and_are_never_read_as_places() {
        assert_eq!(fill("{amount} to {merchant}!", &[("merchant", "{amount}"), ("amount", "¥1")]), "¥1 to {amount}!");
        assert_eq!(fill("50 { off", &[]), "50 { off");
    }
}

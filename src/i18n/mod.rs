//! What shoppers read and hear. A locale is a file holding one `Messages`: a missing translation does not compile.
//! Not here: names of goods, discounts and taxes (the merchant's, in quotes and orders) and texts for developers.

mod en;
mod zh_hans;

use protocol::{Method, Money};

/// Writes values the way the shopper's locale does. The browser's `Intl` does it there, a plain one in tests.
pub trait Format {
    /// An amount with its currency.
    fn money(&self, money: Money) -> String;
    /// A moment, unix seconds, in the shopper's time zone.
    fn date_time(&self, unix: i64) -> String;
    /// A plain integer.
    fn number(&self, number: i64) -> String;
}

/// A payment method in words.
pub struct MethodWords {
    /// What shoppers call it.
    pub name: &'static str,
    /// How to pay with it, in order.
    pub steps: [&'static str; 3],
}

/// Every text of one locale. Placeholders such as `{amount}` are filled by [`fill`].
pub struct Messages {
    /// BCP 47 tag of these texts.
    pub lang: &'static str,
    /// `ltr` or `rtl`.
    pub dir: &'static str,

    /// Name of the dialog's close button.
    pub close: &'static str,
    /// Below everything that was verified.
    pub verified: &'static str,
    /// The device is off line.
    pub offline: &'static str,
    /// Several requests in a row failed.
    pub retrying: &'static str,

    /// Heading of the cart.
    pub cart: &'static str,
    /// Heading of a cart with nothing in it.
    pub cart_empty: &'static str,
    /// What to do about it.
    pub cart_empty_hint: &'static str,
    /// Unit price: `{amount}`.
    pub each: &'static str,
    /// Names the quantity field of `{name}`.
    pub quantity_of: &'static str,
    /// Names the minus button of `{name}`.
    pub one_less: &'static str,
    /// Names the plus button of `{name}`.
    pub one_more: &'static str,
    /// Label of the remove button.
    pub remove: &'static str,
    /// Names the remove button of `{name}`.
    pub remove_of: &'static str,
    /// Sum of the lines.
    pub subtotal: &'static str,
    /// What is to be paid.
    pub total: &'static str,
    /// A tax that the prices hold already: `{label}`.
    pub tax_included: &'static str,
    /// Question above the payment methods; also the label on the receipt.
    pub method: &'static str,
    /// The one method offered: `{method}`.
    pub pay_by: &'static str,
    /// The big button: `{amount}`. Begins with the word that tests look for.
    pub pay: &'static str,
    /// The big button while the price is on its way.
    pub pay_later: &'static str,
    /// Announced while the price is on its way.
    pub pricing: &'static str,
    /// The price moved between quote and order.
    pub price_changed: &'static str,
    /// The backend refused the order.
    pub order_refused: &'static str,
    /// No payment method fits.
    pub no_method: &'static str,
    /// Heading of a cart without a price.
    pub no_price: &'static str,
    /// The price could not be verified.
    pub price_unverified: &'static str,
    /// The backend refused to price the cart.
    pub price_refused: &'static str,
    /// Button.
    pub try_again: &'static str,

    /// Heading while the order is being made.
    pub creating: &'static str,
    /// Below it.
    pub creating_hint: &'static str,
    /// Button: leave it.
    pub back: &'static str,
    /// Heading while a known order is asked for.
    pub resuming: &'static str,
    /// Below it.
    pub resuming_hint: &'static str,

    /// Heading of the code.
    pub scan: &'static str,
    /// Heading once a wallet has read the code.
    pub scanned: &'static str,
    /// What to do then.
    pub scanned_hint: &'static str,
    /// Names the group around the code.
    pub code: &'static str,
    /// Names the code itself: `{amount}`, `{merchant}`, `{method}`.
    pub code_of: &'static str,
    /// In place of a code that is not there yet.
    pub code_coming: &'static str,
    /// Beside a code that nobody has paid yet.
    pub waiting: &'static str,
    /// Who is paid: `{merchant}`.
    pub to_merchant: &'static str,
    /// Label of the countdown.
    pub time_left: &'static str,
    /// Label of the order number.
    pub order_number: &'static str,
    /// Button: copies the order number.
    pub copy: &'static str,
    /// In its place once that is done.
    pub copied: &'static str,
    /// Above the steps.
    pub how_to_pay: &'static str,
    /// Opens the list of what is bought.
    pub order_details: &'static str,
    /// Button.
    pub check_now: &'static str,
    /// While checking.
    pub checking: &'static str,
    /// Button.
    pub new_code: &'static str,
    /// While a new code is on its way.
    pub renewing: &'static str,
    /// Button.
    pub cancel: &'static str,
    /// While canceling.
    pub canceling: &'static str,
    /// The shopper asked and the money is not here.
    pub not_paid_yet: &'static str,
    /// The backend refused what the shopper asked for.
    pub action_refused: &'static str,
    /// Announced when the code appears: `{amount}`, `{merchant}`.
    pub say_scan: &'static str,
    /// Announced when five minutes are left.
    pub five_minutes: &'static str,
    /// Announced when one minute is left.
    pub one_minute: &'static str,
    /// Announced when thirty seconds are left.
    pub thirty_seconds: &'static str,

    /// Heading.
    pub paid: &'static str,
    /// Below it: `{merchant}`.
    pub paid_hint: &'static str,
    /// Announced: `{amount}`, `{merchant}`.
    pub say_paid: &'static str,
    /// The money went back.
    pub refunded: &'static str,
    /// Part of it did.
    pub partly_refunded: &'static str,
    /// Label of the time of payment.
    pub paid_at: &'static str,
    /// Label of the provider's number.
    pub transaction: &'static str,
    /// Button.
    pub save_receipt: &'static str,
    /// What the file is.
    pub receipt_hint: &'static str,
    /// Button.
    pub continue_shopping: &'static str,

    /// Heading when a code ran out and another can be had.
    pub code_expired: &'static str,
    /// Below it.
    pub code_expired_hint: &'static str,
    /// Heading when the order ran out.
    pub order_expired: &'static str,
    /// Below it.
    pub order_expired_hint: &'static str,
    /// For whoever paid in the last second.
    pub late_hint: &'static str,
    /// Button.
    pub start_again: &'static str,
    /// Heading.
    pub refused: &'static str,
    /// Below it.
    pub refused_hint: &'static str,
    /// Button: another method, `{method}`.
    pub use_method: &'static str,
    /// Heading.
    pub canceled: &'static str,
    /// Below it.
    pub canceled_hint: &'static str,

    /// Heading when it is not known how an order stands.
    pub unsure: &'static str,
    /// Below it.
    pub unsure_hint: &'static str,
    /// Heading when it is not known whether an order was made.
    pub unsure_creation: &'static str,
    /// Below it.
    pub unsure_creation_hint: &'static str,
    /// For support: `{code}`.
    pub reference: &'static str,
    /// Heading when the merchant's set-up is wrong.
    pub misconfigured: &'static str,
    /// Below it.
    pub misconfigured_hint: &'static str,

    /// `wechat_pay`
    pub wechat_pay: MethodWords,
    /// `alipay`
    pub alipay: MethodWords,
    /// How to pay by any other method.
    pub other_steps: [&'static str; 3],
}

impl Messages {
    /// What shoppers call that method; a method unknown here goes by its id.
    pub fn method_name<'a>(&self, method: &'a Method) -> &'a str {
        match method.as_str() {
            "wechat_pay" => self.wechat_pay.name,
            "alipay" => self.alipay.name,
            other => other,
        }
    }

    /// How to pay by that method.
    pub fn method_steps(&self, method: &Method) -> &[&'static str; 3] {
        match method.as_str() {
            "wechat_pay" => &self.wechat_pay.steps,
            "alipay" => &self.alipay.steps,
            _ => &self.other_steps,
        }
    }
}

/// The texts for a BCP 47 tag: Simplified Chinese for `zh`, `zh-CN`, `zh-SG` and `zh-Hans…`, English for everything else.
pub fn messages(locale: &str) -> &'static Messages {
    let mut subtags = locale.split('-');
    let chinese = subtags.next().is_some_and(|language| language.eq_ignore_ascii_case("zh"));
    let simplified = subtags.next().is_none_or(|next| ["hans", "cn", "sg"].iter().any(|known| next.eq_ignore_ascii_case(known)));
    if chinese && simplified { &zh_hans::MESSAGES } else { &en::MESSAGES }
}

/// Puts values into the `{name}` places of a text. What stands in a value is never taken for a place.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        text.push_str(before);
        text.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_is_found_by_its_subtags_and_the_rest_is_english() {
        for tag in ["zh", "zh-CN", "zh-cn", "zh-Hans", "zh-Hans-CN", "ZH-SG"] {
            assert_eq!(messages(tag).lang, "zh-Hans", "{tag}");
        }
        for tag in ["en", "en-GB", "de", "zh-TW", "zh-Hant-HK", "zha", ""] {
            assert_eq!(messages(tag).lang, "en", "{tag}");
        }
    }

    #[test]
    fn values_fill_their_places_and_are_never_read_as_places() {
        assert_eq!(fill("{amount} to {merchant}!", &[("merchant", "{amount}"), ("amount", "¥1")]), "¥1 to {amount}!");
        assert_eq!(fill("50 { off", &[]), "50 { off");
    }
}

//! A message as shoppers would get it, with an order that nobody made.

use protocol::{Currency, Item, Line, Money, Price, Sku};

use super::occasion::Occasion;
use super::writing::{Message, Parcel};
use crate::config::{Config, ConfigError};
use crate::i18n::spoken;

/// The message about that in a language: its subject and its plain text, or its page.
///
/// # Errors
/// One line that names the key, or the file of the merchant's words.
pub fn preview(config: &Config, occasion: Occasion, locale: &str, html: bool) -> Result<String, ConfigError> {
    let own = config.own_words()?;
    let words = spoken(locale);
    let currency = config.catalog.currency().map(|(_, currency)| currency)?;
    let Some(currency) = Currency::parse(&currency) else { return Err(ConfigError::of("catalog", "has no currency")) };
    let line = |name: &str, quantity: u32, unit_price: i64| {
        let item = Item { sku: Sku::parse("example")?, quantity };
        let total = unit_price * i64::from(quantity);
        Some(Line { item, name: name.to_owned(), options: None, image: None, unit_price, total })
    };
    let price = Price::of_lines(currency, [line("Tea", 2, 6_800), line("Cup", 1, 1_200)].into_iter().flatten().collect());
    let page = format!("{}/o/ord_example#example", config.public_url());
    let message = Message {
        occasion,
        words,
        own: own.get(words.lang, occasion),
        is_test: false,
        shop: config.merchant.name.get(words.lang),
        number: "4Y7KQ2M9TD",
        price: &price,
        part: None,
        name: Some("Lin Xiao"),
        parcel: match occasion {
            Occasion::Shipped => Parcel { carrier: Some("DHL"), tracking: Some("00340434161094027318"), link: None },
            _ => Parcel::default(),
        },
        returned: (occasion == Occasion::Refunded).then_some(Money { amount: 1_200, currency }),
        page: Some(&page),
        has_receipt: occasion == Occasion::Paid,
        gives: false,
    };
    let written = message.written();
    Ok(if html { written.html } else { format!("{}\n\n{}", written.subject, written.text) })
}

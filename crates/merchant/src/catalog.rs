//! What the shop sells and how a cart is priced. Integers only; each percentage is rounded once, half up, on the sum it is taken of.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use protocol::{Charge, Currency, Item, Line, MAX_ITEMS, Quote, Sku, Tax};
use serde::Deserialize;

use crate::answer::Refusal;

/// The highest price of one thing, minor units: a full cart of them stays within 64 bits.
const MAX_PRICE: i64 = 999_999_999_999;

/// A catalog file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    currency: String,
    #[serde(rename = "item", default)]
    items: Vec<Product>,
    #[serde(rename = "discount", default)]
    discounts: Vec<Discount>,
    shipping: Option<Shipping>,
    tax: Option<TaxRule>,
}

/// A text in one language for all, or one per BCP 47 tag.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// The same for everybody.
    One(String),
    /// By language tag.
    Many(BTreeMap<String, String>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    sku: String,
    name: Text,
    image: Option<String>,
    /// Minor units.
    price: i64,
}

/// Taken off once the subtotal reaches `minimum`: `percent` of it, or a fixed `amount`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Discount {
    label: Text,
    percent: Option<i64>,
    amount: Option<i64>,
    #[serde(default)]
    minimum: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipping {
    label: Text,
    amount: i64,
    /// From this subtotal on nothing is charged.
    free_over: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxRule {
    label: Text,
    percent: i64,
    /// Whether the prices hold it already.
    #[serde(default)]
    included: bool,
}

/// What is wrong with a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError(String);

impl fmt::Display for CatalogError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for CatalogError {}

impl Text {
    /// The text for a language: exact tag, then ever shorter ones, then English, then any.
    pub fn get(&self, locale: &str) -> &str {
        let many = match self {
            Text::One(text) => return text,
            Text::Many(many) => many,
        };
        let mut tag = locale;
        loop {
            let near = many.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag)).or_else(|| {
                // A bare language finds its first regional form: `zh` finds `zh-Hans`.
                many.iter().find(|(known, _)| known.split('-').next().is_some_and(|language| language.eq_ignore_ascii_case(tag)))
            });
            match (near, tag.rsplit_once('-')) {
                (Some((_, text)), _) => return text,
                (None, Some((shorter, _))) => tag = shorter,
                (None, None) => break,
            }
        }
        many.get("en").or_else(|| many.values().next()).map_or("", String::as_str)
    }
}

/// Who sells, and when: what a quote needs beside the catalog.
#[derive(Clone, Copy, Debug)]
pub struct Selling<'a> {
    /// The merchant's id.
    pub merchant: &'a protocol::MerchantId,
    /// The merchant's name.
    pub name: &'a Text,
    /// Before relative addresses of pictures.
    pub public_url: &'a str,
    /// The shopper's language.
    pub locale: &'a str,
    /// Offered payment methods.
    pub methods: &'a [protocol::Method],
    /// Until when the price stands, unix seconds.
    pub expires_at: i64,
}

impl Catalog {
    /// Reads a file.
    ///
    /// # Errors
    /// One line that names the file and the key or item at fault.
    pub fn load(path: &Path) -> Result<Catalog, CatalogError> {
        let fault = |what: &dyn fmt::Display| CatalogError(format!("{}: {what}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| fault(&error))?;
        Catalog::parse(&text).map_err(|error| fault(&error))
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// One line that names the key or item at fault.
    pub fn parse(text: &str) -> Result<Catalog, CatalogError> {
        let catalog: Catalog = toml::from_str(text).map_err(|error| CatalogError(crate::config::one_line(&error, text)))?;
        catalog.check().map_err(CatalogError)?;
        Ok(catalog)
    }

    /// ISO 4217 code of all prices.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    fn check(&self) -> Result<(), String> {
        Currency::parse(&self.currency).ok_or("currency: not an ISO 4217 code")?;
        for (at, item) in self.items.iter().enumerate() {
            Sku::parse(&item.sku).ok_or(format!("item {}: sku {:?} holds characters that addresses do not take", at + 1, item.sku))?;
            if self.items[..at].iter().any(|earlier| earlier.sku == item.sku) {
                return Err(format!("item {}: sku {:?} stands twice", at + 1, item.sku));
            }
            if !(1..=MAX_PRICE).contains(&item.price) {
                return Err(format!("item {:?}: price must be a positive number of minor units, at most {MAX_PRICE}", item.sku));
            }
        }
        for (at, discount) in self.discounts.iter().enumerate() {
            let percent = discount.percent.is_none_or(|percent| (1..=100).contains(&percent));
            let amount = discount.amount.is_none_or(|amount| amount > 0);
            if discount.percent.is_some() == discount.amount.is_some() || !percent || !amount {
                return Err(format!("discount {}: needs either percent (1 to 100) or a positive amount", at + 1));
            }
        }
        if self.shipping.as_ref().is_some_and(|shipping| shipping.amount < 0) {
            return Err("shipping: amount is negative".into());
        }
        if self.tax.as_ref().is_some_and(|tax| !(0..=100).contains(&tax.percent)) {
            return Err("tax: percent must be 0 to 100".into());
        }
        Ok(())
    }

    /// Prices a cart.
    ///
    /// # Errors
    /// `cart-empty`, `too-many-items`, `unknown-sku`, `quantity` (a thing named twice, or a sum out of range).
    pub fn price(&self, items: &[Item], selling: &Selling<'_>) -> Result<Quote, Refusal> {
        if items.is_empty() {
            return Err(Refusal::CartEmpty);
        }
        if items.len() > MAX_ITEMS {
            return Err(Refusal::TooManyItems);
        }
        if items.iter().enumerate().any(|(at, item)| items[..at].iter().any(|earlier| earlier.sku == item.sku)) {
            return Err(Refusal::Quantity);
        }
        let lines = items.iter().map(|item| self.line(item, selling)).collect::<Result<Vec<_>, _>>()?;
        let subtotal: i64 = lines.iter().map(|line| line.total).sum();
        let discounts = self.discounts(subtotal, selling.locale);
        let off: i64 = discounts.iter().map(|discount| discount.amount).sum();
        let shipping = self.shipping.as_ref().map(|shipping| {
            let free = shipping.free_over.is_some_and(|limit| subtotal >= limit);
            Charge { label: shipping.label.get(selling.locale).to_owned(), amount: if free { 0 } else { shipping.amount } }
        });
        let before_tax = subtotal - off + shipping.as_ref().map_or(0, |shipping| shipping.amount);
        let tax = self.tax.as_ref().map(|rule| rule.of(before_tax, selling.locale));
        let total = before_tax + tax.as_ref().filter(|tax| !tax.included).map_or(0, |tax| tax.amount);
        if !(1..1_000_000_000_000_000).contains(&total) {
            return Err(Refusal::Quantity);
        }
        let mut quote = Quote {
            merchant: selling.merchant.clone(),
            merchant_name: selling.name.get(selling.locale).to_owned(),
            id: String::new(),
            expires_at: selling.expires_at,
            currency: Currency::parse(&self.currency).expect("checked when the catalog was read"),
            lines,
            subtotal,
            discounts,
            shipping,
            tax,
            total,
            methods: selling.methods.to_vec(),
        };
        // Stateless: the same price of the same cart has the same name.
        let digest = protocol::Digest::of(quote.to_json().to_string().as_bytes());
        quote.id = format!("quo_{}", protocol::base64::encode(protocol::base64::Alphabet::Url, &digest.as_bytes()[..16]));
        Ok(quote)
    }

    fn line(&self, item: &Item, selling: &Selling<'_>) -> Result<Line, Refusal> {
        let product = self.items.iter().find(|product| product.sku == item.sku.as_str()).ok_or(Refusal::UnknownSku)?;
        let image = product.image.as_ref().map(|image| match image.strip_prefix('/') {
            Some(path) => format!("{}/{path}", selling.public_url),
            None => image.clone(),
        });
        Ok(Line {
            item: item.clone(),
            name: product.name.get(selling.locale).to_owned(),
            image,
            unit_price: product.price,
            total: product.price * i64::from(item.quantity),
        })
    }

    fn discounts(&self, subtotal: i64, locale: &str) -> Vec<Charge> {
        let mut left = subtotal;
        let fits = self.discounts.iter().filter(|discount| subtotal >= discount.minimum);
        fits.map(|discount| {
            let wanted = discount.percent.map_or_else(|| discount.amount.unwrap_or(0), |percent| percent_of(subtotal, percent));
            let amount = wanted.min(left);
            left -= amount;
            Charge { label: discount.label.get(locale).to_owned(), amount }
        })
        .collect()
    }
}

impl TaxRule {
    fn of(&self, sum: i64, locale: &str) -> Tax {
        let amount = if self.included { ratio(sum, self.percent, 100 + self.percent) } else { percent_of(sum, self.percent) };
        Tax { label: self.label.get(locale).to_owned(), amount, included: self.included }
    }
}

fn percent_of(sum: i64, percent: i64) -> i64 {
    ratio(sum, percent, 100)
}

/// `sum × part ⁄ whole`, rounded half up; none of them negative.
fn ratio(sum: i64, part: i64, whole: i64) -> i64 {
    let [sum, part, whole] = [sum, part, whole].map(i128::from);
    i64::try_from((sum * part * 2 + whole) / (whole * 2)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = r#"
        currency = "CNY"
        [[item]]
        sku = "tea"
        name = { en = "Tea", zh-Hans = "茶" }
        image = "/shop/tea.svg"
        price = 1250
        [[item]]
        sku = "cup"
        name = "Cup"
        price = 333
        [[discount]]
        label = "Spring"
        percent = 10
        minimum = 2000
        [shipping]
        label = { en = "Shipping", zh-Hans = "运费" }
        amount = 800
        free_over = 10000
        [tax]
        label = "VAT"
        percent = 13
        included = true
    "#;

    fn priced(items: &[(&str, u32)], locale: &str) -> Result<Quote, Refusal> {
        let items: Vec<Item> = items.iter().map(|(sku, quantity)| Item { sku: Sku::parse(sku).unwrap(), quantity: *quantity }).collect();
        let selling = Selling {
            merchant: &protocol::MerchantId::parse("demo").unwrap(),
            name: &Text::One("Demo".into()),
            public_url: "https://pay.example.com",
            locale,
            methods: &[protocol::Method::parse("wechat_pay").unwrap()],
            expires_at: 1,
        };
        Catalog::parse(SHOP).unwrap().price(&items, &selling)
    }

    #[test]
    fn a_cart_is_priced_and_adds_up_for_the_widget() {
        let quote = priced(&[("tea", 2), ("cup", 1)], "zh-CN").unwrap();
        assert_eq!((quote.subtotal, quote.discounts[0].amount, quote.total), (2833, 283, 3350));
        assert_eq!(quote.tax.as_ref().unwrap().amount, 385);
        assert_eq!((quote.lines[0].name.as_str(), quote.shipping.as_ref().unwrap().label.as_str()), ("茶", "运费"));
        assert_eq!(quote.lines[0].image.as_deref(), Some("https://pay.example.com/shop/tea.svg"));
        assert_eq!(Quote::from_json(&quote.to_json()), Ok(quote));
    }

    #[test]
    fn small_carts_get_no_discount_and_large_ones_free_shipping() {
        let small = priced(&[("cup", 1)], "fr").unwrap();
        assert!(small.discounts.is_empty());
        assert_eq!(small.total, 1133);
        assert_eq!(priced(&[("tea", 10)], "en").unwrap().shipping.unwrap().amount, 0);
    }

    #[test]
    fn impossible_carts_are_refused() {
        assert_eq!(priced(&[], "en"), Err(Refusal::CartEmpty));
        assert_eq!(priced(&[("gone", 1)], "en"), Err(Refusal::UnknownSku));
        assert_eq!(priced(&[("tea", 1), ("tea", 1)], "en"), Err(Refusal::Quantity));
    }

    #[test]
    fn a_bad_catalog_names_the_item_at_fault() {
        let fault = |from: &str, to: &str| Catalog::parse(&SHOP.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(fault("\"CNY\"", "\"yuan\"").contains("currency"));
        assert!(fault("sku = \"cup\"", "sku = \"tea\"").contains("stands twice"));
        assert!(fault("1250", "0").contains("\"tea\""));
        assert!(fault("1250", "12.50").contains("price"));
        assert!(fault("price = 333", "prize = 333").contains("prize"));
        assert!(fault("percent = 10", "percent = 10\namount = 5").contains("discount 1"));
    }

    #[test]
    fn percentages_round_half_up() {
        assert_eq!([ratio(5, 10, 100), ratio(4, 10, 100), ratio(15, 10, 100), ratio(0, 10, 100)], [1, 0, 2, 0]);
    }
}

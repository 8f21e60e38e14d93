//! What a cart costs. Integers only; each percentage is rounded once, half up, on the sum it is taken of.

use protocol::{Charge, Currency, Item, Line, MAX_ITEMS, Quote, Tax};

use super::file::TaxRule;
use super::{Catalog, Selling};
use crate::answer::Refusal;

impl Catalog {
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
pub(super) mod tests {
    use protocol::Sku;

    use super::super::Text;
    use super::*;

    pub(in super::super) const SHOP: &str = r#"
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
    fn percentages_round_half_up() {
        assert_eq!([ratio(5, 10, 100), ratio(4, 10, 100), ratio(15, 10, 100), ratio(0, 10, 100)], [1, 0, 2, 0]);
    }
}

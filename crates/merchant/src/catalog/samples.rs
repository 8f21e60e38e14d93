//! Carts that a check of the configuration prices: a few of each thing, with and without each discount code, so that a total which no
//! payment method can collect is known before a shopper meets it.

use protocol::{Item, MerchantId, Money, Sku};

use super::{Cart, Catalog, Code, Selling, Text};

/// So many of each thing.
const QUANTITIES: [u32; 5] = [1, 2, 3, 5, 10];
/// The most things that are tried: a check takes no longer than a moment.
const MOST: usize = 300;

/// From so many characters on, a code is not soon found by trying.
const LONG: usize = 8;

impl Catalog {
    /// The codes of discounts that are soon found by trying, and then used without a limit.
    pub(crate) fn short_codes(&self) -> Vec<String> {
        let unlimited = self.discounts.iter().filter(|discount| discount.limit.is_none());
        unlimited.filter_map(|discount| discount.code.clone()).filter(|code| code.chars().count() < LONG).collect()
    }

    /// What a few carts cost: each with words for it.
    pub(crate) fn samples(&self, now: i64) -> Vec<(String, Money)> {
        let Some(merchant) = MerchantId::parse("check") else { return Vec::new() };
        let name = Text::One(String::new());
        let selling = Selling { merchant: &merchant, name: &name, public_url: "", locale: "", now, expires_at: i64::MAX };
        let codes: Vec<&str> = self.discounts.iter().filter_map(|discount| discount.code.as_deref()).collect();
        let mut samples = Vec::new();
        for sku in self.products.keys().take(MOST).filter_map(|sku| Sku::parse(sku)) {
            for quantity in QUANTITIES {
                let items = [Item { sku: sku.clone(), quantity }];
                for code in [None].into_iter().chain(codes.iter().copied().map(Some)) {
                    let Ok(priced) = self.price(&Cart { items: &items, code: code.map(Code::Offered), ..Cart::default() }, &selling) else {
                        continue;
                    };
                    let with = code.map(|code| format!(" with the code {code}")).unwrap_or_default();
                    samples.push((format!("{quantity} × {sku}{with}"), priced.quote.money()));
                }
            }
        }
        samples
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;

    #[test]
    fn codes_that_are_soon_found_by_trying_are_known() {
        let discount = |code: &str| format!("[[discount]]\nlabel = \"Off\"\ncode = \"{code}\"\npercent = 5\n");
        let limited = discount("TEN") + "limit = 10\n";
        let shop = ["currency = \"EUR\"\n".to_owned(), discount("SPRING7"), discount("SPRING27"), limited].concat();
        assert_eq!(Catalog::parse(&shop).unwrap().short_codes(), ["SPRING7"]);
    }
}

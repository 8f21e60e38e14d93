//! Carts that a check of the configuration prices: a few of each thing, with and without each discount code, so that a total which no
//! payment method can collect is known before a shopper meets it.

use protocol::{Item, MerchantId, Money, Sku};

use super::{Cart, Catalog, Code, Selling, Text};

/// So many of each thing.
const QUANTITIES: [u32; 5] = [1, 2, 3, 5, 10];
/// The most things that are tried: a check takes no longer than a moment.
const MOST: usize = 300;

impl Catalog {
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
                    let Ok(priced) = self.price(&Cart { items: &items, code: code.map(Code::Offered) }, &selling) else { continue };
                    let with = code.map(|code| format!(" with the code {code}")).unwrap_or_default();
                    samples.push((format!("{quantity} × {sku}{with}"), priced.quote.money()));
                }
            }
        }
        samples
    }
}

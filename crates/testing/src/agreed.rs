//! What a shopper agrees to who knows the shop's prices and has not asked for them.

use merchant::Catalog;
use merchant::catalog::{Cart, Code, Selling, Text};
use protocol::{Digest, Item, MerchantId, Sku};

/// The price of things of that catalog, in English, by its digest; a code, where one is named, applies. Pictures are at that backend.
pub fn price_digest(catalog: &str, backend: &str, things: &[(&str, u32)], code: Option<&str>) -> Digest {
    let items: Vec<Item> = things.iter().map(|(sku, quantity)| Item { sku: Sku::parse(sku).unwrap(), quantity: *quantity }).collect();
    let (merchant, name) = (MerchantId::parse("any").unwrap(), Text::One(String::new()));
    let selling = Selling { merchant: &merchant, name: &name, public_url: backend, locale: "en", now: 0, expires_at: i64::MAX };
    let cart = Cart { items: &items, code: code.map(Code::Offered), ..Cart::default() };
    Catalog::parse(catalog).unwrap().price(&cart, &selling).unwrap().quote.price.digest()
}

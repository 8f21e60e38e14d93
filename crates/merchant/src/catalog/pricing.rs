//! What a cart costs. Integers only; each percentage is rounded once, half up, on the sum it is taken of.

use std::ops::Range;

use protocol::{Delivery, Fault, Item, Line, MAX_ITEMS, Price, PriceText, Quote};

use super::discount::{self, taken_off};
use super::price_error::PriceError;
use super::product::Product;
use super::tax::TaxPlace;
use super::{Cart, Catalog, Priced, Selling};
use crate::cart_fault::{self, CartFault};
use crate::order_record::References;
use crate::shown::picture;
use crate::store::Reservation;

/// What a cart may cost, minor units: the integers of signed bodies have 15 digits.
pub(super) const AMOUNTS: Range<i64> = 1..1_000_000_000_000_000;

impl Catalog {
    /// Prices a cart.
    ///
    /// # Errors
    /// A cart without things, with too many, or one of which something cannot be sold: a thing that is not for sale or named twice, a sum out
    /// of range.
    pub fn price(&self, cart: &Cart<'_>, selling: &Selling<'_>) -> Result<Priced, PriceError> {
        check(cart.items)?;
        let at_home = || self.lines(cart.items, TaxPlace::default(), selling);
        let faults: Vec<Fault> = cart.items.iter().filter_map(|item| self.fault(item)).collect();
        if !faults.is_empty() {
            return Err(self.unsellable(faults, at_home()));
        }
        let find = |item: &Item| Some((self.products.get(item.sku.as_str())?, i64::from(item.quantity)));
        let bought: Vec<_> = cart.items.iter().filter_map(find).collect();
        let place = self.destination(cart, &bought).map_err(|fault| self.unsellable(vec![fault], at_home()))?;
        let (country, taxed) = (place.country, place.taxed());
        let lines = self.lines(cart.items, taxed, selling);
        let subtotal: i64 = lines.iter().map(|line| line.total).sum();
        let discount::TakenOff { charges: discounts, code, hold, ends_at } = taken_off(&self.discounts, subtotal, cart.code, selling);
        let off: i64 = discounts.iter().map(|discount| discount.amount).sum();
        let there = |amount: i64| self.tax.as_ref().map_or(amount, |tax| tax.price_in(taxed, tax.of_shipping(), amount));
        let shipped = || self.shipping.as_ref().filter(|_| !place.things().is_empty());
        let delivery = place.delivery(subtotal, selling).or_else(|| Some(shipped()?.charge(place.things(), subtotal, selling.locale)));
        let delivery = delivery.map(|delivery| Delivery { amount: there(delivery.amount), ..delivery });
        let delivered_for = delivery.as_ref().map_or(0, |delivery| delivery.amount);
        let taxes = self.tax.as_ref().map(|rule| {
            let sold: Vec<_> = bought.iter().zip(&lines).map(|((product, _), line)| (product.tax.as_deref(), line.total)).collect();
            rule.on(&sold, off, delivered_for, taxed, selling.locale)
        });
        let mut price = Price {
            discounts,
            discount_code: cart.code.zip(code).map(|(code, state)| code.told(state)),
            country: country.map(str::to_owned),
            region: place.region.map(str::to_owned),
            delivery,
            taxes: taxes.unwrap_or_default(),
            ..Price::of_lines(self.currency, lines)
        };
        let total = price.sum().unwrap_or(i64::MAX);
        if total < AMOUNTS.start {
            // Nothing is left to pay: no line is at fault, and no number of pieces mends it.
            let field = if code == Some(super::CodeState::Applied) { "code" } else { "items" };
            return Err(self.unsellable(vec![cart_fault::of_field("bad-request", field)], price.lines));
        }
        if !AMOUNTS.contains(&total) || !AMOUNTS.contains(&subtotal) {
            return Err(self.unsellable(cart_fault::too_much(&price.lines).into_iter().collect(), price.lines));
        }
        price.total = total;
        let quote = Quote {
            merchant: selling.merchant.clone(),
            merchant_name: selling.name.get(selling.locale).to_owned(),
            id: String::new(),
            expires_at: ends_at.unwrap_or(i64::MAX).min(selling.expires_at),
            is_test: false,
            price: PriceText::of(price),
            methods: Vec::new(),
            ways: Vec::new(),
            asks: if cart.is_taken_along {
                Vec::new()
            } else {
                place.asks(&self.asks, |sku| cart.items.iter().any(|item| item.sku.as_str() == sku), selling.locale)
            },
            deliveries: place.options(subtotal, selling, there),
        };
        let taken = bought.iter().filter_map(|(product, quantity)| Some(Reservation { of: product.supply()?.of, quantity: *quantity }));
        let holds = taken.chain(hold).collect();
        Ok(Priced { quote, holds, supplies: Vec::new(), references: References::default() })
    }

    /// The lines of a cart whose things are for sale.
    pub(super) fn lines(&self, items: &[Item], place: TaxPlace<'_>, selling: &Selling<'_>) -> Vec<Line> {
        let known = |item: &Item| {
            let product = self.products.get(item.sku.as_str())?;
            Some(line(item, product, self.price_of(product, place), selling))
        };
        items.iter().filter_map(known).collect()
    }

    /// What one of it costs at a place. Minor units.
    fn price_of(&self, product: &Product, place: TaxPlace<'_>) -> i64 {
        self.tax.as_ref().map_or(product.price, |tax| tax.price_in(place, product.tax.as_deref(), product.price))
    }

    /// What is wrong with one thing of a cart, whatever else is in it.
    fn fault(&self, item: &Item) -> Option<Fault> {
        let sku = item.sku.as_str();
        let Some(product) = self.products.get(sku) else { return Some(cart_fault::unknown_sku(sku)) };
        let most = product.max_per_order.filter(|most| i64::from(item.quantity) > *most)?;
        Some(cart_fault::quantity(sku, most))
    }

    fn unsellable(&self, faults: Vec<Fault>, lines: Vec<Line>) -> PriceError {
        PriceError::Cart(Box::new(CartFault { faults, lines, currency: Some(self.currency) }))
    }
}

/// Whether a cart can be priced at all.
///
/// # Errors
/// A cart without things, with too many, or with one named twice.
pub(super) fn check(items: &[Item]) -> Result<(), PriceError> {
    if items.is_empty() {
        return Err(PriceError::Empty);
    }
    if items.len() > MAX_ITEMS {
        return Err(PriceError::TooManyItems);
    }
    let faults = cart_fault::repeated(items);
    if faults.is_empty() { Ok(()) } else { Err(PriceError::Cart(Box::new(CartFault { faults, ..CartFault::default() }))) }
}

fn line(item: &Item, product: &Product, price: i64, selling: &Selling<'_>) -> Line {
    let image = product.image.as_ref().and_then(|image| picture(image, selling.public_url).ok());
    Line {
        item: item.clone(),
        name: product.name.get(selling.locale).to_owned(),
        options: product.options.as_ref().map(|options| options.get(selling.locale).to_owned()),
        image,
        unit_price: price,
        total: price * i64::from(item.quantity),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use protocol::Sku;

    use super::super::{Code, CodeState, Text};
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

    fn priced(items: &[(&str, u32)], locale: &str) -> Result<Quote, PriceError> {
        priced_in(SHOP, items, None, locale).map(|priced| priced.quote)
    }

    /// The price in that shop, with that code.
    fn priced_in(shop: &str, items: &[(&str, u32)], code: Option<Code<'_>>, locale: &str) -> Result<Priced, PriceError> {
        let items: Vec<Item> = items.iter().map(|(sku, quantity)| Item { sku: Sku::parse(sku).unwrap(), quantity: *quantity }).collect();
        let selling = Selling {
            merchant: &protocol::MerchantId::parse("demo").unwrap(),
            name: &Text::One("Demo".into()),
            public_url: "https://pay.example.com",
            locale,
            now: 100,
            expires_at: 700,
        };
        Catalog::parse(shop)
            .unwrap()
            .price(&Cart { items: &items, code, ..Cart::default() }, &selling)
            .map(|priced| priced.offering(vec![protocol::Method::parse("wechat_pay").unwrap()], Vec::new(), false))
    }

    #[test]
    fn a_cart_is_priced_and_adds_up_for_the_widget() {
        let quote = priced(&[("tea", 2), ("cup", 1)], "zh-CN").unwrap();
        assert_eq!((quote.price.subtotal, quote.price.discounts[0].amount, quote.price.total), (2833, 283, 3350));
        assert_eq!((quote.price.taxes[0].amount, quote.price.taxes[0].rate.as_deref()), (385, Some("13")));
        assert_eq!((quote.price.lines[0].name.as_str(), quote.price.delivery.as_ref().unwrap().label.as_str()), ("茶", "运费"));
        assert_eq!(quote.price.lines[0].image.as_deref(), Some("https://pay.example.com/shop/tea.svg"));
        assert_eq!(Quote::from_json(&quote.to_json()), Ok(quote));
    }

    #[test]
    fn small_carts_get_no_discount_and_large_ones_free_shipping() {
        let small = priced(&[("cup", 1)], "fr").unwrap();
        assert!(small.price.discounts.is_empty());
        assert_eq!(small.price.total, 1133);
        assert_eq!(priced(&[("tea", 10)], "en").unwrap().price.delivery.as_ref().unwrap().amount, 0);
    }

    #[test]
    fn impossible_carts_are_refused() {
        assert_eq!(priced(&[], "en"), Err(PriceError::Empty));
        let told = |items: &[(&str, u32)]| match priced(items, "en") {
            Err(PriceError::Cart(cart)) => *cart,
            other => panic!("{other:?}"),
        };
        let gone = told(&[("tea", 1), ("gone", 1), ("lost", 2)]);
        assert_eq!(gone.faults, ["gone", "lost"].map(cart_fault::unknown_sku));
        assert_eq!(gone.lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(), ["Tea"]);
        assert_eq!(told(&[("tea", 1), ("tea", 1)]).faults[0].sku.as_deref(), Some("tea"));
    }

    #[test]
    fn a_variant_is_sold_by_its_own_sku_and_is_else_as_its_item() {
        let variants = r#"
            max_per_order = 4
            [[item.variant]]
            sku = "cup-blue"
            options = { en = "Blue", zh-Hans = "蓝" }
            stock = 2
            [[item.variant]]
            sku = "cup-large"
            options = "Large"
            price = 555
            image = "/shop/large.svg"
            max_per_order = 9
            [[discount]]"#;
        let shop = SHOP.replacen("[[discount]]", variants, 1);
        let priced = priced_in(&shop, &[("cup-large", 9), ("cup-blue", 2)], None, "zh-CN").unwrap();
        let told = |line: &Line| (line.title(), line.unit_price, line.image.clone());
        let lines: Vec<_> = priced.quote.price.lines.iter().map(told).collect();
        let large = Some("https://pay.example.com/shop/large.svg".to_owned());
        assert_eq!(lines, [("Cup – Large".to_owned(), 555, large), ("Cup – 蓝".to_owned(), 333, None)]);
        let holds: Vec<String> = priced.holds.iter().map(|hold| format!("{} {}", hold.of, hold.quantity)).collect();
        assert_eq!(holds, ["product cup-blue 2"]);
        assert_eq!(Quote::from_json(&priced.quote.to_json()), Ok(priced.quote));
        let faults = |sku, quantity| match priced_in(&shop, &[(sku, quantity)], None, "en") {
            Err(PriceError::Cart(cart)) => cart.faults,
            other => panic!("{other:?}"),
        };
        assert_eq!(faults("cup", 1), [cart_fault::unknown_sku("cup")]);
        assert_eq!(faults("cup-blue", 5), [cart_fault::quantity("cup-blue", 4)]);
    }

    /// A shop with every rule.
    const RULES: &str = r#"
        currency = "EUR"
        [[item]]
        sku = "book"
        name = "Book"
        price = 1999
        tax = "reduced"
        weight = 400
        stock = 3
        [[item]]
        sku = "song"
        name = "Song"
        price = 99
        digital = true
        [[item]]
        sku = "mug"
        name = "Mug"
        price = 1250
        weight = 350
        [[discount]]
        label = "Spring"
        code = "Spring"
        amount = 500
        minimum = 1000
        limit = 2
        starts_at = 1970-01-01T08:00:50+08:00
        ends_at = 300
        [shipping]
        label = "Post"
        by_weight = [{ up_to = 500, amount = 400 }, { up_to = 2000, amount = 700 }, { amount = 1500 }]
        [tax]
        label = "MwSt."
        percent = 19
        rates = { reduced = 7 }
        included = true
    "#;

    #[test]
    fn a_code_takes_off_whatever_its_case_and_ends_the_price_when_it_ends() {
        let with = |code| priced_in(RULES, &[("book", 1), ("mug", 1)], Some(Code::Offered(code)), "en").unwrap();
        let priced = with(" sPRING ");
        assert_eq!((priced.quote.price.discounts[0].amount, priced.quote.expires_at), (500, 300));
        let holds: Vec<String> = priced.holds.iter().map(|hold| format!("{} {}", hold.of, hold.quantity)).collect();
        assert_eq!(holds, ["product book 1", "code SPRING 1"]);
        let text = priced.quote.price.text();
        assert!(text.contains(r#","discount_code":{"code":"SPRING","state":"applied"},"#), "{text}");
        let priced = with("winter");
        assert_eq!(
            (priced.quote.price.discount_code.clone(), priced.quote.price.discounts.len(), priced.quote.expires_at),
            (Some(Code::Offered("Winter").told(CodeState::Unknown)), 0, 700)
        );
    }

    #[test]
    fn a_code_that_does_not_apply_says_why_and_leaves_the_price() {
        let state = |shop: &str, items: &[(&str, u32)], code| {
            let priced = priced_in(shop, items, Some(code), "en").unwrap();
            assert!(priced.quote.price.discounts.is_empty() && priced.holds.iter().all(|hold| hold.of.to_string() == "product book"));
            priced.quote.price.discount_code.clone().unwrap().state
        };
        let spring = Code::Offered("SPRING");
        assert_eq!(state(RULES, &[("song", 1)], spring), "below-minimum");
        assert_eq!(state(RULES, &[("book", 1)], Code::UsedUp("spring")), "used-up");
        assert_eq!(state(&RULES.replace("ends_at = 300", "ends_at = 100"), &[("book", 1)], spring), "ended");
        assert_eq!(state(&RULES.replace("00:50+08:00", "02:00+08:00"), &[("book", 1)], spring), "too-early");
    }

    #[test]
    fn shipping_goes_by_the_weight_of_what_is_delivered() {
        let cost = |items: &[(&str, u32)]| {
            priced_in(RULES, items, None, "en").unwrap().quote.price.delivery.as_ref().map(|delivery| delivery.amount)
        };
        assert_eq!(cost(&[("song", 20)]), None);
        assert_eq!(cost(&[("book", 1), ("song", 20)]), Some(400));
        assert_eq!(cost(&[("book", 5)]), Some(700));
        assert_eq!(cost(&[("book", 5), ("mug", 1)]), Some(1500));
    }

    #[test]
    fn each_rate_of_tax_is_rounded_once_on_what_is_sold_at_it() {
        let spring = Some(Code::Offered("SPRING"));
        let quote = priced_in(RULES, &[("book", 1), ("mug", 1)], spring, "en").unwrap().quote;
        // 500 off 1999 + 1250: 307.6 and 192.4 by proportion. Then 1691 at 7 %, and 1058 + 700 shipping at 19 %.
        assert_eq!((quote.price.subtotal, quote.price.total), (3249, 3449));
        let taxes = |quote: &Quote| quote.price.taxes.iter().map(|tax| (tax.rate.clone().unwrap(), tax.amount)).collect::<Vec<_>>();
        assert_eq!(taxes(&quote), [("7".to_owned(), 111), ("19".to_owned(), 281)]);
        let on_top = RULES.replace("included = true", "included = false\n        shipping = \"none\"");
        let quote = priced_in(&on_top, &[("mug", 1), ("book", 1)], spring, "en").unwrap().quote;
        assert_eq!((taxes(&quote), quote.price.total), (vec![("7".to_owned(), 118), ("19".to_owned(), 201)], 3449 + 319));
    }
}

//! A catalog file: what may stand in it, and what is wrong with it, by line. Not here: what a cart costs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use protocol::Currency;
use serde::Deserialize;
use toml::Spanned;

use super::asks::{self, Question};
use super::cart::plain;
use super::delivery::DeliveryRule;
use super::discount::Discount;
use super::product::Product;
use super::shipping::Shipping;
use super::tax::TaxRule;
use crate::store::Supply;

/// What the shop sells, read and checked.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub(super) currency: Currency,
    /// By sku.
    pub(super) products: BTreeMap<String, Product>,
    pub(super) discounts: Vec<Discount>,
    pub(super) shipping: Option<Shipping>,
    pub(super) deliveries: Vec<DeliveryRule>,
    pub(super) tax: Option<TaxRule>,
    /// What shoppers are asked with an order, in this order.
    pub(super) asks: Vec<Question>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    currency: Spanned<String>,
    #[serde(default)]
    item: Vec<Spanned<Product>>,
    #[serde(default)]
    discount: Vec<Spanned<Discount>>,
    shipping: Option<Spanned<Shipping>>,
    #[serde(default)]
    delivery: Vec<Spanned<DeliveryRule>>,
    tax: Option<Spanned<TaxRule>>,
    #[serde(default)]
    ask: Vec<Spanned<Question>>,
}

/// What is wrong with a catalog: the line, the item and the reason, one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CatalogError(String);

impl Catalog {
    /// Reads a file.
    ///
    /// # Errors
    /// One line that names the file, the line in it, and the key or item at fault.
    pub fn load(path: &Path) -> Result<Catalog, CatalogError> {
        Catalog::of_file(path, &Catalog::read(path)?)
    }

    /// The text of a file.
    pub(super) fn read(path: &Path) -> Result<String, CatalogError> {
        std::fs::read_to_string(path).map_err(|error| CatalogError(format!("{}: {error}", path.display())))
    }

    /// Reads the text of that file.
    pub(super) fn of_file(path: &Path, text: &str) -> Result<Catalog, CatalogError> {
        Catalog::parse(text).map_err(|error| CatalogError(format!("{}: {error}", path.display())))
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// One line that names the line and the key or item at fault.
    pub fn parse(text: &str) -> Result<Catalog, CatalogError> {
        let written: Written = toml::from_str(text).map_err(|error| CatalogError(whole(&crate::config::one_line(&error, text))))?;
        written.checked().map_err(|(at, fault)| {
            let number = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            CatalogError(format!("line {number}: {fault}"))
        })
    }

    /// ISO 4217 code of all prices.
    pub fn currency(&self) -> &str {
        self.currency.as_str()
    }

    /// Whether there is a cart that asks its shopper anything but where it goes.
    pub(crate) fn asks_anything(&self) -> bool {
        !self.asks.is_empty()
    }

    /// Everything of which there are only so many.
    pub fn supplies(&self) -> Vec<Supply> {
        let products = self.products.values().filter_map(Product::supply);
        products.chain(self.discounts.iter().filter_map(Discount::supply)).collect()
    }
}

/// What is wrong, and at which byte.
type Fault = (usize, String);

impl Written {
    fn checked(self) -> Result<Catalog, Fault> {
        let currency = Currency::parse(self.currency.get_ref());
        let currency = currency.ok_or_else(|| (self.currency.span().start, "currency: not an ISO 4217 code".to_owned()))?;
        let named = |name: &'static str| move |fault: String| format!("{name}: {fault}");
        check(self.tax.as_ref(), TaxRule::check, named("tax"))?;
        check(self.shipping.as_ref(), Shipping::check, named("shipping"))?;
        let deliveries = deliveries(self.delivery, self.shipping.as_ref())?;
        let (tax, shipping) = (self.tax.map(Spanned::into_inner), self.shipping.map(Spanned::into_inner));
        let is_weighed = shipping.as_ref().is_some_and(Shipping::weighs) || deliveries.iter().any(DeliveryRule::weighs);
        let (mut products, mut skus) = (BTreeMap::new(), BTreeSet::new());
        for item in self.item {
            for (at, product) in sold(item) {
                let named = |fault: String| (at, format!("item {:?}: {fault}", product.sku));
                product.check(tax.as_ref(), is_weighed).map_err(named)?;
                if !skus.insert(product.sku.clone()) {
                    return Err(named("stands twice".to_owned()));
                }
                // What comes in variants is sold as one of them.
                if product.variant.is_empty() {
                    products.insert(product.sku.clone(), product);
                }
            }
        }
        let goes_abroad = deliveries.iter().any(|rule| rule.countries().is_some());
        let asks = questions(self.ask, &products, goes_abroad || tax.as_ref().is_some_and(TaxRule::has_home))?;
        let mut discounts: Vec<Discount> = Vec::new();
        for (number, discount) in self.discount.into_iter().enumerate() {
            check(Some(&discount), Discount::check, |fault| format!("discount {}: {fault}", number + 1))?;
            let (at, discount) = (discount.span().start, discount.into_inner());
            let code = discount.code.as_deref().map(plain);
            if code.is_some() && discounts.iter().any(|earlier| earlier.code.as_deref().map(plain) == code) {
                return Err((at, format!("discount {}: its code stands twice", number + 1)));
            }
            discounts.push(discount);
        }
        Ok(Catalog { currency, products, discounts, shipping, deliveries, tax, asks })
    }
}

/// An item and its variants, each with where it stands.
fn sold(item: Spanned<Product>) -> Vec<(usize, Product)> {
    let (at, product) = (item.span().start, item.into_inner());
    let variants = product.variant.iter().cloned().map(|variant| (variant.span().start, product.varied(variant.into_inner())));
    let variants: Vec<_> = variants.collect();
    [(at, product)].into_iter().chain(variants).collect()
}

/// The deliveries of the file, each by a name of its own.
fn deliveries(written: Vec<Spanned<DeliveryRule>>, shipping: Option<&Spanned<Shipping>>) -> Result<Vec<DeliveryRule>, Fault> {
    if let (Some(shipping), false) = (shipping, written.is_empty()) {
        return Err((shipping.span().start, "shipping: write another [[delivery]] instead; there are some".to_owned()));
    }
    let mut rules: Vec<DeliveryRule> = Vec::new();
    for rule in written {
        check(Some(&rule), DeliveryRule::check, |fault| format!("delivery {:?}: {fault}", rule.get_ref().id))?;
        let (at, rule) = (rule.span().start, rule.into_inner());
        let named = |fault: &str| (at, format!("delivery {:?}: {fault}", rule.id));
        if rules.iter().any(|earlier| earlier.id == rule.id) {
            return Err(named("stands twice"));
        }
        let differs = |earlier: &DeliveryRule| !earlier.is_pickup() && earlier.countries().is_some() != rule.countries().is_some();
        if !rule.is_pickup() && rules.iter().any(differs) {
            return Err(named("either every delivery that is sent names its countries, or none does"));
        }
        rules.push(rule);
    }
    Ok(rules)
}

/// The questions of the file. Where no country is ever known, nobody can be asked for an address.
fn questions(written: Vec<Spanned<Question>>, products: &BTreeMap<String, Product>, knows_country: bool) -> Result<Vec<Question>, Fault> {
    let place = |at: usize| written.get(at).map_or(0, |question| question.span().start);
    asks::check(written.iter().map(Spanned::get_ref)).map_err(|(at, fault)| (place(at), fault))?;
    for question in &written {
        let named = |fault: String| (question.span().start, format!("ask {:?}: {fault}", question.get_ref().name()));
        let question = question.get_ref();
        if let Some(sku) = question.items().iter().find(|sku| !products.contains_key(*sku)) {
            return Err(named(format!("items: nothing is sold as {sku:?}")));
        }
        if question.is_address() && !knows_country {
            let way_on = "name the countries of each [[delivery]], or the home of [tax]";
            return Err(named(format!("each country writes addresses in its own way, and none is known: {way_on}")));
        }
    }
    Ok(written.into_iter().map(Spanned::into_inner).collect())
}

/// Checks a part of the file, and says where it stands if it is not good.
fn check<T>(
    part: Option<&Spanned<T>>,
    check: impl FnOnce(&T) -> Result<(), String>,
    named: impl FnOnce(String) -> String,
) -> Result<(), Fault> {
    let Some(part) = part else { return Ok(()) };
    check(part.get_ref()).map_err(|fault| (part.span().start, named(fault)))
}

/// A complaint about a number in words that say how amounts are written.
fn whole(complaint: &str) -> String {
    complaint.replace("expected i64", "expected a whole number (an amount in minor units: 1350 for 13.50)")
}

#[cfg(test)]
mod tests {
    use super::super::pricing::tests::SHOP;
    use super::*;

    #[test]
    fn a_bad_catalog_names_the_line_and_the_item_at_fault() {
        let fault = |from: &str, to: &str| Catalog::parse(&SHOP.replacen(from, to, 1)).unwrap_err().to_string();
        for (from, to, told) in [
            ("\"CNY\"", "\"yuan\"", "line 2: currency: not an ISO 4217 code"),
            ("sku = \"cup\"", "sku = \"tea\"", "line 8: item \"tea\": stands twice"),
            ("1250", "0", "line 3: item \"tea\": price must be"),
            ("percent = 10", "percent = 10\namount = 5", "line 12: discount 1: needs either percent"),
            ("percent = 10", "percent = 10\nlimit = 5", "line 12: discount 1: limit"),
            ("percent = 10", "percent = 10\nstarts_at = 2026-12-01", "line 12: discount 1: starts_at: unix seconds, or"),
            ("percent = 10", "percent = 10\ncode = \"a b\"", "line 12: discount 1: code"),
            ("price = 333", "price = 333\ntax = \"books\"", "line 8: item \"cup\": there is no tax class \"books\""),
            ("price = 333", "price = 333\nstock = -1", "line 8: item \"cup\": stock must be"),
            ("amount = 800", "by_weight = [{ amount = 800 }]", "line 3: item \"tea\": needs a weight"),
            ("amount = 800", "by_pieces = [{ up_to = 3, amount = 800 }]", "line 16: shipping: the last step"),
            (
                "amount = 800",
                "by_pieces = [{ up_to = 3, amount = 8 }, { up_to = 3, amount = 9 }, { amount = 10 }]",
                "line 16: shipping: up_to",
            ),
            ("percent = 13", "percent = 101", "line 20: tax: percent must be 0 to 100"),
            ("percent = 13", "percent = 13\nshipping = \"books\"", "line 20: tax: shipping: there is no tax class"),
        ] {
            let said = fault(from, to);
            assert!(said.starts_with(told), "{said}");
        }
        let variants = |text: &str| SHOP.replacen("[[discount]]", &format!("{text}\n[[discount]]"), 1);
        let blue = "[[item.variant]]\nsku = \"cup-blue\"\noptions = \"Blue\"";
        for (text, told) in [
            (blue.replace("cup-blue", "tea"), "line 12: item \"tea\": stands twice"),
            (blue.replace("cup-blue", "cup"), "line 12: item \"cup\": stands twice"),
            (blue.replace("cup-blue", "a b"), "line 12: item \"a b\": sku"),
            (blue.replace("Blue", " "), "line 12: item \"cup-blue\": options: 1 to 200 characters"),
            (format!("{blue}\nprice = 0"), "line 12: item \"cup-blue\": price must be"),
            (format!("{blue}\nstocked = 1"), "line 12: item \"cup-blue\": stocked is a word for"),
            (format!("stock = 5\n{blue}"), "line 8: item \"cup\": has variants, which are what is sold: write stock"),
            (format!("{blue}\n{}", blue.replace("cup-blue", "cup-2")), "line 8: item \"cup\": two of its variants have the same options"),
            (format!("{blue}\nname = \"Cup\""), "line 15 ("),
            (blue.replace("options", "option"), "line 14 ("),
        ] {
            let said = Catalog::parse(&variants(&text)).unwrap_err().to_string();
            assert!(said.starts_with(told), "{said}");
        }
        for (ask, told) in [
            ("kind = \"text\"", "ask \"text\": label: is missing"),
            ("kind = \"email\"\nname = \"E-Mail\"", "ask \"E-Mail\": name: 1 to 32"),
            ("kind = \"email\"\nname = \"country\"", "ask \"country\": name: country is taken"),
            ("kind = \"choice\"\nlabel = \"Colour\"", "ask \"choice\": options: what a choice"),
            ("kind = \"email\"\noptions = [\"a\"]", "ask \"email\": options: what a choice"),
            (
                "kind = \"choice\"\nlabel = \"Colour\"\noptions = [\"a\", { value = \"a\", label = \"A\" }]",
                "ask \"choice\": options: \"a\" stands twice",
            ),
            ("kind = \"choice\"\nlabel = \"Colour\"\noptions = [\" a\"]", "ask \"choice\": options: \" a\" has blanks"),
            ("kind = \"email\"\nmax = 9", "ask \"email\": max: email is"),
            ("kind = \"name\"\nmax = 0", "ask \"name\": max: 1 to 1000"),
            ("kind = \"email\"\nor = \"phone\"", "ask \"email\": or: there is no other ask"),
            ("kind = \"email\"\nlink = \"https://shop.example/\"", "ask \"email\": link: belongs to"),
            ("kind = \"checkbox\"\nlabel = \"Terms\"\nlink = \"http://shop.example/\"", "ask \"checkbox\": link: https://"),
            ("kind = \"email\"\nhint = \"a\\nb\"", "ask \"email\": hint: holds U+000A"),
            ("kind = \"email\"\nitems = [\"tee\"]", "ask \"email\": items: nothing is sold as \"tee\""),
            ("kind = \"email\"\n[[ask]]\nkind = \"email\"", "ask \"email\": stands twice"),
            ("kind = \"address\"", "ask \"address\": each country writes addresses in its own way"),
        ] {
            let said = Catalog::parse(&format!("{SHOP}\n[[ask]]\n{ask}")).unwrap_err().to_string();
            assert!(said.starts_with("line 2") && said.contains(told), "{said}");
        }
        assert!(Catalog::parse(&format!("{SHOP}\n[[ask]]\nkind = \"letter\"")).unwrap_err().to_string().contains("letter"));
        for (from, to, told) in [
            ("1250", "12.50", "price"),
            ("price = 333", "prize = 333", "prize"),
            ("percent = 13", "percent = 8.1", "in quotes, such as \"8.1\""),
        ] {
            let said = fault(from, to);
            assert!(said.starts_with("line ") && said.contains(told), "{said}");
        }
        assert!(Catalog::parse(&SHOP.replacen("percent = 13", "percent = \"8.1\"", 1)).is_ok());
    }
}

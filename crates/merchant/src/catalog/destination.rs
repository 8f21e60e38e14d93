//! Where a cart goes and how: what the shopper has chosen, what there is to choose from, and what is asked before it can be ordered.

use std::collections::BTreeSet;

use protocol::{Ask, Choice, Delivery, DeliveryOption, Fault};

use super::asks::{self, Asked, Question, regions, words};
use super::delivery::{DeliveryRule, Parcel};
use super::product::Product;
use super::tax::{TaxPlace, TaxRule};
use super::{Cart, Catalog, Selling};
use crate::cart_fault;

/// Where a cart goes; by default nowhere.
#[derive(Default)]
pub(super) struct Destination<'a> {
    /// The country whose taxes apply, if it was asked and told. Who comes for the goods is taxed at home.
    pub(super) country: Option<&'a str>,
    /// The part of that country, if it was asked and told.
    pub(super) region: Option<&'a str>,
    /// Whether it is asked.
    asks_region: bool,
    /// The deliveries that take the cart there.
    offered: Vec<&'a DeliveryRule>,
    chosen: Option<&'a DeliveryRule>,
    /// What of the cart is delivered.
    things: Vec<(&'a Product, i64)>,
    /// The countries between which there is a choice.
    countries: BTreeSet<&'a str>,
    /// Where it goes as far as anybody knows: whose form an address has.
    addressed: Option<&'a str>,
    /// Whether something of the cart is digital.
    has_digital: bool,
}

impl Catalog {
    /// Where that cart goes.
    ///
    /// # Errors
    /// `not-delivered` where nothing takes it there; `bad-request` of a region that the country does not have.
    pub(super) fn destination<'a>(&'a self, cart: &Cart<'a>, bought: &[(&'a Product, i64)]) -> Result<Destination<'a>, Fault> {
        if cart.is_taken_along {
            return Ok(Destination::default());
        }
        let things: Vec<_> = bought.iter().copied().filter(|(product, _)| !product.is_digital()).collect();
        let rules: &[DeliveryRule] = if things.is_empty() { &[] } else { &self.deliveries };
        let mut countries: BTreeSet<&str> = rules.iter().filter_map(DeliveryRule::countries).flatten().map(String::as_str).collect();
        if countries.is_empty() {
            countries.extend(self.tax.iter().flat_map(|tax| tax.countries()));
        }
        let country = cart.country.filter(|_| !countries.is_empty());
        if country.is_some_and(|country| !countries.contains(country)) {
            return Err(cart_fault::of_field("not-delivered", "country"));
        }
        let parcel = Parcel { things: &things, subtotal: 0, locale: "" };
        let offered: Vec<&DeliveryRule> = rules.iter().filter(|rule| rule.takes(parcel, country)).collect();
        let is_asked_first = country.is_none() && rules.iter().any(|rule| rule.countries().is_some());
        if !rules.is_empty() && offered.is_empty() && !is_asked_first {
            return Err(cart_fault::of_field("not-delivered", "items"));
        }
        let wanted = offered.iter().find(|rule| cart.delivery == Some(rule.id.as_str()));
        // Nobody comes for what he has not said that he would come for.
        let first = || offered.iter().find(|rule| !rule.is_pickup() || rules.iter().all(DeliveryRule::is_pickup));
        let chosen = wanted.or_else(first).copied();
        let is_pickup = chosen.is_some_and(DeliveryRule::is_pickup);
        let home = self.tax.as_ref().and_then(TaxRule::home);
        // Nobody's address is asked for before it is known where it is; who comes for the goods may live anywhere.
        let addressed = country.or(home.filter(|_| countries.is_empty() || is_pickup));
        let country = country.filter(|_| !is_pickup);
        let asks_region = country.zip(self.tax.as_ref()).is_some_and(|(country, tax)| tax.has_regions(country));
        let region = cart.region.filter(|_| asks_region);
        if region.zip(country).is_some_and(|(region, country)| !asks::has_region(country, region)) {
            return Err(cart_fault::of_field("bad-request", "region"));
        }
        let has_digital = things.len() < bought.len();
        Ok(Destination { country, region, asks_region, offered, chosen, things, countries, addressed, has_digital })
    }
}

impl<'a> Destination<'a> {
    /// What is asked before the cart can be ordered: where it goes, then what the shop's own questions are.
    pub(super) fn asks(&self, questions: &[Question], holds: impl Fn(&str) -> bool, locale: &str) -> Vec<Ask> {
        let is_pickup = self.chosen.is_some_and(DeliveryRule::is_pickup);
        let ships = !self.things.is_empty() && !is_pickup;
        let asked =
            Asked { locale, country: self.addressed, has_region: self.asks_region, ships, is_pickup, has_digital: self.has_digital };
        self.asks_of_price(locale).into_iter().chain(asks::asks(questions, asked, holds)).collect()
    }

    fn asks_of_price(&self, locale: &str) -> Vec<Ask> {
        if self.countries.is_empty() {
            return Vec::new();
        }
        let required = !self.chosen.is_some_and(DeliveryRule::is_pickup);
        let options = self.countries.iter().map(|country| Choice::plain(country)).collect();
        let label = words(locale).country.to_owned();
        let ask = |name: &str, required, label, options| Ask {
            name: name.to_owned(),
            kind: name.to_owned(),
            required,
            label,
            options,
            ..Ask::default()
        };
        let mut asks = vec![ask("country", required, label, options)];
        if let Some(country) = self.country.filter(|_| self.asks_region) {
            let (options, label) = regions(country, locale, &words(locale).asks);
            asks.push(ask("region", true, label, options));
        }
        asks
    }

    /// Whose tax it is.
    pub(super) fn taxed(&self) -> TaxPlace<'a> {
        TaxPlace { country: self.country, region: self.region }
    }

    /// Between which deliveries there is a choice; `price` is what so much costs there. Minor units.
    pub(super) fn options(&self, subtotal: i64, selling: &Selling<'_>, price: impl Fn(i64) -> i64) -> Vec<DeliveryOption> {
        let option = |rule: &&DeliveryRule| {
            let option = rule.option(self.parcel(subtotal, selling));
            DeliveryOption { amount: price(option.amount), ..option }
        };
        self.offered.iter().map(option).collect()
    }

    /// The chosen one, as it stands in the price.
    pub(super) fn delivery(&self, subtotal: i64, selling: &Selling<'_>) -> Option<Delivery> {
        Some(self.chosen?.charge(self.parcel(subtotal, selling)))
    }

    /// What of the cart is delivered.
    pub(super) fn things(&self) -> &[(&'a Product, i64)] {
        &self.things
    }

    fn parcel<'b>(&'b self, subtotal: i64, selling: &Selling<'b>) -> Parcel<'b> {
        Parcel { things: &self.things, subtotal, locale: selling.locale }
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Item, MerchantId, Quote, Sku};

    use super::*;
    use crate::catalog::{PriceError, Text};

    const SHOP: &str = r#"
        currency = "EUR"
        [[item]]
        sku = "mug"
        name = "Mug"
        price = 1190
        weight = 400
        [[item]]
        sku = "song"
        name = "Song"
        price = 119
        digital = true
        [[delivery]]
        id = "post"
        label = { en = "Post", de = "Briefpost" }
        countries = ["DE", "AT"]
        days = [2, 4]
        amount = 490
        free_over = 5000
        max_weight = 2000
        [[delivery]]
        id = "parcel"
        label = "Parcel"
        countries = ["DE", "FR"]
        by_weight = [{ up_to = 1000, amount = 590 }, { amount = 990 }]
        [[delivery]]
        id = "shop"
        label = "Pick up"
        kind = "pickup"
        amount = 0
        [tax]
        label = "VAT"
        percent = 19
        included = true
        home = "DE"
        [tax.country.AT]
        percent = 20
        [tax.country.FR]
        percent = 20
    "#;

    fn told(shop: &str, things: &[(&str, u32)], country: Option<&str>, delivery: Option<&str>) -> Result<Quote, PriceError> {
        let items: Vec<Item> = things.iter().map(|(sku, quantity)| Item { sku: Sku::parse(sku).unwrap(), quantity: *quantity }).collect();
        let (merchant, name) = (MerchantId::parse("demo").unwrap(), Text::One("Demo".into()));
        let selling = Selling { merchant: &merchant, name: &name, public_url: "", locale: "de-AT", now: 1, expires_at: 2 };
        let cart = Cart { items: &items, country, delivery, ..Cart::default() };
        Catalog::parse(shop).unwrap().price(&cart, &selling).map(|priced| priced.quote)
    }

    fn ids(quote: &Quote) -> Vec<&str> {
        quote.deliveries.iter().map(|option| option.id.as_str()).collect()
    }

    fn fault(told: Result<Quote, PriceError>) -> (String, String) {
        let Err(PriceError::Cart(cart)) = told else { panic!("{told:?}") };
        (cart.faults[0].code.clone(), cart.faults[0].field.clone().unwrap())
    }

    #[test]
    fn a_cart_asks_where_it_goes_and_offers_what_goes_there() {
        let first = told(SHOP, &[("mug", 1)], None, None).unwrap();
        let ask = first.unanswered().unwrap();
        assert_eq!(
            (ask.name.as_str(), ask.label.as_str(), ask.options.iter().map(|option| option.value.as_str()).collect::<String>()),
            ("country", "Land", "ATDEFR".to_owned())
        );
        assert_eq!((ids(&first), first.price.delivery.as_ref(), first.price.total), (vec!["shop"], None, 1190));

        let there = told(SHOP, &[("mug", 1)], Some("DE"), None).unwrap();
        assert_eq!((ids(&there), there.unanswered()), (vec!["post", "parcel", "shop"], None));
        let option = &there.deliveries[0];
        assert_eq!((option.label.as_str(), option.amount, option.days), ("Briefpost", 490, Some((2, 4))));
        assert_eq!((there.price.delivery.as_ref().unwrap().id.as_deref(), there.price.total), (Some("post"), 1680));
        assert_eq!(Quote::from_json(&there.to_json()), Ok(there));

        let parcel = told(SHOP, &[("mug", 3)], Some("DE"), Some("parcel")).unwrap();
        assert_eq!((parcel.price.delivery.as_ref().unwrap().amount, parcel.price.country.as_deref()), (990, Some("DE")));
        // What was chosen for another country is not had there.
        let other = told(SHOP, &[("mug", 1)], Some("AT"), Some("parcel")).unwrap();
        assert_eq!((ids(&other), other.price.delivery.as_ref().unwrap().id.as_deref()), (vec!["post", "shop"], Some("post")));
        assert_eq!(told(SHOP, &[("mug", 5)], Some("DE"), None).unwrap().price.delivery.as_ref().unwrap().amount, 0);
    }

    #[test]
    fn what_is_too_heavy_or_too_far_is_not_delivered() {
        for nowhere in ["JP", "XX"] {
            let refused = fault(told(SHOP, &[("mug", 1)], Some(nowhere), None));
            assert_eq!(refused, ("not-delivered".to_owned(), "country".to_owned()), "{nowhere}");
        }
        assert_eq!(ids(&told(SHOP, &[("mug", 6)], Some("DE"), None).unwrap()), ["parcel", "shop"]);
        let (before, after) = SHOP.split_once("[[delivery]]\n        id = \"shop\"").unwrap();
        let sent_alone = format!("{before}{}", after.split_once("amount = 0").unwrap().1);
        assert_eq!(fault(told(&sent_alone, &[("mug", 6)], Some("AT"), None)), ("not-delivered".to_owned(), "items".to_owned()));
        assert!(told(&sent_alone, &[("mug", 6)], None, None).is_ok(), "nobody knows yet where it goes");
    }

    #[test]
    fn who_comes_for_it_is_asked_nothing_and_taxed_at_home() {
        for country in [None, Some("AT")] {
            let quote = told(SHOP, &[("mug", 1)], country, Some("shop")).unwrap();
            assert_eq!((quote.unanswered(), quote.price.total, quote.price.country.as_deref()), (None, 1190, None));
            assert_eq!((quote.price.taxes[0].rate.as_deref(), quote.price.taxes[0].amount), (Some("19"), 190));
        }
    }

    #[test]
    fn what_is_digital_asks_for_a_country_where_its_tax_needs_one() {
        let first = told(SHOP, &[("song", 1)], None, None).unwrap();
        assert!(first.unanswered().is_some() && first.deliveries.is_empty());
        let there = told(SHOP, &[("song", 1)], Some("FR"), None).unwrap();
        assert_eq!((there.price.total, there.price.taxes[0].rate.as_deref(), there.price.delivery.as_ref()), (119, Some("20"), None));
        let (untaxed, _) = SHOP.split_once("home = ").unwrap();
        assert!(told(untaxed, &[("song", 1)], None, None).unwrap().asks.is_empty());
    }

    #[test]
    fn net_prices_change_with_the_rate_of_the_country() {
        let net = SHOP.replace("included = true", "included = true\n        net = true");
        let there = told(&net, &[("mug", 1)], Some("AT"), None).unwrap();
        // 10.00 net at 20 %, and 4.12 net for the post.
        assert_eq!((there.price.subtotal, there.price.delivery.as_ref().unwrap().amount, there.price.taxes[0].amount), (1200, 494, 282));
        assert_eq!(told(&net, &[("mug", 1)], Some("DE"), None).unwrap().price.subtotal, 1190);
    }

    #[test]
    fn a_country_whose_parts_have_rates_of_their_own_asks_for_the_part() {
        let parts = "[tax.country.US]\n        percent = 0\n        [tax.country.US.region.CA]";
        let shop = SHOP.replace("[\"DE\", \"FR\"]", "[\"DE\", \"US\"]").replace("[tax.country.FR]", parts);
        let shop = format!("{shop}\n[[ask]]\nkind = \"address\"");
        let quote = |country, region| {
            let items = [Item { sku: Sku::parse("mug").unwrap(), quantity: 1 }];
            let (merchant, name) = (MerchantId::parse("demo").unwrap(), Text::One("Demo".into()));
            let selling = Selling { merchant: &merchant, name: &name, public_url: "", locale: "en", now: 1, expires_at: 2 };
            let cart = Cart { items: &items, country: Some(country), region, ..Cart::default() };
            Catalog::parse(&shop).unwrap().price(&cart, &selling).map(|priced| priced.quote)
        };
        let asked = quote("US", None).unwrap();
        let region = asked.unanswered().unwrap();
        assert_eq!((region.kind.as_str(), region.label.as_str(), region.options.len() > 50), ("region", "State", true));
        assert!(asked.asks.last().unwrap().form.iter().all(|part| part.kind != "region"), "it is asked once");
        let taxed = |region| {
            let quote = quote("US", Some(region)).unwrap();
            (quote.unanswered().is_some(), quote.price.region.clone(), quote.price.taxes.first().map(|tax| tax.rate.clone().unwrap()))
        };
        assert_eq!(taxed("CA"), (false, Some("CA".to_owned()), Some("20".to_owned())));
        assert_eq!(taxed("OR"), (false, Some("OR".to_owned()), None));
        assert_eq!(fault(quote("US", Some("California"))), ("bad-request".to_owned(), "region".to_owned()));
        let there = quote("DE", Some("CA")).unwrap();
        assert_eq!((there.price.region.as_deref(), there.unanswered()), (None, None), "where nobody asks, nobody answers");
    }

    #[test]
    fn a_bad_delivery_is_named_by_its_line() {
        for (from, to, said) in [
            ("id = \"parcel\"", "id = \"post\"", "line 21: delivery \"post\": stands twice"),
            ("id = \"parcel\"", "id = \"a b\"", "delivery \"a b\": id: 1 to 64"),
            ("[\"DE\", \"FR\"]", "[\"Germany\"]", "delivery \"parcel\": countries: \"Germany\" is no country"),
            (
                "[\"DE\", \"FR\"]",
                "[\"UK\"]",
                "countries: \"UK\" is no country of ISO 3166-1: two capital letters, such as \"DE\" or \"GB\"",
            ),
            ("        countries = [\"DE\", \"FR\"]\n", "", "delivery \"parcel\": either every delivery"),
            ("days = [2, 4]", "days = [4, 2]", "delivery \"post\": days"),
            ("amount = 490", "by_pieces = [{ up_to = 1, amount = 1 }]", "delivery \"post\": the last step"),
            ("kind = \"pickup\"", "kind = \"pickup\"\n        countries = [\"DE\"]", "delivery \"shop\": countries: nothing is sent"),
            ("        weight = 400\n", "", "item \"mug\": needs a weight"),
            ("        home = \"DE\"\n", "", "tax: home: is missing"),
            ("[tax.country.AT]", "[tax.country.Austria]", "country: \"Austria\" is no country"),
            ("[tax]", "[shipping]\n        label = \"S\"\n        amount = 1\n        [tax]", "shipping: write another [[delivery]]"),
            (
                "[tax.country.AT]",
                "[tax.country.AT.region.W]\n        percent = 1\n        [tax.country.AT]",
                "country.AT.region: \"W\" is no part",
            ),
            ("included = true", "net = true", "tax: net: only prices that hold the tax"),
        ] {
            assert!(SHOP.contains(from), "{from}");
            let told = Catalog::parse(&SHOP.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(told.contains(said), "{told}");
        }
    }
}

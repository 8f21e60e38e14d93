//! What an order of the shop's own asks, as the shop wrote it down: questions, where it may go, and between which deliveries there is a choice.

use protocol::{AnswersText, Ask, Choice, Delivery, DeliveryOption, Fault, Price, PriceText};
use serde::{Deserialize, Serialize};

use super::super::text::Text;
use super::asking::{Asked, asks, words};
use super::forms::judge_country;
use super::judging::judge;
use super::kind::Kind;
use super::question::Question;
use super::questions::check;
use crate::cart_fault::of_field;

/// The most deliveries, and the most countries: all that there are.
const MAX_DELIVERIES: usize = 20;
const MAX_COUNTRIES: usize = 300;

/// What is asked. Written as JSON, it is what the records keep of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnAsks {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) asks: Vec<Question>,
    /// Where it may go, ISO 3166-1 alpha-2; nobody asks where that is no matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) countries: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) deliveries: Vec<OwnDelivery>,
    /// Whose form an address has where nobody asks for a country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) home: Option<String>,
}

/// A delivery of an order of the shop's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnDelivery {
    id: String,
    label: Text,
    /// Minor units.
    amount: i64,
    #[serde(default)]
    kind: OwnDeliveryKind,
    /// The fewest days that it takes, and the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days: Option<[i64; 2]>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OwnDeliveryKind {
    #[default]
    Ship,
    Pickup,
}

impl OwnAsks {
    /// Reads a question: the word of a kind, or all that a catalog says of one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn question(written: serde_json::Value) -> Result<Question, String> {
        let said = |error: serde_json::Error| error.to_string();
        match written {
            serde_json::Value::String(_) => serde_json::from_value::<Kind>(written).map(Question::of).map_err(said),
            written => serde_json::from_value(written).map_err(said),
        }
    }

    /// Whether there is anything to be answered.
    pub(crate) fn is_empty(&self) -> bool {
        self.asks.is_empty() && self.countries.is_empty() && self.deliveries.is_empty()
    }

    /// Checks all of it; `most` is how much a delivery may cost, minor units.
    ///
    /// # Errors
    /// The member at fault, and why.
    pub(crate) fn check(&self, most: i64) -> Result<(), String> {
        check(self.asks.iter()).map_err(|(at, fault)| format!("asks[{at}]: {fault}"))?;
        for (at, question) in self.asks.iter().enumerate() {
            if question.is_for_some() {
                return Err(format!("asks[{at}]: when and items choose among carts; this order is one, and is asked or not"));
            }
            if question.is_address() && self.countries.is_empty() && self.home.is_none() {
                return Err(format!("asks[{at}]: each country writes addresses in its own way; name countries, too"));
            }
        }
        // A shopper chooses among them where there is something to fill in.
        if !self.deliveries.is_empty() && self.asks.is_empty() && self.countries.is_empty() {
            return Err("deliveries: are chosen with the answers; ask for something, too, such as countries".to_owned());
        }
        if self.countries.len() > MAX_COUNTRIES || self.deliveries.len() > MAX_DELIVERIES {
            return Err(format!("at most {MAX_COUNTRIES} countries and {MAX_DELIVERIES} deliveries"));
        }
        self.countries.iter().try_for_each(|country| judge_country(country)).map_err(|fault| format!("countries: {fault}"))?;
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        for (at, delivery) in self.deliveries.iter().enumerate() {
            let bad = |fault: &str| Err(format!("deliveries[{at}].{fault}"));
            if !(1..=64).contains(&delivery.id.len()) || !delivery.id.bytes().all(is_id) {
                return bad("id: 1 to 64 letters, digits and -._~");
            }
            if self.deliveries[..at].iter().any(|before| before.id == delivery.id) {
                return bad("id: stands twice");
            }
            if let Err(fault) = delivery.label.judge() {
                return bad(&format!("label: {fault}"));
            }
            if !(0..=most).contains(&delivery.amount) {
                return bad(&format!("amount: 0 to {most} minor units"));
            }
            if delivery.days.is_some_and(|[least, most]| least < 0 || most < least || most > 999) {
                return bad("days: the fewest and the most, such as [2, 4]");
            }
        }
        Ok(())
    }

    /// What a shopper is asked who reads that language and is in that country, as far as that is known.
    pub(crate) fn asks(&self, locale: &str, country: Option<&str>) -> Vec<Ask> {
        let words = words(locale);
        let country_ask = || {
            let options = self.countries.iter().map(|country| Choice::plain(country)).collect();
            let (name, kind) = ("country".to_owned(), "country".to_owned());
            // Who comes for it is asked for no country; whether somebody does, the shopper says with the answers.
            Ask { name, kind, required: !self.is_pickup_alone(), label: words.country.to_owned(), options, ..Ask::default() }
        };
        let known = country.filter(|country| self.countries.iter().any(|known| known == country));
        let country = known.or(self.home.as_deref().filter(|_| self.countries.is_empty()));
        let is_pickup = self.is_pickup_alone();
        let asked = Asked { locale, country, ships: !is_pickup, is_pickup, ..Asked::default() };
        let first = (!self.countries.is_empty()).then(country_ask);
        first.into_iter().chain(asks(&self.asks, asked, |_| true)).collect()
    }

    /// The deliveries, in that language.
    pub(crate) fn options(&self, locale: &str) -> Vec<DeliveryOption> {
        let option = |delivery: &OwnDelivery| DeliveryOption {
            id: delivery.id.clone(),
            label: delivery.label.get(locale).to_owned(),
            amount: delivery.amount,
            kind: if delivery.kind == OwnDeliveryKind::Pickup { "pickup" } else { "ship" }.to_owned(),
            days: delivery.days.map(|[least, most]| (least, most)),
        };
        self.deliveries.iter().map(option).collect()
    }

    /// The price of the order once it is answered so, if nothing is wrong with the answers. `price` is that of before.
    ///
    /// # Errors
    /// A fault for each question that is open, or not answered well.
    pub(crate) fn answered(&self, price: &Price, given: Option<&AnswersText>) -> Result<PriceText, Vec<Fault>> {
        let answers = given.map(AnswersText::answers);
        let chosen = answers.and_then(|answers| answers.delivery.as_deref());
        let delivery = self.deliveries.iter().find(|delivery| Some(delivery.id.as_str()) == chosen);
        let (price, asks) = self.priced(price, answers.and_then(|answers| answers.country.as_deref()), delivery, "");
        let mut faults = judge(&asks, &price, given);
        let is_named = |faults: &[Fault], name: &str| faults.iter().any(|fault| fault.field.as_deref() == Some(name));
        if !self.deliveries.is_empty() && delivery.is_none() && !is_named(&faults, "delivery") {
            faults.push(of_field("answer-missing", "delivery"));
        }
        if faults.is_empty() { Ok(PriceText::of(price)) } else { Err(faults) }
    }

    /// What it costs with that delivery, or the first where none was chosen, and what is asked then in that language.
    pub(crate) fn quoted(&self, price: &Price, country: Option<&str>, delivery: Option<&str>, locale: &str) -> (PriceText, Vec<Ask>) {
        let chosen = self.deliveries.iter().find(|known| Some(known.id.as_str()) == delivery).or(self.deliveries.first());
        let (price, asks) = self.priced(price, country, chosen, locale);
        (PriceText::of(price), asks)
    }

    fn priced(&self, price: &Price, country: Option<&str>, delivery: Option<&OwnDelivery>, locale: &str) -> (Price, Vec<Ask>) {
        let is_pickup = delivery.is_some_and(|delivery| delivery.kind == OwnDeliveryKind::Pickup);
        let mut price = self.before(price);
        let country = country.filter(|country| !is_pickup && self.countries.iter().any(|known| known == country));
        price.country = country.map(str::to_owned);
        if let Some(delivery) = delivery {
            let label = delivery.label.get(locale).to_owned();
            price.delivery = Some(Delivery { id: Some(delivery.id.clone()), label, amount: delivery.amount });
            price.total += delivery.amount;
        }
        let mut asks = self.asks(locale, price.country.as_deref());
        for ask in asks.iter_mut().filter(|ask| is_pickup && (ask.kind == "country" || ask.kind == "address")) {
            ask.required = false;
        }
        (price, asks)
    }

    /// The price without what an earlier answer has put on.
    fn before(&self, price: &Price) -> Price {
        let mut price = Price::clone(price);
        let chosen = price.delivery.take_if(|chosen| self.deliveries.iter().any(|known| Some(&known.id) == chosen.id.as_ref()));
        price.total -= chosen.map_or(0, |chosen| chosen.amount);
        price.country = price.country.filter(|_| self.countries.is_empty());
        price
    }

    /// Whether there is no other way to get it.
    fn is_pickup_alone(&self) -> bool {
        !self.deliveries.is_empty() && self.deliveries.iter().all(|delivery| delivery.kind == OwnDeliveryKind::Pickup)
    }
}

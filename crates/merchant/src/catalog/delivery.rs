//! The deliveries between which a shopper chooses: where each goes, how heavy it may be, and what it costs. Not here: the one amount of
//! `[shipping]`, which asks nothing.

use protocol::{Delivery, DeliveryOption};
use serde::Deserialize;

use super::asks::judge_country;
use super::product::Product;
use super::shipping::{Cost, Step, weight};
use super::text::Text;

/// `[[delivery]]`: one of `amount`, `by_weight` and `by_pieces`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryRule {
    /// By which it is chosen.
    pub(super) id: String,
    label: Text,
    #[serde(default)]
    kind: Kind,
    /// Where it goes, ISO 3166-1 alpha-2.
    countries: Option<Vec<String>>,
    /// How many days it takes, at least and at most.
    days: Option<[i64; 2]>,
    /// The heaviest cart that it takes, grams.
    max_weight: Option<i64>,
    amount: Option<i64>,
    by_weight: Option<Vec<Step>>,
    by_pieces: Option<Vec<Step>>,
    free_over: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Ship,
    /// The shopper comes for it.
    Pickup,
}

/// A cart to be delivered.
#[derive(Clone, Copy)]
pub(super) struct Parcel<'a> {
    /// What of it is delivered.
    pub(super) things: &'a [(&'a Product, i64)],
    pub(super) subtotal: i64,
    pub(super) locale: &'a str,
}

impl DeliveryRule {
    pub(super) fn check(&self) -> Result<(), String> {
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(1..=64).contains(&self.id.len()) || !self.id.bytes().all(is_id) {
            return Err("id: 1 to 64 letters, digits and -._~".into());
        }
        self.label.judge().map_err(|fault| format!("label: {fault}"))?;
        if let Some(countries) = &self.countries {
            if self.kind == Kind::Pickup {
                return Err("countries: nothing is sent to who comes for it".into());
            }
            countries.iter().try_for_each(|country| judge_country(country)).map_err(|fault| format!("countries: {fault}"))?;
            if countries.is_empty() {
                return Err("countries: names none; leave it out where it goes everywhere".into());
            }
        }
        if self.days.is_some_and(|[least, most]| least < 0 || most < least || most > 999) {
            return Err("days: the fewest and the most, such as [2, 4]".into());
        }
        if self.max_weight.is_some_and(|grams| grams < 1) {
            return Err("max_weight: a positive number of grams".into());
        }
        self.cost().check()
    }

    /// Whether products must have a weight.
    pub(super) fn weighs(&self) -> bool {
        self.by_weight.is_some() || self.max_weight.is_some()
    }

    /// Whether the shopper comes for it.
    pub(super) fn is_pickup(&self) -> bool {
        self.kind == Kind::Pickup
    }

    /// Where it goes, if not everywhere.
    pub(super) fn countries(&self) -> Option<&[String]> {
        self.countries.as_deref()
    }

    /// Whether it takes that parcel to that country.
    pub(super) fn takes(&self, parcel: Parcel<'_>, country: Option<&str>) -> bool {
        let goes = self.countries.as_ref().is_none_or(|to| country.is_some_and(|country| to.iter().any(|one| one == country)));
        goes && self.max_weight.is_none_or(|most| weight(parcel.things) <= most)
    }

    fn cost(&self) -> Cost<'_> {
        let (by_weight, by_pieces) = (self.by_weight.as_deref(), self.by_pieces.as_deref());
        Cost { amount: self.amount, by_weight, by_pieces, free_over: self.free_over }
    }

    /// As it stands among the others.
    pub(super) fn option(&self, parcel: Parcel<'_>) -> DeliveryOption {
        let Delivery { label, amount, .. } = self.charge(parcel);
        let kind = if self.is_pickup() { "pickup" } else { "ship" }.to_owned();
        DeliveryOption { id: self.id.clone(), label, amount, kind, days: self.days.map(|[least, most]| (least, most)) }
    }

    /// As it stands in the price.
    pub(super) fn charge(&self, parcel: Parcel<'_>) -> Delivery {
        let amount = self.cost().of(parcel.things, parcel.subtotal);
        Delivery { id: Some(self.id.clone()), label: self.label.get(parcel.locale).to_owned(), amount }
    }
}

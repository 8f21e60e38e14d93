//! Tax: one rate or several by class of product, included in the prices or put on. Each rate is rounded once, half up, on what
//! is sold at it, shipping among it; the discount is spread over the rates in proportion to what their lines cost.

use std::collections::BTreeMap;

use protocol::Tax;
use serde::Deserialize;

use super::Text;
use super::asks::{has_region, judge_country};
use super::percent::Percent;
use crate::spread::spread;

/// The class of what is not taxed.
const NONE: &str = "none";

/// `percent` is the rate of every product and of shipping, unless they name a class.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaxRule {
    label: Text,
    percent: Percent,
    /// Whether the prices hold it already.
    #[serde(default)]
    included: bool,
    /// Other rates by class.
    #[serde(default)]
    rates: BTreeMap<String, Percent>,
    /// The class of shipping.
    shipping: Option<String>,
    /// Whose rates stand above, ISO 3166-1 alpha-2.
    home: Option<String>,
    /// Rates of other countries, ISO 3166-1 alpha-2.
    #[serde(default)]
    country: BTreeMap<String, CountryRates>,
    /// Whether prices that hold the tax change with its rate, so that what is left of them is the same everywhere.
    #[serde(default)]
    net: bool,
}

/// The rates of one country, by class as at home.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountryRates {
    percent: Percent,
    #[serde(default)]
    rates: BTreeMap<String, Percent>,
    /// Rates of parts of the country, by what stands for them on an envelope.
    #[serde(default)]
    region: BTreeMap<String, RegionRates>,
}

/// The rates of a part of a country, by class as at home.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionRates {
    percent: Percent,
    #[serde(default)]
    rates: BTreeMap<String, Percent>,
}

/// Whose tax it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TaxPlace<'a> {
    /// ISO 3166-1 alpha-2; at home if absent.
    pub(super) country: Option<&'a str>,
    /// The part of that country, if it has rates of its own.
    pub(super) region: Option<&'a str>,
}

impl TaxRule {
    pub(super) fn check(&self) -> Result<(), String> {
        self.label.judge().map_err(|fault| format!("label: {fault}"))?;
        if ![&self.percent].into_iter().chain(self.rates.values()).all(|rate| rate.is_part()) {
            return Err("percent must be 0 to 100".into());
        }
        if self.net && !self.included {
            return Err("net: only prices that hold the tax (included = true) can change with its rate".into());
        }
        self.home.as_deref().map_or(Ok(()), judge_country).map_err(|fault| format!("home: {fault}"))?;
        if self.home.is_none() && !self.country.is_empty() {
            return Err("home: is missing; name the country of the other rates, so that shoppers can choose it".into());
        }
        for (country, rates) in &self.country {
            judge_country(country).map_err(|fault| format!("country: {fault}"))?;
            self.check_rates(rates.percent, &rates.rates).map_err(|fault| format!("country.{country}: {fault}"))?;
            for (region, rates) in &rates.region {
                if !has_region(country, region) {
                    return Err(format!(
                        "country.{country}.region: {region:?} is no part of {country} as its post writes them, such as \"CA\""
                    ));
                }
                self.check_rates(rates.percent, &rates.rates).map_err(|fault| format!("country.{country}.region.{region}: {fault}"))?;
            }
        }
        if self.rates.contains_key(NONE) {
            return Err(format!("rates: {NONE:?} is the class of what is not taxed"));
        }
        self.check_class(self.shipping.as_deref()).map_err(|fault| format!("shipping: {fault}"))
    }

    /// Checks the rates of one place.
    fn check_rates(&self, percent: Percent, rates: &BTreeMap<String, Percent>) -> Result<(), String> {
        if !percent.is_part() || !rates.values().all(|rate| rate.is_part()) {
            return Err("percent must be 0 to 100".to_owned());
        }
        match rates.keys().find(|class| !self.rates.contains_key(*class)) {
            Some(class) => Err(format!("there is no tax class {class:?} in tax.rates")),
            None => Ok(()),
        }
    }

    /// Whether parts of that country have rates of their own.
    pub(super) fn has_regions(&self, country: &str) -> bool {
        self.country.get(country).is_some_and(|rates| !rates.region.is_empty())
    }

    /// Whether there is such a class.
    pub(super) fn check_class(&self, class: Option<&str>) -> Result<(), String> {
        match class {
            Some(class) if class != NONE && !self.rates.contains_key(class) => Err(format!("there is no tax class {class:?} in tax.rates")),
            _ => Ok(()),
        }
    }

    /// The countries whose rates are known, where they are not the same everywhere.
    pub(super) fn countries(&self) -> impl Iterator<Item = &str> {
        let home = self.home.as_deref().filter(|_| !self.country.is_empty());
        home.into_iter().chain(self.country.keys().map(String::as_str))
    }

    /// Whose rates are those of everybody who does not say where from, if the shop tells.
    pub(super) fn home(&self) -> Option<&str> {
        self.home.as_deref()
    }

    /// Whether it is known whose rates those are.
    pub(super) fn has_home(&self) -> bool {
        self.home.is_some()
    }

    /// The class of shipping.
    pub(super) fn of_shipping(&self) -> Option<&str> {
        self.shipping.as_deref()
    }

    /// The rate of a class in a country. A class that a country does not name has its `percent` there; what is not taxed is so everywhere.
    /// So it is with a part of a country that has rates of its own.
    fn rate(&self, class: Option<&str>, place: TaxPlace<'_>) -> Percent {
        let Some(abroad) = place.country.and_then(|country| self.country.get(country)) else { return self.home_rate(class) };
        let part = place.region.and_then(|region| abroad.region.get(region));
        let (percent, rates) = part.map_or((abroad.percent, &abroad.rates), |part| (part.percent, &part.rates));
        match class {
            Some(NONE) => Percent::ZERO,
            Some(class) => rates.get(class).copied().unwrap_or(percent),
            None => percent,
        }
    }

    fn home_rate(&self, class: Option<&str>) -> Percent {
        match class {
            None => self.percent,
            Some(class) => self.rates.get(class).copied().unwrap_or(Percent::ZERO),
        }
    }

    /// What something of that class costs in a country, if it costs so much at home. Minor units, rounded half up.
    pub(super) fn price_in(&self, place: TaxPlace<'_>, class: Option<&str>, price: i64) -> i64 {
        if self.net { self.home_rate(class).exchanged(self.rate(class, place), price) } else { price }
    }

    /// The tax on lines (class and total of each) less `off`, and on shipping: one for each rate, the lowest first.
    pub(super) fn on(&self, lines: &[(Option<&str>, i64)], off: i64, shipping: i64, place: TaxPlace<'_>, locale: &str) -> Vec<Tax> {
        let mut sold: BTreeMap<Percent, i64> = BTreeMap::new();
        for (class, total) in lines {
            *sold.entry(self.rate(*class, place)).or_default() += total;
        }
        let shares = spread(off, &sold.values().copied().collect::<Vec<_>>());
        for (sum, share) in sold.values_mut().zip(shares) {
            *sum -= share;
        }
        *sold.entry(self.rate(self.shipping.as_deref(), place)).or_default() += shipping;
        let tax = |(rate, sum): (&Percent, &i64)| Tax {
            label: self.label.get(locale).to_owned(),
            rate: Some(rate.text()),
            amount: if self.included { rate.within(*sum) } else { rate.of(*sum) },
            included: self.included,
        };
        sold.iter().filter(|(rate, sum)| **rate > Percent::ZERO && **sum > 0).map(tax).collect()
    }
}

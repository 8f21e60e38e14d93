//! Tax: one rate or several by class of product, included in the prices or put on. Each rate is rounded once, half up, on what
//! is sold at it, shipping among it; the discount is spread over the rates in proportion to what their lines cost.

use std::collections::BTreeMap;

use protocol::Tax;
use serde::Deserialize;

use super::Text;
use super::percent::{Percent, spread};

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
}

impl TaxRule {
    pub(super) fn check(&self) -> Result<(), String> {
        self.label.judge().map_err(|fault| format!("label: {fault}"))?;
        if ![&self.percent].into_iter().chain(self.rates.values()).all(|rate| rate.is_part()) {
            return Err("percent must be 0 to 100".into());
        }
        if self.rates.contains_key(NONE) {
            return Err(format!("rates: {NONE:?} is the class of what is not taxed"));
        }
        self.check_class(self.shipping.as_deref()).map_err(|fault| format!("shipping: {fault}"))
    }

    /// Whether there is such a class.
    pub(super) fn check_class(&self, class: Option<&str>) -> Result<(), String> {
        match class {
            Some(class) if class != NONE && !self.rates.contains_key(class) => Err(format!("there is no tax class {class:?} in tax.rates")),
            _ => Ok(()),
        }
    }

    fn rate(&self, class: Option<&str>) -> Percent {
        match class {
            None => self.percent,
            Some(class) => self.rates.get(class).copied().unwrap_or(Percent::ZERO),
        }
    }

    /// The tax on lines (class and total of each) less `off`, and on shipping: one for each rate, the lowest first.
    pub(super) fn on(&self, lines: &[(Option<&str>, i64)], off: i64, shipping: i64, locale: &str) -> Vec<Tax> {
        let mut sold: BTreeMap<Percent, i64> = BTreeMap::new();
        for (class, total) in lines {
            *sold.entry(self.rate(*class)).or_default() += total;
        }
        let shares = spread(off, &sold.values().copied().collect::<Vec<_>>());
        for (sum, share) in sold.values_mut().zip(shares) {
            *sum -= share;
        }
        *sold.entry(self.rate(self.shipping.as_deref())).or_default() += shipping;
        let tax = |(rate, sum): (&Percent, &i64)| Tax {
            label: self.label.get(locale).to_owned(),
            rate: Some(rate.text()),
            amount: if self.included { rate.within(*sum) } else { rate.of(*sum) },
            included: self.included,
        };
        sold.iter().filter(|(rate, sum)| **rate > Percent::ZERO && **sum > 0).map(tax).collect()
    }
}

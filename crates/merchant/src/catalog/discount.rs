//! What is taken off: discounts that apply by themselves, and those that a code asks for.

use jiff::Timestamp;
use protocol::Charge;
use serde::Deserialize;
use toml::value::Datetime;

use super::cart::{Code, CodeState, Selling, plain};
use super::percent::Percent;
use super::text::Text;
use crate::store::{Reservation, StockItem, Supply};

/// Taken off once the subtotal reaches `minimum`: `percent` of it, or a fixed `amount`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Discount {
    label: Text,
    percent: Option<Percent>,
    /// Minor units.
    amount: Option<i64>,
    #[serde(default)]
    minimum: i64,
    /// What the shopper has to write for it.
    pub(super) code: Option<String>,
    /// How often the code may be used in all.
    pub(super) limit: Option<i64>,
    starts_at: Option<Moment>,
    ends_at: Option<Moment>,
}

/// A time, as unix seconds or as TOML writes it, with an offset.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum Moment {
    Unix(i64),
    Written(Datetime),
}

/// What comes off a cart.
pub(super) struct TakenOff {
    pub(super) charges: Vec<Charge>,
    /// How the code fared, if one was asked for.
    pub(super) code: Option<CodeState>,
    /// The use of the code that an order takes, if there are only so many.
    pub(super) hold: Option<Reservation>,
    /// When the first of these discounts ends, unix seconds.
    pub(super) ends_at: Option<i64>,
}

impl Moment {
    fn unix(self) -> Option<i64> {
        match self {
            Moment::Unix(seconds) => Some(seconds),
            // Without an offset it is no point in time.
            Moment::Written(written) => written.to_string().parse::<Timestamp>().ok().map(Timestamp::as_second),
        }
    }
}

impl Discount {
    pub(super) fn check(&self) -> Result<(), String> {
        self.label.judge().map_err(|fault| format!("label: {fault}"))?;
        let percent = self.percent.is_none_or(|percent| percent > Percent::ZERO && percent.is_part());
        let amount = self.amount.is_none_or(|amount| amount > 0);
        if self.percent.is_some() == self.amount.is_some() || !percent || !amount {
            return Err("needs either percent (over 0, at most 100) or a positive amount".into());
        }
        if self.minimum < 0 {
            return Err("minimum is negative".into());
        }
        let fits = |code: &String| {
            (1..=32).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        };
        if !self.code.as_ref().is_none_or(fits) {
            return Err("code: 1 to 32 letters, digits and -._~".into());
        }
        if self.limit.is_some_and(|limit| limit < 1) || self.limit.is_some() && self.code.is_none() {
            return Err("limit: a positive number, and only with a code".into());
        }
        for (key, moment) in [("starts_at", self.starts_at), ("ends_at", self.ends_at)] {
            if moment.is_some_and(|moment| moment.unix().is_none()) {
                return Err(format!("{key}: unix seconds, or a time with an offset such as 2026-12-01T00:00:00+08:00"));
            }
        }
        if let (Some(start), Some(end)) = (self.start(), self.end())
            && start >= end
        {
            return Err("ends_at is not after starts_at".into());
        }
        Ok(())
    }

    fn start(&self) -> Option<i64> {
        self.starts_at.and_then(Moment::unix)
    }

    fn end(&self) -> Option<i64> {
        self.ends_at.and_then(Moment::unix)
    }

    /// How many uses there are, if they are numbered.
    pub(super) fn supply(&self) -> Option<Supply> {
        let (of, stock) = (StockItem::Code(plain(self.code.as_ref()?)), self.limit?);
        Some(Supply { of, stock, stocked: String::new() })
    }

    fn answers_to(&self, code: &str) -> bool {
        self.code.as_ref().is_some_and(|known| plain(known) == code)
    }

    /// Whether it applies, by its own rules.
    fn state(&self, subtotal: i64, now: i64) -> CodeState {
        if self.start().is_some_and(|start| now < start) {
            CodeState::TooEarly
        } else if self.end().is_some_and(|end| now >= end) {
            CodeState::Ended
        } else if subtotal < self.minimum {
            CodeState::BelowMinimum
        } else {
            CodeState::Applied
        }
    }

    fn off(&self, subtotal: i64) -> i64 {
        self.percent.map_or_else(|| self.amount.unwrap_or(0), |percent| percent.of(subtotal))
    }
}

/// Every discount in the order of the file, each of the whole subtotal, until nothing is left to take off.
pub(super) fn taken_off(discounts: &[Discount], subtotal: i64, code: Option<Code<'_>>, selling: &Selling<'_>) -> TakenOff {
    let mut off = TakenOff { charges: Vec::new(), code: None, hold: None, ends_at: None };
    let (wanted, used_up) = match code {
        Some(Code::Offered(code)) => (Some(plain(code)), false),
        Some(Code::UsedUp(code)) => (Some(plain(code)), true),
        None => (None, false),
    };
    let mut left = subtotal;
    for discount in discounts {
        let mut state = discount.state(subtotal, selling.now);
        if discount.code.is_some() {
            let Some(code) = wanted.as_deref().filter(|code| discount.answers_to(code)) else { continue };
            if state == CodeState::Applied && used_up {
                state = CodeState::UsedUp;
            }
            off.code = Some(state);
            if state == CodeState::Applied && discount.limit.is_some() {
                off.hold = Some(Reservation { of: StockItem::Code(code.to_owned()), quantity: 1 });
            }
        }
        if state == CodeState::Applied {
            let amount = discount.off(subtotal).min(left);
            left -= amount;
            off.charges.push(Charge { label: discount.label.get(selling.locale).to_owned(), amount });
            off.ends_at = [off.ends_at, discount.end()].into_iter().flatten().min();
        }
    }
    off.code = off.code.or(wanted.map(|_| CodeState::Unknown));
    off
}

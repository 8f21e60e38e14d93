//! What delivery costs: one amount, or steps by weight or by pieces. What is digital is not delivered.

use protocol::Delivery;
use serde::Deserialize;

use super::product::Product;
use super::text::Text;

/// One of `amount`, `by_weight` and `by_pieces`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shipping {
    label: Text,
    /// Minor units, for every cart.
    amount: Option<i64>,
    /// Steps in grams.
    by_weight: Option<Vec<Step>>,
    /// Steps in pieces.
    by_pieces: Option<Vec<Step>>,
    /// From this subtotal on nothing is charged.
    free_over: Option<i64>,
}

/// Up to so much it costs so much; the last step has no end.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    up_to: Option<i64>,
    /// Minor units.
    amount: i64,
}

/// What a delivery costs.
pub(super) struct Cost<'a> {
    pub(super) amount: Option<i64>,
    pub(super) by_weight: Option<&'a [Step]>,
    pub(super) by_pieces: Option<&'a [Step]>,
    pub(super) free_over: Option<i64>,
}

impl Shipping {
    pub(super) fn check(&self) -> Result<(), String> {
        self.label.judge().map_err(|fault| format!("label: {fault}"))?;
        self.cost().check()
    }

    /// Whether products must have a weight.
    pub(super) fn weighs(&self) -> bool {
        self.by_weight.is_some()
    }

    fn cost(&self) -> Cost<'_> {
        let (by_weight, by_pieces) = (self.by_weight.as_deref(), self.by_pieces.as_deref());
        Cost { amount: self.amount, by_weight, by_pieces, free_over: self.free_over }
    }

    /// What is charged for those things, which are delivered.
    pub(super) fn charge(&self, delivered: &[(&Product, i64)], subtotal: i64, locale: &str) -> Delivery {
        Delivery { id: None, label: self.label.get(locale).to_owned(), amount: self.cost().of(delivered, subtotal) }
    }
}

impl Cost<'_> {
    pub(super) fn check(&self) -> Result<(), String> {
        let steps = match (self.amount, self.by_weight, self.by_pieces) {
            (Some(amount), None, None) if amount < 0 => return Err("amount is negative".into()),
            (Some(_), None, None) => return Ok(()),
            (None, Some(steps), None) | (None, None, Some(steps)) => steps,
            _ => return Err("needs one of amount, by_weight and by_pieces".into()),
        };
        if steps.iter().any(|step| step.amount < 0) {
            return Err("a step's amount is negative".into());
        }
        let ends: Vec<Option<i64>> = steps.iter().map(|step| step.up_to).collect();
        let Some((None, before)) = ends.split_last() else {
            return Err("the last step must have no up_to: it is for everything above".into());
        };
        let grows = before.iter().try_fold(0, |last, end| end.filter(|end| *end > last));
        grows.map(|_| ()).ok_or_else(|| "up_to must grow from step to step".into())
    }

    /// Of those things, which are delivered.
    pub(super) fn of(&self, delivered: &[(&Product, i64)], subtotal: i64) -> i64 {
        match (self.by_weight, self.by_pieces) {
            _ if self.free_over.is_some_and(|limit| subtotal >= limit) => 0,
            (Some(steps), _) => step(steps, weight(delivered)),
            (None, Some(steps)) => step(steps, delivered.iter().map(|(_, quantity)| quantity).sum()),
            (None, None) => self.amount.unwrap_or(0),
        }
    }
}

/// What things weigh together, grams.
pub(super) fn weight(things: &[(&Product, i64)]) -> i64 {
    things.iter().map(|(product, quantity)| product.weight.unwrap_or(0) * quantity).sum()
}

/// The first step that reaches so far.
fn step(steps: &[Step], measure: i64) -> i64 {
    let reached = steps.iter().find(|step| step.up_to.is_none_or(|end| measure <= end));
    reached.map_or(0, |step| step.amount)
}

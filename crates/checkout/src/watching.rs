//! What watching an order and watching a paid one have in common: how long a question is held, how soon it is asked again, and how its
//! answer is judged.

use protocol::verify::{Authentic, Known, VerifiedOrder};
use protocol::{Code, Digest, OrderId};

use crate::step::Step;
use crate::{Doubt, Screen};

/// For how long the backend may hold a poll, seconds (docs/spec/http.md §6).
pub(crate) const WAIT: u32 = 25;
/// The least time between two polls, milliseconds: a backend that does not hold them is not hammered.
pub(crate) const LEAST_PAUSE_MS: i64 = 1_000;

impl Step<'_> {
    /// The order that is asked about.
    pub(crate) fn order_id(&self) -> Option<OrderId> {
        if let Screen::Resuming(id) | Screen::Unsure { doubt: Doubt::Order { id, .. }, .. } = &self.state.screen {
            return Some(id.clone());
        }
        self.state.order().map(|order| order.id.clone())
    }

    /// The order of an answer about that one, judged by all that is known of it, and by the answers that the shopper gave where it is to them.
    ///
    /// # Errors
    /// What does not fit.
    pub(crate) fn order_of(&self, authentic: Authentic, answers_digest: Option<Digest>) -> Result<VerifiedOrder, Code> {
        let id = self.order_id();
        let last = self.state.order().map(|order| &**order);
        let known = Known { merchant: self.state.merchant.as_ref(), order: id.as_ref(), last, answers_digest, ..Known::default() };
        authentic.order(known, self.env.pins)
    }
}

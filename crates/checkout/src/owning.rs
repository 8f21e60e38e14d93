//! After the money: the paid order is watched for what becomes of its things, and what is for its buyer alone is asked for by the owner key.
//! Nothing that fails here takes "paid" off the screen: that was proved.

use protocol::{Code, IdempotencyKey, OrderId, OwnerKey};

use crate::state::{Own, Purpose};
use crate::step::{Outcome, Step};
use crate::watching::{LEAST_PAUSE_MS, WAIT};
use crate::{Effect, PageEvent, Saved, Screen};

/// So many polls without news, half an hour, and nobody is waiting before this screen any more.
const PATIENCE: u32 = 70;
/// The pause between polls from then on, milliseconds. Whoever comes back to the page sees the news at once.
const LONG_PAUSE_MS: i64 = 300_000;

impl Step<'_> {
    /// The key of an order that is shown: the page's, or the one that this browser made for it.
    pub(crate) fn own(&mut self, order: &OrderId, saved: &Saved) {
        let kept = saved.order.as_ref().is_some_and(|known| known == order).then(|| OwnerKey::parse(&saved.owner)).flatten();
        let key = self.state.config.owner.clone().or(kept);
        if self.state.own.key != key {
            self.state.own = Own { key, ..Own::default() };
        }
    }

    /// Makes a key: to an order that is about to be made, or of a browser that pays one of somebody else's.
    #[inline(never)]
    pub(crate) fn own_anew(&mut self) {
        self.state.own = Own { key: Some(OwnerKey::from_random(self.env.owner)), ..Own::default() };
    }

    /// Asks how a paid order stands, or first, where there is news of it, what is for its buyer alone.
    pub(crate) fn watch_paid(&mut self) {
        let Screen::Paid { order, .. } = &self.state.screen else { return };
        let (order, nonce) = (order.clone(), self.nonce());
        let backend = &self.state.config.backend;
        match &self.state.own.key {
            Some(key) if self.state.own.asked_at < order.seq => {
                let once = IdempotencyKey::from_random(self.env.key);
                let request = backend.open(&order.id, key, nonce, once);
                self.send(Purpose::Open, request);
            }
            _ => {
                let request = backend.order(&order.id, order.seq, WAIT, nonce);
                self.send(Purpose::Order, request);
            }
        }
    }

    /// What is for the buyer alone came, or did not.
    pub(crate) fn opened(&mut self, outcome: Outcome) {
        let Screen::Paid { order, .. } = &self.state.screen else { return };
        let order = order.clone();
        match outcome {
            Outcome::Retry => return,
            Outcome::Answer(authentic) => match authentic.opened(&order.merchant, &order.id) {
                Ok(opened) => self.state.own.opened = Some(opened),
                Err(code) => self.emit(PageEvent::Error(code)),
            },
            // It opens nothing: whoever has only the order's id sees what that shows.
            Outcome::Refusal(problem) if problem.code == "not-owner" => self.state.own.key = None,
            Outcome::Refusal(_) | Outcome::Untrusted(_) => {}
        }
        self.state.own.asked_at = order.seq;
        self.watch_paid();
    }

    /// Asks for the address of a file that was bought, in place of the poll that is held.
    pub(crate) fn load(&mut self, sku: &str) {
        let Screen::Paid { order, .. } = &self.state.screen else { return };
        let Some(key) = &self.state.own.key else { return };
        let (nonce, once) = (self.nonce(), IdempotencyKey::from_random(self.env.key));
        let request = self.state.config.backend.download(&order.id, (key.as_str(), sku), nonce, once);
        self.state.own.unloaded = None;
        self.send(Purpose::Load(sku.to_owned()), request);
    }

    /// The address of a thing's file came, or not, which is told where it was asked for. How often a file can still be loaded is asked for anew.
    pub(crate) fn loaded(&mut self, sku: String, outcome: Outcome) {
        let Screen::Paid { order, .. } = &self.state.screen else { return };
        let order = order.clone();
        let url = match outcome {
            Outcome::Answer(authentic) => authentic.download(&self.state.config.backend, &order.merchant, &order.id).map_err(Some),
            Outcome::Refusal(_) | Outcome::Retry | Outcome::Untrusted(_) => Err(None),
        };
        match url {
            Ok(url) => self.effects.push(Effect::Load(url)),
            Err(code) => {
                self.state.own.unloaded = Some(sku);
                code.into_iter().for_each(|code| self.emit(PageEvent::Error(code)));
            }
        }
        self.state.own.asked_at = 0;
        self.watch_paid();
    }

    /// An answer about an order that is paid. One that cannot be trusted changes nothing.
    pub(crate) fn told_of_paid(&mut self, outcome: Outcome) {
        let verdict = match outcome {
            Outcome::Retry => return,
            Outcome::Answer(authentic) => self.order_of(authentic, None),
            Outcome::Refusal(_) | Outcome::Untrusted(_) => return self.look_later(LONG_PAUSE_MS),
        };
        match verdict {
            Ok(verified) => self.show(verified),
            Err(code) => self.ignored(code),
        }
    }

    fn ignored(&mut self, code: Code) {
        self.emit(PageEvent::Error(code));
        self.look_later(LONG_PAUSE_MS);
    }

    /// Arranges the next question about a paid order: at once where there is news.
    pub(crate) fn go_on_watching(&mut self, has_news: bool) {
        if has_news {
            self.state.own.quiet = 0;
            return self.watch_paid();
        }
        self.state.own.quiet = self.state.own.quiet.saturating_add(1);
        self.look_later(if self.state.own.quiet < PATIENCE { LEAST_PAUSE_MS } else { LONG_PAUSE_MS });
    }

    fn look_later(&mut self, pause_ms: i64) {
        self.state.again_at = Some(self.env.monotonic_ms + pause_ms);
    }
}

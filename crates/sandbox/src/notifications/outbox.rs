//! Notifications on their way: which are due, which wait, which were given up. Pure: the dispatcher
//! sends them and tells what came of it. Each notification has its provider's table of repetitions.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

/// All notifications, in the order in which they arose.
#[derive(Default)]
pub(crate) struct Outbox {
    entries: Vec<Entry>,
    by_id: HashMap<String, usize>,
    /// Time and place of every entry in state `Waiting`, so that many old ones cost nothing.
    waiting: BTreeSet<(i64, usize)>,
}

struct Entry {
    delivery: Delivery,
    attempts: usize,
    /// Unix seconds of the next attempt, in state `Waiting`.
    due: i64,
    state: DeliveryState,
    /// To be sent once more after it was accepted.
    duplicate: bool,
}

/// How far a notification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Held by a fault until it is released.
    Held,
    /// Waits for its time.
    Waiting,
    /// An attempt is under way.
    Sending,
    /// The merchant accepted it.
    Accepted,
    /// All attempts failed.
    GivenUp,
}

/// A notification as the control shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeliveryView {
    /// The event id, the same in every attempt.
    pub id: String,
    /// Who notifies.
    pub provider: &'static str,
    /// The merchant's number of the payment.
    pub payment_id: String,
    /// The merchant's number of the refund, if it is about one.
    pub refund_id: Option<String>,
    /// How far it has come.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: usize,
    /// Unix seconds of the next attempt, if one is planned.
    pub due: Option<i64>,
}

/// In which order held notifications are released.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseOrder {
    /// As they arose.
    #[default]
    OldestFirst,
    /// The other way round.
    NewestFirst,
}

/// What the dispatcher needs for one attempt.
#[derive(Clone)]
pub(crate) struct Delivery {
    /// The same in every attempt.
    pub id: String,
    /// Who notifies.
    pub provider: &'static str,
    /// Seconds from one attempt to the next.
    pub retry_delays: &'static [i64],
    /// The merchant's number of the payment.
    pub payment_id: String,
    /// The merchant's number of the refund, if it is about one.
    pub refund_id: Option<String>,
    /// Where to post it.
    pub url: String,
    /// Unix seconds.
    pub created_at: i64,
}

impl Outbox {
    /// Takes in a notification, due at once unless it is held.
    pub fn add(&mut self, delivery: Delivery, held: bool, duplicate: bool) {
        let (index, created_at) = (self.entries.len(), delivery.created_at);
        self.by_id.insert(delivery.id.clone(), index);
        self.entries.push(Entry { delivery, attempts: 0, due: created_at, state: DeliveryState::Held, duplicate });
        if !held {
            self.wait(index, created_at);
        }
    }

    /// The next attempt whose time has come; it counts as made.
    pub fn take_due(&mut self, now: i64) -> Option<Delivery> {
        let next = self.waiting.first().copied().filter(|(due, _)| *due <= now)?;
        self.waiting.remove(&next);
        self.entries.get_mut(next.1).map(Entry::take)
    }

    /// When the next attempt is due, in unix seconds.
    pub fn next_due(&self) -> Option<i64> {
        self.waiting.first().map(|(due, _)| *due)
    }

    /// Takes all held notifications out at once, in this order, to be sent one after the other.
    pub fn take_held(&mut self, order: ReleaseOrder) -> Vec<Delivery> {
        let held = self.entries.iter_mut().filter(|entry| entry.state == DeliveryState::Held);
        let mut deliveries: Vec<_> = held.map(Entry::take).collect();
        if order == ReleaseOrder::NewestFirst {
            deliveries.reverse();
        }
        deliveries
    }

    /// Records what came of an attempt that ended at `now`.
    pub fn finish(&mut self, id: &str, accepted: bool, now: i64) {
        let Some(&index) = self.by_id.get(id) else { return };
        let Some(entry) = self.entries.get_mut(index) else { return };
        if accepted && entry.duplicate {
            entry.duplicate = false;
            self.wait(index, now);
        } else if accepted {
            entry.state = DeliveryState::Accepted;
        } else if let Some(delay) = entry.delivery.retry_delays.get(entry.attempts.saturating_sub(1)) {
            self.wait(index, now.saturating_add(*delay));
        } else {
            entry.state = DeliveryState::GivenUp;
        }
    }

    fn wait(&mut self, index: usize, due: i64) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.state = DeliveryState::Waiting;
            entry.due = due;
            self.waiting.insert((due, index));
        }
    }

    /// All notifications, oldest first.
    pub fn views(&self) -> Vec<DeliveryView> {
        let view = |entry: &Entry| DeliveryView {
            id: entry.delivery.id.clone(),
            provider: entry.delivery.provider,
            payment_id: entry.delivery.payment_id.clone(),
            refund_id: entry.delivery.refund_id.clone(),
            state: entry.state,
            attempts: entry.attempts,
            due: (entry.state == DeliveryState::Waiting).then_some(entry.due),
        };
        self.entries.iter().map(view).collect()
    }
}

impl Entry {
    fn take(&mut self) -> Delivery {
        self.state = DeliveryState::Sending;
        self.attempts += 1;
        self.delivery.clone()
    }
}

#[cfg(test)]
mod tests {
    use gateway::{alipay, wechat_pay};

    use super::*;

    fn delivery(retry_delays: &'static [i64]) -> Delivery {
        let (id, payment_id, url) = ("EV-1".into(), "ORDER-1".into(), "http://x/".into());
        Delivery { id, provider: "any", retry_delays, payment_id, refund_id: None, url, created_at: 0 }
    }

    fn outbox(held: bool, duplicate: bool) -> Outbox {
        let mut outbox = Outbox::default();
        outbox.add(delivery(&[]), held, duplicate);
        outbox
    }

    /// How often it is tried, and when for the last time.
    fn exhausted(retry_delays: &'static [i64]) -> (usize, i64) {
        let mut outbox = Outbox::default();
        outbox.add(delivery(retry_delays), false, false);
        let mut now = 0;
        let mut attempts = 0;
        loop {
            assert!(outbox.take_due(now).is_some());
            assert!(outbox.take_due(now).is_none(), "one attempt at a time");
            attempts += 1;
            outbox.finish("EV-1", false, now);
            match outbox.next_due() {
                Some(due) => now = due,
                None => break,
            }
            assert!(outbox.take_due(now - 1).is_none(), "not before its time");
        }
        assert_eq!(outbox.views()[0].state, DeliveryState::GivenUp);
        (attempts, now)
    }

    #[test]
    fn a_notification_nobody_accepts_is_tried_by_its_providers_table_and_given_up_after_a_day() {
        assert_eq!(exhausted(&wechat_pay::server::RETRY_DELAYS), (16, 24 * 3600 + 240));
        assert_eq!(exhausted(&alipay::server::RETRY_DELAYS), (8, 24 * 3600));
    }

    #[test]
    fn a_duplicate_goes_out_once_more_after_it_was_accepted() {
        let mut outbox = outbox(false, true);
        for _ in 0..2 {
            assert!(outbox.take_due(0).is_some());
            outbox.finish("EV-1", true, 0);
        }
        assert!(outbox.take_due(0).is_none());
        assert_eq!(outbox.views()[0].state, DeliveryState::Accepted);
        assert_eq!(outbox.views()[0].attempts, 2);
    }

    #[test]
    fn a_held_notification_waits_for_its_release_only() {
        let mut outbox = outbox(true, false);
        assert!(outbox.take_due(i64::MAX).is_none());
        assert_eq!(outbox.take_held(ReleaseOrder::NewestFirst).len(), 1);
        outbox.finish("EV-1", true, 9);
        assert_eq!(outbox.views()[0].state, DeliveryState::Accepted);
    }
}

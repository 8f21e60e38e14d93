//! An order that asks: its questions in the shopper's language and for the chosen country, and the answers, given once or anew for as long
//! as nothing is being paid. Not here: the answers themselves (`details`).

use protocol::{AnswersText, DeliveryOption, Fault, IdempotencyKey, Order, Price, Request};

use crate::step::Step;
use crate::{OrderOutcome, Screen, State, Task, can_ask};

impl State {
    /// Where an order goes that asks: country, region and delivery, as the shopper has chosen here, else as it is priced; without a choice
    /// by the first delivery. Who comes for it says no country.
    pub fn destination<'a>(&'a self, order: &'a Order) -> [Option<&'a str>; 3] {
        let Price { country, region, delivery, .. } = &*order.price;
        let chosen = self.delivery(order);
        let id = chosen.map(|option| option.id.as_str()).or(delivery.as_ref().and_then(|delivery| delivery.id.as_deref()));
        if chosen.is_some_and(is_pickup) {
            return [None, None, id];
        }
        let mut destination = [country.as_deref(), region.as_deref(), id];
        for ask in &order.asks {
            let (at, text) = match ask.kind.as_str() {
                "country" => (0, &self.country),
                "region" => (1, &self.region),
                _ => continue,
            };
            destination[at] = Some(text.as_str()).filter(|text| !text.is_empty()).or(destination[at]);
        }
        destination
    }

    /// Whether the shopper comes for what an order that asks is about.
    pub fn is_picked_up(&self, order: &Order) -> bool {
        self.delivery(order).is_some_and(is_pickup)
    }

    fn delivery<'a>(&self, order: &'a Order) -> Option<&'a DeliveryOption> {
        let priced = order.price.delivery.as_ref().and_then(|delivery| delivery.id.as_ref());
        let find = |id: &String| order.deliveries.iter().find(|option| option.id == *id);
        find(&self.delivery).or_else(|| find(priced?)).or(order.deliveries.first())
    }

    /// Whether answers are on their way to an order.
    pub fn is_telling(&self) -> bool {
        matches!(&self.screen, Screen::Order { following, .. } if matches!(following.task, Task::Answer(..)))
    }

    /// Whether an order that is answered was answered in another browser, or on another device.
    pub fn is_answered_elsewhere(&self, order: &Order) -> bool {
        order.answers_digest.is_some_and(|digest| digest.to_base64() != self.details.told)
    }
}

impl Step<'_> {
    /// Asks how the order stands, at once; one that asks, in words for this shopper.
    pub(crate) fn question(&self, id: &protocol::OrderId) -> Request {
        let config = &self.state.config;
        if self.state.details.is_localized {
            // For a country there is an address to fill in, which nobody needs who comes for it.
            let is_picked_up = self.state.order().is_some_and(|order| self.state.is_picked_up(order));
            let country = if is_picked_up { "" } else { &self.state.country };
            return config.backend.order_asks(id, &config.locale, country, self.nonce());
        }
        config.backend.order(id, 0, 0, self.nonce())
    }

    /// What is chosen changes what an order asks.
    pub(crate) fn ask_again(&mut self) {
        if let Screen::Order { outcome: OrderOutcome::Asking, following } = &mut self.state.screen
            && matches!(following.task, Task::Watch | Task::Check)
        {
            following.task = Task::Check;
            self.follow();
        }
    }

    /// Tells the answers, if there is nothing against them.
    pub(crate) fn tell_answers(&mut self) {
        let Some(order) = self.state.order().cloned() else { return };
        if self.open_following().is_none() || !can_ask(&order.asks) {
            return;
        }
        let is_answered = self.is_answered();
        let destination = self.state.destination(&order);
        let mut missing = Vec::new();
        for ask in order.asks.iter().filter(|_| !self.state.is_picked_up(&order)) {
            if ask.is_open(destination[0], destination[1]) {
                missing.push(Fault { code: "answer-missing".to_owned(), field: Some(ask.name.clone()), ..Fault::default() });
            }
        }
        if !is_answered || !missing.is_empty() {
            missing.append(&mut self.state.details.faults);
            self.state.details.faults = missing;
            return;
        }
        let answers = self.state.answers_text(self.env.salt, destination);
        self.begin(Task::Answer(answers, IdempotencyKey::from_random(self.env.key)));
    }

    /// Opens the questions of an order that is answered.
    pub(crate) fn answer_anew(&mut self) {
        if self.state.order().is_some_and(|order| !order.asks.is_empty()) {
            self.state.details.faults.clear();
            (self.state.details.is_anew, self.state.details.is_localized) = (true, true);
            self.begin(Task::Check);
        }
    }

    /// Keeps the answers that an order has.
    pub(crate) fn keep_as_answered(&mut self) {
        if let Screen::Order { outcome, following } = &mut self.state.screen
            && *outcome == OrderOutcome::Asking
            && self.state.details.is_anew
            && matches!(following.task, Task::Watch | Task::Check)
        {
            *outcome = OrderOutcome::Choosing;
            following.task = Task::Watch;
            self.state.details.is_anew = false;
            self.follow();
        }
    }

    /// Whether the order is to be answered before anything else.
    pub(crate) fn is_asking(&self, order: &Order) -> bool {
        order.is_unanswered() || (self.state.details.is_anew && !order.asks.is_empty())
    }

    /// Of answers that are told now: what the order is going to be bound to.
    pub(crate) fn told_now(&self) -> Option<&AnswersText> {
        let Screen::Order { following, .. } = &self.state.screen else { return None };
        if let Task::Answer(answers, _) = &following.task { Some(answers) } else { None }
    }
}

fn is_pickup(option: &DeliveryOption) -> bool {
    option.kind == "pickup"
}

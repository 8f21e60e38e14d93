//! An order that asks: its questions in the shopper's language and for the chosen country, and the answers, given once or anew for as long
//! as nothing is being paid. Not here: the answers themselves (`details`).

use protocol::{AnswersText, Fault, IdempotencyKey, Order, Price, Request};

use crate::step::Step;
use crate::{OrderOutcome, Screen, State, Task, can_ask};

impl State {
    /// Where an order goes that asks, as far as the shopper has chosen here, else as it is priced: country, region and delivery.
    pub fn destination<'a>(&'a self, order: &'a Order) -> [Option<&'a str>; 3] {
        let Price { country, region, delivery, .. } = &*order.price;
        let mut chosen = [country.as_deref(), region.as_deref(), delivery.as_ref().and_then(|delivery| delivery.id.as_deref())];
        for ask in &order.asks {
            let (at, text) = match ask.kind.as_str() {
                "country" => (0, &self.country),
                "region" => (1, &self.region),
                _ => continue,
            };
            chosen[at] = Some(text.as_str()).filter(|text| !text.is_empty()).or(chosen[at]);
        }
        if order.deliveries.iter().any(|option| option.id == self.delivery) {
            chosen[2] = Some(&self.delivery);
        }
        chosen
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
            return config.backend.order_asks(id, &config.locale, &self.state.country, self.nonce());
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
        for ask in &order.asks {
            if ask.required && ((ask.kind == "country" && destination[0].is_none()) || (ask.kind == "region" && destination[1].is_none())) {
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

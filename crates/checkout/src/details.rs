//! What a shop asks besides the price: what was answered so far, what is wrong with it, and the text that an order is bound to.
//! Not here: how an order that exists is answered (`asking`).

use std::rc::Rc;

use protocol::json::{self, Fields, Value};
use protocol::{Answers, AnswersText, Ask, Fault, Problem, Quote, Verified};

use crate::step::Step;
use crate::{Effect, Screen, State};

/// Something that is filled in: an ask, or a part of an address.
#[derive(Clone, Debug)]
pub struct AskedField<'a> {
    /// The ask, which is the address of a part.
    pub of: &'a Ask,
    /// What is filled in.
    pub ask: &'a Ask,
    /// By which it is answered.
    pub name: String,
}

/// What is filled in of what is answered with the order, as far as its kinds are known here.
pub fn asked_fields(asks: &[Ask]) -> Vec<AskedField<'_>> {
    // Lists are filled by loops here, for chains of adapters weigh several times as much in the widget.
    let mut fields = Vec::new();
    for of in asks {
        if !of.is_of_price() && is_known(of) {
            for (ask, name) in of.fields() {
                fields.push(AskedField { of, ask, name });
            }
        }
    }
    fields
}

/// Whether everything can be asked here that has to be answered. A kind may be younger than this widget.
pub fn can_ask(asks: &[Ask]) -> bool {
    asks.iter().all(|ask| !ask.required || ask.or.is_some() || ask.is_of_price() || is_known(ask))
}

/// Whether anything is to be filled in.
pub fn is_to_be_asked(asks: &[Ask]) -> bool {
    asks.iter().any(|ask| !ask.is_of_price() && is_known(ask))
}

fn is_known(ask: &Ask) -> bool {
    match ask.kind.as_str() {
        "name" | "email" | "phone" | "company" | "tax_id" | "text" | "multiline" | "choice" | "checkbox" | "date" => true,
        "address" => !ask.form.is_empty() && ask.form.iter().all(|part| !part.required || is_known_part(part)),
        _ => false,
    }
}

fn is_known_part(part: &Ask) -> bool {
    matches!(part.kind.as_str(), "line1" | "line2" | "city" | "district" | "region" | "postal_code" | "sorting_code")
}

impl State {
    /// What was answered to the ask, or the part of an address, of that name; empty if nothing was.
    pub fn answer(&self, name: &str) -> &str {
        self.details.given.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }

    /// What was wrong with the answers when they were told last.
    pub fn faults(&self) -> &[Fault] {
        &self.details.faults
    }

    /// Whether the questions on the screen were answered before.
    pub fn is_answered_anew(&self) -> bool {
        self.details.is_anew
    }

    /// What is asked on the screen.
    fn asks(&self) -> &[Ask] {
        if let Screen::Details { quote } = &self.screen { &quote.asks } else { self.order().map_or(&[], |order| &order.asks) }
    }

    /// A text of answers to that, under that salt, for where it goes: country, region and delivery.
    pub(crate) fn answers_text(&self, salt: [u8; 16], destination: [Option<&str>; 3]) -> Rc<AnswersText> {
        let mut given = Vec::new();
        for AskedField { name, .. } in asked_fields(self.asks()) {
            let text = self.answer(&name).trim();
            if !text.is_empty() {
                given.push((name, text.to_owned()));
            }
        }
        let [country, region, delivery] = destination.map(|text| text.map(str::to_owned));
        Rc::new(AnswersText::of(Answers { salt, country, region, delivery, given }))
    }
}

impl Step<'_> {
    /// What this tab kept; what is no such text is nothing.
    pub(crate) fn recall(&mut self, kept: &str) {
        let kept = json::parse(kept.as_bytes()).and_then(|kept| Fields::read(&kept, Fields::texts));
        self.state.details.given = kept.unwrap_or_default();
    }

    /// Takes in what was typed. What nobody asks is not kept.
    pub(crate) fn answer(&mut self, name: String, text: String) {
        let is_asked = asked_fields(self.state.asks()).iter().any(|field| field.name == name);
        if !is_asked || self.state.name() != "details" {
            return;
        }
        let given = &mut self.state.details.given;
        match given.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = text,
            None => given.push((name, text)),
        }
        self.keep_answers();
    }

    /// Judges the answers to what is asked on the screen, each by its ask; with what is wrong the shopper goes on.
    pub(crate) fn is_answered(&mut self) -> bool {
        self.write_codes();
        let state = &self.state;
        let faults = Ask::judge_all(state.asks(), |name| Some(state.answer(name)), self.env.fits);
        self.state.details.faults = faults;
        self.state.details.faults.is_empty()
    }

    /// Postal codes are written in capitals, which few people type.
    fn write_codes(&mut self) {
        let mut given = std::mem::take(&mut self.state.details.given);
        for AskedField { ask, name, .. } in asked_fields(self.state.asks()) {
            if let Some((_, text)) = given.iter_mut().find(|(known, _)| *known == name && ask.kind == "postal_code") {
                text.make_ascii_uppercase();
            }
        }
        self.state.details.given = given;
    }

    /// Asks what the quote asks, before anything is ordered.
    pub(crate) fn ask(&mut self, quote: Verified<Quote>) {
        self.state.details.faults.clear();
        self.state.screen = Screen::Details { quote };
    }

    /// Takes in what the backend has against the answers to what is asked on the screen. Says whether any of it is about that.
    pub(crate) fn take_faults(&mut self, problem: &Problem) -> bool {
        let mut faults = Vec::new();
        for ask in self.state.asks() {
            for (_, name) in ask.fields() {
                if let Some(fault) = problem.faults.iter().find(|fault| fault.field.as_ref() == Some(&name)) {
                    faults.push(fault.clone());
                }
            }
        }
        self.state.details.faults = faults;
        !self.state.details.faults.is_empty()
    }

    /// The order has its answers: nobody needs what was typed any more.
    pub(crate) fn forget_answers(&mut self) {
        self.state.details.faults.clear();
        if !self.state.details.given.is_empty() {
            self.state.details.given.clear();
            self.keep_answers();
        }
    }

    fn keep_answers(&mut self) {
        let given = &self.state.details.given;
        let text = if given.is_empty() { String::new() } else { Value::texts(given).to_text() };
        self.effects.push(Effect::KeepAnswers(text));
    }
}

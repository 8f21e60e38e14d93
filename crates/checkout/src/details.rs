//! What a shop asks besides the price: what was answered so far, what is wrong with it, and the text that an order is bound to.
//! Not here: how an order that exists is answered (`asking`).

use protocol::json::{self, Value};
use protocol::{Answers, AnswersText, Ask, Fault, Quote, Verified};

use crate::step::Step;
use crate::{Effect, Screen, State};

/// The answers as they stand.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    /// Name and text of each, as it was typed. Not only of what is asked now: who chooses another country and then the first again finds
    /// what was typed for it.
    given: Vec<(String, String)>,
    /// What was wrong with them when they were told last.
    pub(crate) faults: Vec<Fault>,
    /// The digest of the answers that this browser gave to the order, or nothing.
    pub(crate) told: String,
    /// Whether the order is to be asked with the shopper's language and country, for it has questions.
    pub(crate) is_localized: bool,
    /// Whether the shopper wants to answer anew what was answered.
    pub(crate) is_anew: bool,
}

impl std::fmt::Debug for Details {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Details")
    }
}

/// Those questions that are answered with the order, of the kinds that are known here.
pub fn drawn(asks: &[Ask]) -> impl Iterator<Item = &Ask> {
    asks.iter().filter(|ask| !ask.is_of_price() && is_known(ask))
}

/// Whether everything can be asked here that has to be answered. A kind may be younger than this widget.
pub fn can_ask(asks: &[Ask]) -> bool {
    asks.iter().all(|ask| !ask.required || ask.or.is_some() || ask.is_of_price() || is_known(ask))
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
    pub(crate) fn asks(&self) -> &[Ask] {
        if let Screen::Details { quote } = &self.screen { &quote.asks } else { self.order().map_or(&[], |order| &order.asks) }
    }

    /// A text of answers to that, under that salt, for where it goes: country, region and delivery.
    pub(crate) fn answers_text(&self, salt: [u8; 16], [country, region, delivery]: [Option<String>; 3]) -> AnswersText {
        let names = drawn(self.asks()).flat_map(Ask::fields).map(|(_, name)| name);
        let given = names.map(|name| (self.answer(&name).trim().to_owned(), name)).filter(|(text, _)| !text.is_empty());
        AnswersText::of(Answers { salt, country, region, delivery, given: given.map(|(text, name)| (name, text)).collect() })
    }
}

impl Step<'_> {
    /// What this tab kept; what is no such text is nothing.
    pub(crate) fn recall(&mut self, kept: &str) {
        if let Ok(Value::Object(members)) = json::parse(kept.as_bytes()) {
            let given = members.into_iter().filter_map(|(name, text)| Some((name, text.as_text().ok()?.to_owned())));
            self.state.details.given = given.collect();
        }
    }

    /// Takes in what was typed. What nobody asks is not kept.
    pub(crate) fn answer(&mut self, name: String, text: String) {
        let is_asked = drawn(self.state.asks()).flat_map(Ask::fields).any(|(_, asked)| asked == name);
        if !is_asked || self.state.name() != "details" {
            return;
        }
        let given = &mut self.state.details.given;
        given.retain(|(known, _)| *known != name);
        if !text.is_empty() {
            given.push((name, text));
        }
        self.keep_answers();
    }

    /// Judges the answers to what is asked on the screen, each by its ask; with what is wrong the shopper goes on.
    pub(crate) fn is_answered(&mut self) -> bool {
        self.write_codes();
        let state = &self.state;
        let given = |name: &str| Some(state.answer(name));
        let faults = Ask::judge_all(state.asks(), given, self.env.fits);
        self.state.details.faults = faults;
        self.state.details.faults.is_empty()
    }

    /// Postal codes are written in capitals, which few people type.
    fn write_codes(&mut self) {
        let asks = self.state.asks().iter().flat_map(Ask::fields);
        let codes: Vec<String> = asks.filter(|(part, _)| part.kind == "postal_code").map(|(_, name)| name).collect();
        for (name, text) in &mut self.state.details.given {
            if codes.contains(name) {
                text.make_ascii_uppercase();
            }
        }
    }

    /// Asks what the quote asks, before anything is ordered.
    pub(crate) fn ask(&mut self, quote: Verified<Quote>) {
        self.state.details.faults.clear();
        self.state.screen = Screen::Details { quote };
    }

    /// Takes in what the backend has against the answers. Says whether any of it is about what is asked there.
    pub(crate) fn take_faults(&mut self, asks: &[Ask], faults: &[Fault]) -> bool {
        let names: Vec<String> = asks.iter().flat_map(Ask::fields).map(|(_, name)| name).collect();
        let is_asked = |fault: &&Fault| fault.field.as_ref().is_some_and(|field| names.contains(field));
        self.state.details.faults = faults.iter().filter(is_asked).cloned().collect();
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
        let members = given.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
        let text = if given.is_empty() { String::new() } else { Value::Object(members).to_text() };
        self.effects.push(Effect::KeepAnswers(text));
    }
}

//! The first half of the state machine, from the cart to an order: pricing, the shopper's yes, and the one attempt to create.

use protocol::verify::Known;
use protocol::{
    Cart, Code, Digest, Fault, IdempotencyKey, Item, MAX_ITEMS, MAX_QUANTITY, NewOrder, OwnerKey, Price, Problem, Quote, Sku, Verified,
};

use crate::state::Purpose;
use crate::step::{Outcome, Step};
use crate::{Attempt, Doubt, Effect, Notice, OrderOutcome, PageEvent, Saved, Screen, Trouble, can_ask, is_to_be_asked};

impl Step<'_> {
    /// Asks for the price of the cart; `shown` is drawn meanwhile.
    pub(crate) fn price(&mut self, shown: Option<Verified<Quote>>) {
        if self.state.items.is_empty() {
            self.abort();
            self.state.again_at = None;
            self.state.screen = Screen::Cart(None);
            return;
        }
        self.state.screen = Screen::Quoting(shown);
        self.ask_price();
    }

    /// The same, whatever is on the screen meanwhile.
    pub(crate) fn ask_price(&mut self) {
        let nonce = self.nonce();
        let request = self.state.config.backend.quote_of(&self.state.cart(&self.state.items), nonce);
        self.send(Purpose::Quote, request);
    }

    pub(crate) fn change_quantity(&mut self, sku: Sku, change: impl FnOnce(u32) -> u32) -> bool {
        let items = &mut self.state.items;
        let at = items.iter().position(|item| item.sku == sku);
        let known = at.map_or(0, |at| items[at].quantity);
        let wanted = change(known);
        let quantity = wanted.min(MAX_QUANTITY);
        let is_full = at.is_none() && items.len() >= MAX_ITEMS;
        if wanted > quantity || (is_full && quantity > 0) {
            self.refuse_more(&sku, is_full);
        }
        if quantity == known || is_full {
            return false;
        }
        let items = &mut self.state.items;
        match at {
            Some(at) if quantity == 0 => {
                items.remove(at);
            }
            Some(at) => items[at].quantity = quantity,
            None => items.push(Item { sku, quantity }),
        }
        self.items_changed();
        true
    }

    /// Tells that no cart holds that: no other thing, or no more of this one.
    fn refuse_more(&mut self, sku: &Sku, is_full: bool) {
        let code = if is_full { "too-many-items" } else { "quantity" }.to_owned();
        let left = Some(if is_full { 0 } else { i64::from(MAX_QUANTITY) });
        let fault = Fault { code: code.clone(), sku: Some(sku.to_string()), field: None, left };
        self.emit(PageEvent::Refusal { code, faults: vec![fault] });
        if let Screen::Quoted { notice, .. } = &mut self.state.screen {
            *notice = Some(Notice::CartFull(sku.clone()));
        }
        self.state.coming_notice = Some(Notice::CartFull(sku.clone()));
    }

    /// The cart goes to that country. Which deliveries there are is told with the price.
    pub(crate) fn send_to(&mut self, country: String) {
        if self.state.country != country {
            self.state.country = country;
            self.state.region.clear();
            self.destination_changed();
        }
    }

    pub(crate) fn send_to_region(&mut self, region: String) {
        if self.state.region != region {
            self.state.region = region;
            self.destination_changed();
        }
    }

    pub(crate) fn deliver(&mut self, delivery: String) {
        if self.state.delivery != delivery {
            self.state.delivery = delivery;
            self.destination_changed();
        }
    }

    fn destination_changed(&mut self) {
        self.price_again();
        self.ask_again();
    }

    pub(crate) fn clear(&mut self) {
        if !self.state.items.is_empty() {
            self.state.items.clear();
            self.items_changed();
        }
    }

    /// Tells the page, and prices again. A code goes with the cart that it was typed for.
    pub(crate) fn items_changed(&mut self) {
        self.emit(PageEvent::ItemsChanged(self.state.items.clone()));
        if self.state.items.is_empty() {
            self.state.forget_code();
        }
        self.price_again();
    }

    /// Asks for the price anew where the cart is on the screen. An order under way is left alone.
    pub(crate) fn price_again(&mut self) {
        match &self.state.screen {
            Screen::Cart(_) => {
                let shown = self.state.last_quote.clone();
                self.price(shown);
            }
            Screen::Quoting(shown) => {
                let shown = shown.clone();
                self.price(shown);
            }
            Screen::Quoted { quote, .. } | Screen::Details { quote } => {
                let shown = Some(quote.clone());
                self.price(shown);
            }
            Screen::Creating(_)
            | Screen::Resuming(_)
            | Screen::Order { .. }
            | Screen::Paid { .. }
            | Screen::Unsure { .. }
            | Screen::Outdated => {}
        }
    }

    pub(crate) fn quoted(&mut self, outcome: Outcome) {
        let trouble = match outcome {
            Outcome::Retry => return,
            Outcome::Refusal(problem) if self.refuse_code(&problem) => return self.price_again(),
            // Without the country there is a price, and the question where else it may go.
            Outcome::Refusal(problem) if problem.code == "not-delivered" && !self.state.country.is_empty() => {
                self.state.country.clear();
                self.state.region.clear();
                self.state.coming_notice = Some(Notice::NotDelivered);
                return self.price_again();
            }
            Outcome::Refusal(problem) => Trouble::Refused(problem),
            Outcome::Untrusted(code) => Trouble::Unverified(code),
            Outcome::Answer(authentic) => match authentic.quote(self.state.merchant.as_ref(), &self.state.items) {
                // Asked for anew it would be so again: nobody can pay it, and nobody is to ask for it without end.
                Ok(quote) if self.is_over(&quote) => {
                    self.emit(PageEvent::Error(Code::TimeQuote));
                    Trouble::Unverified(Code::TimeQuote)
                }
                Ok(quote) => {
                    self.state.merchant = Some(quote.merchant.clone());
                    self.emit(PageEvent::Quoted(quote.clone()));
                    let notice = self.state.coming_notice.take();
                    self.state.discount.is_told = true;
                    self.state.last_quote = Some(quote.clone());
                    return self.show_price(quote, notice);
                }
                Err(code) => {
                    self.emit(PageEvent::Error(code));
                    Trouble::Unverified(code)
                }
            },
        };
        self.state.screen = Screen::Cart(Some(trouble));
    }

    /// While the questions are being answered the price is asked for again when it runs out; if it is the same, nobody is disturbed.
    fn show_price(&mut self, quote: Verified<Quote>, notice: Option<Notice>) {
        let mut notice = notice;
        if let Screen::Details { quote: last } = &self.state.screen {
            let is_same = last.price == quote.price;
            if is_same && is_to_be_asked(&quote.asks) {
                self.state.screen = Screen::Details { quote };
                return;
            }
            notice = notice.or((!is_same).then_some(Notice::PriceChanged));
        }
        self.state.screen = Screen::Quoted { quote, notice };
    }

    fn is_over(&self, quote: &Quote) -> bool {
        self.state.clock.now(self.env.monotonic_ms).is_some_and(|now| now >= quote.expires_at)
    }

    /// The shopper agrees to what is on the screen: the price, then the answers. Anywhere else "Pay" does nothing, so a second click is no
    /// second order.
    pub(crate) fn pay(&mut self) {
        if self.state.outcome() == Some(OrderOutcome::Asking) {
            return self.tell_answers();
        }
        let (Screen::Quoted { quote, .. } | Screen::Details { quote }) = &self.state.screen else { return };
        let (quote, is_asked) = (quote.clone(), matches!(self.state.screen, Screen::Details { .. }));
        if self.is_over(&quote) {
            return self.price(Some(quote));
        }
        if quote.unanswered().is_some() || !can_ask(&quote.asks) {
            return;
        }
        let Some(method) = self.state.method(&quote) else { return };
        let mut answers = None;
        if is_to_be_asked(&quote.asks) {
            if !is_asked {
                return self.ask(quote);
            }
            if !self.is_answered() {
                return;
            }
            let Price { country, region, delivery, .. } = &*quote.price;
            let delivery = delivery.as_ref().and_then(|delivery| delivery.id.as_deref());
            answers = Some(self.state.answers_text(self.env.salt, [country.as_deref(), region.as_deref(), delivery]));
        }
        let key = IdempotencyKey::from_random(self.env.key);
        self.stand_here();
        let code = self.state.asked_code().to_owned();
        self.abort();
        self.state.again_at = None;
        self.own_anew();
        self.state.screen = Screen::Creating(Attempt { quote, method, key, answers, code, claimed: false });
        self.effects.push(Effect::Claim);
    }

    /// No other tab is creating an order now. If one just did, that order is ours too.
    pub(crate) fn claimed(&mut self, saved: Saved) {
        let Screen::Creating(attempt) = &mut self.state.screen else {
            return self.effects.push(Effect::Release);
        };
        attempt.claimed = true;
        match saved.order.clone().filter(|_| !saved.paid) {
            Some(order) => {
                self.effects.push(Effect::Release);
                self.resume(order, &saved);
            }
            None => self.send_create(),
        }
    }

    pub(crate) fn send_create(&mut self) {
        let nonce = self.nonce();
        let Screen::Creating(Attempt { quote, method, key, answers, code, .. }) = &self.state.screen else { return };
        let items: Vec<Item> = quote.price.lines.iter().map(|line| line.item.clone()).collect();
        let (way, price_digest) = (self.way_by(method), quote.price.digest());
        let order = NewOrder {
            cart: Cart { code, ..self.state.cart(&items) },
            way,
            price_digest,
            answers: answers.as_ref().map(|answers| answers.text()),
            owner: self.state.own.key.as_ref().map(OwnerKey::digest),
        };
        let request = self.state.config.backend.create_order(&order, nonce, key.clone());
        self.send(Purpose::Create, request);
    }

    pub(crate) fn created(&mut self, outcome: Outcome) {
        let Screen::Creating(attempt) = &self.state.screen else { return };
        let attempt = attempt.clone();
        let code = match outcome {
            Outcome::Retry => return,
            Outcome::Refusal(problem) => {
                self.effects.push(Effect::Release);
                return self.creation_refused(attempt, &problem);
            }
            Outcome::Untrusted(code) => code,
            Outcome::Answer(authentic) => {
                let price_digest = Some(attempt.quote.price.digest());
                let answers_digest = attempt.answers.as_ref().map(|answers| answers.digest());
                let known = Known { merchant: self.state.merchant.as_ref(), price_digest, answers_digest, ..Known::default() };
                match authentic.order(known, self.env.pins) {
                    Ok(verified) => {
                        self.told(answers_digest);
                        self.effects.push(Effect::Release);
                        self.state.remembered = Some(verified.order.id.clone());
                        self.emit(PageEvent::OrderCreated(verified.order.clone()));
                        return self.show(verified);
                    }
                    Err(code) => {
                        self.emit(PageEvent::Error(code));
                        code
                    }
                }
            }
        };
        self.effects.push(Effect::Release);
        self.doubt(code, Doubt::Creation(Attempt { claimed: false, ..attempt }));
    }

    fn creation_refused(&mut self, attempt: Attempt, problem: &Problem) {
        if attempt.answers.is_some() {
            self.state.screen = Screen::Details { quote: attempt.quote.clone() };
            if self.take_faults(problem) {
                return;
            }
        }
        let coming = match problem.code.as_str() {
            // Without its code the cart has another price.
            _ if self.refuse_code(problem) => Some(Notice::PriceChanged),
            "price-changed" => Some(Notice::PriceChanged),
            "method-not-offered" => Some(Notice::MethodGone(attempt.method)),
            // Something else is asked than the price said.
            "answers-refused" => Some(Notice::Refused(problem.code.clone())),
            _ => None,
        };
        // What is wrong with a line, the next price says with all that is known of it.
        if coming.is_some() || problem.faults.iter().any(|fault| fault.sku.is_some()) {
            self.state.coming_notice = coming;
            return self.price(Some(attempt.quote));
        }
        let notice = Some(Notice::Refused(problem.code.clone()));
        self.state.screen = Screen::Quoted { quote: attempt.quote, notice };
    }

    /// Leaves what did not come to an order on the screen. Its answer, if it still comes, changes nothing; what was typed is kept.
    pub(crate) fn back(&mut self) {
        if let Screen::Details { quote } = &self.state.screen {
            let quote = quote.clone();
            self.abort();
            self.state.screen = Screen::Quoted { quote, notice: None };
            return;
        }
        let (Screen::Creating(attempt) | Screen::Unsure { doubt: Doubt::Creation(attempt), .. }) = &self.state.screen else {
            return self.keep_as_answered();
        };
        let shown = attempt.quote.clone();
        if matches!(self.state.screen, Screen::Creating(_)) {
            self.effects.push(Effect::Release);
        }
        self.price(Some(shown));
    }

    /// This browser has answered the order.
    pub(crate) fn told(&mut self, answers: Option<Digest>) {
        if let Some(digest) = answers {
            self.state.details.told = digest.to_base64();
            self.state.details.is_anew = false;
        }
    }

    pub(crate) fn doubt(&mut self, code: protocol::Code, doubt: Doubt) {
        self.state.again_at = None;
        self.state.screen = Screen::Unsure { code, doubt };
        self.emit(PageEvent::Unsure(code));
    }
}

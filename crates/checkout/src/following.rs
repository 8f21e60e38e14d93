//! The second half of the state machine, from an order to its end: watching, checking, a new code, giving up, and the money that comes late.

use std::mem;

use protocol::verify::VerifiedOrder;
use protocol::{
    AnswersText, IdempotencyKey, Item, Method, Order, OrderId, OrderStatus, PayBy, Payment, PaymentId, Problem, Receipt, Surface, Verified,
};

use crate::state::{Own, PLACE, Purpose};
use crate::step::{Outcome, Step};
use crate::watching::{LEAST_PAUSE_MS, WAIT};
use crate::{Attempt, Doubt, Effect, Following, Notice, OrderOutcome, PageEvent, Saved, Screen, Task};

/// The pause between polls once a code ran out: late money is rare but must be seen, milliseconds.
const LATE_PAUSE_MS: i64 = 10_000;

impl Step<'_> {
    /// Shows an order that was made earlier, after asking for it.
    pub(crate) fn resume(&mut self, order: OrderId, saved: &Saved) {
        self.state.remembered = Some(order.clone());
        self.own(&order, saved);
        self.state.set_aside = self.state.items.clone();
        self.state.screen = Screen::Resuming(order);
        self.follow();
    }

    /// Sends what the screen's task needs: a held poll, an immediate question, a new payment or a cancellation.
    pub(crate) fn follow(&mut self) {
        let nonce = self.nonce();
        let backend = &self.state.config.backend;
        let request = match &self.state.screen {
            Screen::Resuming(id) | Screen::Unsure { doubt: Doubt::Order { id, .. }, .. } => self.question(id),
            Screen::Order { outcome, following } => {
                let order = &following.order;
                match &following.task {
                    // A held answer would have the questions in another language.
                    Task::Watch if *outcome != OrderOutcome::Asking => backend.order(&order.id, order.seq, WAIT, nonce),
                    Task::Watch | Task::Check => self.question(&order.id),
                    Task::Answer(answers, key) => backend.answer(&order.id, answers.text(), &self.state.config.locale, nonce, key.clone()),
                    Task::Renew(method, key) => backend.new_payment(&order.id, &self.way_by(method), nonce, key.clone()),
                    Task::Cancel(key) => backend.cancel(&order.id, nonce, key.clone()),
                    Task::Close(key) => backend.close(&order.id, nonce, key.clone()),
                }
            }
            Screen::Cart(_)
            | Screen::Quoting(_)
            | Screen::Quoted { .. }
            | Screen::Details { .. }
            | Screen::Creating(_)
            | Screen::Paid { .. }
            | Screen::Unsure { .. }
            | Screen::Outdated => {
                return;
            }
        };
        self.send(Purpose::Order, request);
    }

    pub(crate) fn followed(&mut self, outcome: Outcome) {
        if let Screen::Paid { .. } = &self.state.screen {
            return self.told_of_paid(outcome);
        }
        match outcome {
            Outcome::Retry => {}
            Outcome::Refusal(problem) => self.refused(&problem),
            Outcome::Untrusted(code) if code.severity() == protocol::Severity::Configuration => self.retry_later(None),
            Outcome::Untrusted(code) => self.doubt_order(code),
            Outcome::Answer(authentic) => {
                let answers_digest = self.told_now().map(AnswersText::digest);
                match self.order_of(authentic, answers_digest) {
                    Ok(verified) => {
                        self.told(answers_digest);
                        self.show(verified);
                    }
                    Err(code) => {
                        self.emit(PageEvent::Error(code));
                        self.doubt_order(code);
                    }
                }
            }
        }
    }

    /// Puts a verified order on the screen, tells the page what changed, and arranges the next question.
    pub(crate) fn show(&mut self, verified: VerifiedOrder) {
        let VerifiedOrder { order, receipt } = verified;
        let before = self.state.order().cloned();
        self.state.merchant = Some(order.merchant.clone());
        if order.asks.is_empty() {
            self.forget_answers();
        }
        if before.as_ref().is_some_and(|before| changed(before, &order)) {
            self.emit(PageEvent::StatusChanged(order.clone()));
        }
        match receipt {
            Some(receipt) => self.show_paid(order, receipt, before.as_deref()),
            None => self.show_unpaid(order, before),
        }
    }

    fn show_paid(&mut self, order: Verified<Order>, receipt: Verified<Receipt>, before: Option<&Order>) {
        let has_news = before.is_none_or(|before| before.seq < order.seq || !before.status.has_money());
        self.state.screen = Screen::Paid { order: order.clone(), receipt: receipt.clone() };
        self.state.again_at = None;
        if !self.state.told_paid {
            self.state.told_paid = true;
            self.take_from_cart(&order);
            self.emit(PageEvent::Paid(order, receipt));
        }
        self.go_on_watching(has_news);
    }

    fn show_unpaid(&mut self, order: Verified<Order>, before: Option<Verified<Order>>) {
        let closed = self.following().is_some_and(|following| matches!(following.task, Task::Close(_)));
        if closed && order.status == OrderStatus::Canceled {
            self.forget();
            let shown = self.state.last_quote.clone();
            return self.price(shown);
        }
        let mut outcome = OrderOutcome::of(&order);
        if outcome == OrderOutcome::Awaiting && !self.is_payable_here(&order) {
            outcome = OrderOutcome::Choosing;
        } else if outcome == OrderOutcome::Choosing && self.is_asking(&order) {
            outcome = OrderOutcome::Asking;
        }
        if outcome == OrderOutcome::Asking && !self.state.details.is_localized {
            // Its questions are drawn once they are in words for this shopper.
            self.state.details.is_localized = true;
            return self.follow();
        }
        let asked = self.following().is_some_and(|following| matches!(following.task, Task::Check)) && outcome != OrderOutcome::Asking;
        let notice = asked.then_some(Notice::NotPaidYet);
        let following = Following { order: order.clone(), task: Task::Watch, notice };
        let is_new = self.state.outcome() != Some(outcome);
        let new_code = before.as_deref().and_then(code) != code(&order);
        self.state.screen = Screen::Order { outcome, following };
        match outcome {
            OrderOutcome::Awaiting if code(&order).is_some() && (is_new || new_code) => self.emit(PageEvent::QrShown(order.clone())),
            OrderOutcome::Expired if is_new => self.emit(PageEvent::Expired(order.clone())),
            OrderOutcome::Refused if is_new => self.emit(PageEvent::Refused(order.clone())),
            OrderOutcome::Awaiting
            | OrderOutcome::Choosing
            | OrderOutcome::Asking
            | OrderOutcome::Expired
            | OrderOutcome::Refused
            | OrderOutcome::Canceled => {}
        }
        let payable = matches!(outcome, OrderOutcome::Awaiting | OrderOutcome::Choosing);
        let progressed = before.is_none_or(|before| before.seq < order.seq);
        if payable && progressed {
            return self.follow();
        }
        let pause = if payable { LEAST_PAUSE_MS } else { LATE_PAUSE_MS };
        self.state.again_at = Some(self.env.monotonic_ms + pause);
    }

    /// Whether what there is to pay by is for this device. Of a method of which nothing is told, what the backend made is.
    fn is_payable_here(&self, order: &Order) -> bool {
        let Some(payment) = &order.payment else { return false };
        if !order.ways.iter().any(|ways| ways.method == payment.method) {
            return true;
        }
        match self.state.way(order, &payment.method) {
            PayBy::Nothing => false,
            PayBy::Link => payment.surface == Surface::App,
            PayBy::Bridge => payment.surface == Surface::Wechat && (self.state.own.key.is_some() || !is_of_a_browser(payment)),
            PayBy::Scan | PayBy::Copy | PayBy::Save => payment.surface == Surface::Qr,
        }
    }

    /// A verified "no" to a question about the order.
    fn refused(&mut self, problem: &Problem) {
        let code = &*problem.code;
        if let Screen::Resuming(_) = self.state.screen {
            // The backend does not know what storage remembers: back to the cart.
            if self.state.config.order.is_none() {
                self.forget();
                return self.price(None);
            }
            return self.doubt_order(protocol::Code::BindOrder);
        }
        let is_about_answers = self.told_now().is_some() && self.take_faults(problem);
        let Some(following) = self.following_mut() else { return self.retry_later(None) };
        let task = mem::replace(&mut following.task, Task::Watch);
        let was_watching = matches!(task, Task::Watch | Task::Check);
        following.notice = match task {
            _ if is_about_answers => None,
            Task::Renew(method, _) if code == "method-not-offered" => Some(Notice::MethodGone(method)),
            Task::Watch | Task::Check | Task::Renew(..) | Task::Answer(..) | Task::Cancel(_) | Task::Close(_) => {
                Some(Notice::Refused(code.to_owned()))
            }
        };
        if was_watching {
            return self.retry_later(None);
        }
        // A new code or a cancellation was refused, most likely because the order moved on: look.
        self.follow();
    }

    fn doubt_order(&mut self, code: protocol::Code) {
        let Some(id) = self.order_id() else { return };
        let last = self.state.order().cloned();
        self.doubt(code, Doubt::Order { id, last });
    }

    pub(crate) fn check_now(&mut self) {
        match &mut self.state.screen {
            Screen::Cart(_) => {
                let shown = self.state.last_quote.clone();
                return self.price(shown);
            }
            Screen::Unsure { doubt: Doubt::Creation(attempt), .. } => {
                let attempt: Attempt = attempt.clone();
                self.state.screen = Screen::Creating(attempt);
                return self.effects.push(Effect::Claim);
            }
            Screen::Order { following, .. } => {
                // What the shopper waits for already is asked again; otherwise an immediate question takes its place.
                if matches!(following.task, Task::Watch) {
                    following.task = Task::Check;
                }
                following.notice = None;
            }
            Screen::Quoting(_)
            | Screen::Quoted { .. }
            | Screen::Details { .. }
            | Screen::Creating(_)
            | Screen::Resuming(_)
            | Screen::Paid { .. }
            | Screen::Unsure { .. }
            | Screen::Outdated => {}
        }
        self.again();
    }

    /// A new code in place: same order, new payment, by the method chosen last.
    pub(crate) fn renew(&mut self) {
        let key = IdempotencyKey::from_random(self.env.key);
        let choice = self.state.choice.clone();
        let Some(order) = self.state.order().cloned() else { return };
        let methods = self.state.order_methods(&order);
        let current = order.payment.as_ref().map(|payment| payment.method.clone());
        let offered = |method: &Method| methods.contains(method);
        let Some(method) = choice.filter(offered).or(current.filter(offered)).or_else(|| methods.first().cloned()) else { return };
        if self.state.own.key.is_none() && self.state.config.surface == Surface::Wechat {
            // Whose order it is not has a key all the same, to come back by from the page that tells who pays.
            self.own_anew();
        }
        if self.open_following().is_some() && !order.is_unanswered() {
            self.stand_here();
            self.begin(Task::Renew(method, key));
        }
    }

    /// The wallet that this page was thought to be inside of does not open: the attempt ends, and what else there is is offered.
    pub(crate) fn bridge_failed(&mut self) {
        self.state.bridge_failed = true;
        self.cancel();
    }

    pub(crate) fn cancel(&mut self) {
        self.begin(Task::Cancel(IdempotencyKey::from_random(self.env.key)));
    }

    /// Gives up an order that was made from the cart. The shop's own orders are the shop's to close.
    pub(crate) fn close(&mut self) {
        if self.state.config.order.is_none() {
            self.begin(Task::Close(IdempotencyKey::from_random(self.env.key)));
        }
    }

    /// Does that with the order on the screen, unless it is over or something else is being done with it.
    pub(crate) fn begin(&mut self, task: Task) {
        let Some(following) = self.open_following() else { return };
        following.task = task;
        following.notice = None;
        self.follow();
    }

    /// Leaves an order that has come to an end. An order in doubt is never left: it might be paid twice.
    pub(crate) fn start_over(&mut self) {
        let ended = matches!(
            self.state.screen,
            Screen::Paid { .. } | Screen::Order { outcome: OrderOutcome::Expired | OrderOutcome::Canceled, .. }
        );
        if ended && self.state.config.order.is_none() {
            self.forget();
            self.price(None);
        }
    }

    /// When the code or the price on the screen runs out, on the monotonic clock.
    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        if let Screen::Quoted { quote, .. } | Screen::Details { quote } = &self.state.screen {
            return self.monotonic_of(quote.expires_at).filter(|_| self.state.flight.is_none());
        }
        let Screen::Order { outcome: OrderOutcome::Awaiting, following: Following { order, task: Task::Watch, .. } } = &self.state.screen
        else {
            return None;
        };
        let deadline = self.monotonic_of(order.payment.as_ref()?.expires_at)?;
        let sent_ms = self.state.flight.as_ref()?.sent_ms;
        Some(deadline.max(sent_ms + LEAST_PAUSE_MS))
    }

    /// Before a code is called expired the backend is asked once more; a price that ran out is asked for anew.
    pub(crate) fn deadline_passed(&mut self) {
        if let Screen::Quoted { quote, .. } = &self.state.screen {
            let shown = quote.clone();
            return self.price(Some(shown));
        }
        if let Screen::Details { .. } = &self.state.screen {
            return self.ask_price();
        }
        if let Some(following) = self.following_mut() {
            following.task = Task::Check;
            self.follow();
        }
    }

    fn following(&mut self) -> Option<&Following> {
        self.following_mut().map(|following| &*following)
    }

    fn following_mut(&mut self) -> Option<&mut Following> {
        match &mut self.state.screen {
            Screen::Order { following, .. } => Some(following),
            Screen::Cart(_)
            | Screen::Quoting(_)
            | Screen::Quoted { .. }
            | Screen::Details { .. }
            | Screen::Creating(_)
            | Screen::Resuming(_)
            | Screen::Paid { .. }
            | Screen::Unsure { .. }
            | Screen::Outdated => None,
        }
    }

    /// The order on the screen if it can still be acted on and nothing is being done with it.
    pub(crate) fn open_following(&mut self) -> Option<&mut Following> {
        self.following_mut().filter(|following| {
            let idle = matches!(following.task, Task::Watch | Task::Check);
            idle && following.order.status == OrderStatus::Pending
        })
    }

    fn forget(&mut self) {
        self.state.remembered = None;
        self.state.told_paid = false;
        self.state.own = Own::default();
        self.state.details.told.clear();
    }

    /// What was bought leaves the cart; what was added meanwhile stays.
    fn take_from_cart(&mut self, order: &Order) {
        let bought = |item: &Item| order.price.lines.iter().filter(|line| line.item.sku == item.sku).map(|line| line.item.quantity).sum();
        let before = self.state.items.len();
        for item in &mut self.state.items {
            item.quantity = item.quantity.saturating_sub(bought(item));
        }
        self.state.items.retain(|item| item.quantity > 0);
        self.state.forget_code();
        if before > 0 {
            self.emit(PageEvent::ItemsChanged(self.state.items.clone()));
        }
    }
}

/// What is drawn: of which payment, and what it encodes.
fn code(order: &Order) -> Option<(&PaymentId, &str)> {
    let payment = order.payment.as_ref()?;
    Some((&payment.id, payment.payload.as_deref()?))
}

/// Whether the page at which it begins leads back to the browser that made it alone.
fn is_of_a_browser(payment: &Payment) -> bool {
    payment.payload.as_deref().is_some_and(|payload| payload.ends_with(PLACE))
}

fn changed(before: &Order, after: &Order) -> bool {
    let payment = |order: &Order| order.payment.as_ref().map(|payment| (payment.id.clone(), payment.status));
    before.status != after.status || payment(before) != payment(after)
}

//! What the one status region says: exactly one sentence for every state, and what has come into the cart beside. It changes only when there is something new to hear,
//! so the countdown speaks at a few moments and not every second.

use checkout::{Doubt, Following, OrderOutcome, Screen};

use super::countdown::{milestone, seconds_left};
use super::{View, awaiting, basket, cart, choosing, connection, discount, ended, lines, takeaway, wallet};
use crate::i18n::{fill, put};

/// The sentence for this moment.
pub fn announcement(view: &View<'_>) -> String {
    let told = connection::told(view).map_or_else(|| of_screen(view), str::to_owned);
    basket::for_later(view).into_iter().fold(told, |told, later| [&*told, " ", &later].concat())
}

fn of_screen(view: &View<'_>) -> String {
    let words = view.messages;
    let sentence = match view.state.screen() {
        Screen::Cart(None) => words.cart_empty(),
        Screen::Cart(Some(trouble)) => return [cart::trouble_title(view, trouble), &lines::faults_told(view)].concat(),
        Screen::Quoting(_) => return added(view).unwrap_or_else(|| words.pricing().to_owned()),
        Screen::Quoted { notice: Some(about), quote } => return [&*cart::told(view, about), " ", &total(view, quote)].concat(),
        Screen::Quoted { quote, notice: None } => {
            let total = total(view, quote);
            return added(view).map(|added| [&*added, " ", &total].concat()).unwrap_or(total);
        }
        Screen::Details { .. } => asked(view),
        Screen::Creating(_) => words.creating(),
        Screen::Resuming(_) => words.resuming(),
        Screen::Order { outcome, following } => {
            let standing = match outcome {
                OrderOutcome::Awaiting => return of_code(view, following),
                OrderOutcome::Choosing => choosing::told(view, following).map_or(words.choose(), |(_, text)| text),
                OrderOutcome::Asking => asked(view),
                OrderOutcome::Expired => ended::expired_title(view, following),
                OrderOutcome::Refused => words.refused(),
                OrderOutcome::Canceled => words.canceled(),
            };
            return awaiting::said(view, following, news(view, following).unwrap_or(standing));
        }
        Screen::Paid { .. } if view.state.unloaded().is_some() => words.action_refused(),
        Screen::Paid { order, receipt } => {
            let amount = view.format.money(receipt.money);
            return fill(words.say_paid(), &[("amount", &amount), ("merchant", &order.merchant_name)]);
        }
        Screen::Unsure { doubt: Doubt::Order { .. }, .. } => words.unsure_hint(),
        Screen::Unsure { doubt: Doubt::Creation(_), .. } => words.unsure_creation_hint(),
        Screen::Outdated => words.outdated(),
    };
    sentence.to_owned()
}

/// What is to be answered, or to be answered otherwise.
fn asked(view: &View<'_>) -> &'static str {
    if view.state.faults().is_empty() { view.messages.details() } else { view.messages.faults() }
}

/// What the shopper has just put into the cart, once its name is known.
fn added(view: &View<'_>) -> Option<String> {
    let (line, _) = view.state.known_line(view.state.added()?)?;
    Some(put(view.messages.added(), &line.title()))
}

/// What is to be paid, after what became of a discount code.
fn total(view: &View<'_>, quote: &protocol::Quote) -> String {
    let total = [view.messages.total(), ": ", &view.money(quote.price.total, quote.price.currency)].concat();
    match discount::told(view, quote) {
        Some(code) => [&*code, ". ", &total].concat(),
        None => total,
    }
}

/// What is being done, else what is to be told.
fn news(view: &View<'_>, following: &Following) -> Option<&'static str> {
    awaiting::doing(view, &following.task).or_else(|| awaiting::told(view, following).map(|(_, text)| text))
}

fn of_code(view: &View<'_>, following: &Following) -> String {
    let words = view.messages;
    let order = &following.order;
    let left = order.payment.as_ref().and_then(|payment| seconds_left(view, payment.expires_at));
    let amount = view.money(order.amount, order.currency);
    match news(view, following).or_else(|| left.and_then(|left| milestone(view, left))) {
        Some(sentence) => awaiting::said(view, following, sentence),
        None if wallet::is_here(order) => awaiting::by_wallet(view, order),
        None if takeaway::is_wanted(view, order) => words.pay_bank().to_owned(),
        None => fill(words.say_scan(), &[("amount", &amount), ("merchant", &order.merchant_name)]),
    }
}

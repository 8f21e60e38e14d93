//! Moments where the shopper can only wait: the order is being made, or a known order is asked for.

use checkout::Action;

use super::View;
use super::element::Element;
use super::pieces::{Weight, actions, button, screen, waiting};

/// The order is being made.
pub(super) fn creating(view: &View<'_>) -> Element {
    let words = view.messages;
    let back = button(Weight::Quiet, words.back().to_owned(), view.act(Action::Back));
    screen(view).busy(true).child(waiting(words.creating(), words.creating_hint())).child(actions([Some(back)]))
}

/// A known order is asked for.
pub(super) fn resuming(view: &View<'_>) -> Element {
    let words = view.messages;
    screen(view).busy(true).child(waiting(words.resuming(), words.resuming_hint()))
}

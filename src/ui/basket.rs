//! What was put into the cart while something else is on the screen. Every "Add" is answered, also where no cart is to be seen.

use checkout::{Doubt, Screen};
use protocol::{Item, Line, decimal};

use super::View;
use crate::i18n::fill;

/// Beside an order: what waits in the cart for the next one, if anything.
pub(super) fn for_later(view: &View<'_>) -> Option<String> {
    let bought: &[Line] = match view.state.screen() {
        Screen::Creating(attempt) | Screen::Unsure { doubt: Doubt::Creation(attempt), .. } => &attempt.quote.lines,
        // What was paid is out of the cart.
        Screen::Paid { .. } => &[],
        Screen::Cart(_)
        | Screen::Quoting(_)
        | Screen::Quoted { .. }
        | Screen::Resuming(_)
        | Screen::Awaiting(_)
        | Screen::Choosing(_)
        | Screen::Expired(_)
        | Screen::Refused(_)
        | Screen::Canceled(_)
        | Screen::Unsure { .. }
        | Screen::Outdated => &view.state.order()?.lines,
    };
    let left = |item: &Item| {
        let bought = bought.iter().filter(|line| line.item.sku == item.sku).map(|line| i64::from(line.item.quantity));
        (i64::from(item.quantity) - bought.sum::<i64>()).max(0)
    };
    told(view, view.state.items().iter().map(left).sum())
}

/// While the dialog is closed: all that is in the cart.
pub(super) fn inside(view: &View<'_>) -> String {
    let count = view.state.items().iter().map(|item| i64::from(item.quantity)).sum();
    told(view, count).unwrap_or_default()
}

fn told(view: &View<'_>, count: i64) -> Option<String> {
    (count > 0).then(|| fill(view.messages.in_cart(), &[("count", &decimal::text(count))]))
}

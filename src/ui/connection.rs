//! What lies over any screen while the line to the backend is bad. Nothing is lost, and it says so.

use checkout::{Connection, OrderOutcome, Screen, Task};

use super::View;
use super::element::Element;
use super::pieces::{Tone, notice};
use super::wallet;

/// The sentence, once it is worth saying: a single failure passes unseen.
pub(super) fn told(view: &View<'_>) -> Option<&'static str> {
    match view.state.connection() {
        Connection::Offline if has_code(view) => Some(view.messages.offline_code()),
        Connection::Offline => Some(view.messages.offline()),
        Connection::Retrying(2..) => Some(view.messages.retrying()),
        Connection::Retrying(_) | Connection::Good => None,
    }
}

/// Whether there is a code that another device can pay.
fn has_code(view: &View<'_>) -> bool {
    let Screen::Order { outcome: OrderOutcome::Awaiting, following } = view.state.screen() else { return false };
    let payload = following.order.payment.as_ref().and_then(|payment| payment.payload.as_ref());
    payload.is_some() && matches!(following.task, Task::Watch) && !wallet::is_here(&following.order)
}

/// The sentence, drawn.
pub(super) fn banner(view: &View<'_>) -> Option<Element> {
    told(view).map(|text| notice((Tone::Alert, text)))
}

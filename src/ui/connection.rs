//! What lies over any screen while the line to the backend is bad. Nothing is lost, and it says so.

use checkout::Connection;

use super::View;
use super::element::Element;
use super::pieces::{Tone, notice};

/// The sentence, once it is worth saying: a single failure passes unseen.
pub(super) fn told(view: &View<'_>) -> Option<&'static str> {
    match view.state.connection() {
        Connection::Offline => Some(view.messages.offline()),
        Connection::Retrying(2..) => Some(view.messages.retrying()),
        Connection::Retrying(_) | Connection::Good => None,
    }
}

/// The sentence, drawn.
pub(super) fn banner(view: &View<'_>) -> Option<Element> {
    told(view).map(|text| notice((Tone::Alert, text)))
}

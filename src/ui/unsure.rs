//! "We could not confirm it": neither paid nor failed. No code is shown, nothing suggests paying again.

use checkout::{Action, Doubt};
use protocol::Code;
use yew::Callback;

use super::View;
use super::element::{Attr, Element};
use super::pieces::{Icon, Weight, actions, amount_due, button, contact, facts, headline, number, order_number, para, screen};
use crate::browser;
use crate::i18n::put;

/// What cannot be confirmed, and what to do. The code is for whoever the shopper asks for help.
pub(super) fn unsure(view: &View<'_>, code: Code, doubt: &Doubt) -> Element {
    let words = view.messages;
    let check = button(Weight::Primary, words.check_now().to_owned(), view.act(Action::CheckNow)).busy(view.state.is_busy());
    let reference = para(put(words.reference(), code.as_str())).attr(Attr::Class, "small");
    match doubt {
        Doubt::Order { id, last } => screen(view)
            .child(headline(Icon::Question, words.unsure(), words.unsure_hint().to_owned()))
            .maybe(last.as_ref().map(|order| amount_due(view, order, None)))
            .child(actions([Some(check)]))
            .child(contact())
            .child(facts([last.as_ref().map_or_else(|| number(view, id.as_str()), |order| order_number(view, order))]))
            .child(reference),
        Doubt::Creation(_) => {
            let back = button(Weight::Quiet, words.back().to_owned(), view.act(Action::Back));
            screen(view)
                .child(headline(Icon::Question, words.unsure_creation(), words.unsure_creation_hint().to_owned()))
                .child(actions([Some(check), Some(back)]))
                .child(contact())
                .child(reference)
        }
    }
}

/// The backend serves a newer widget than this page has. Loaded anew, the page goes on where it was.
pub(super) fn outdated(view: &View<'_>) -> Element {
    let words = view.messages;
    let reload = button(Weight::Primary, words.reload().to_owned(), Callback::from(|_| browser::reload()));
    screen(view).child(headline(Icon::Info, words.outdated(), words.outdated_hint().to_owned())).child(actions([Some(reload)]))
}

//! A bank's code on the phone that is to pay it: nobody can scan his own screen, so its text is copied, or its picture saved or shared.
//! Not here: how the picture is made (`browser::picture`).

use protocol::{Order, PayBy, Payment, Surface};
use yew::{Callback, MouseEvent};

use super::View;
use super::element::{Element, element, named};
use super::pieces::{Weight, copies, marked_copy};
use super::qr;
use crate::browser;
use crate::i18n::put;

/// Whether the code is taken away from this screen rather than scanned.
pub(super) fn is_wanted(view: &View<'_>, order: &Order) -> bool {
    order.payment.as_ref().is_some_and(|payment| way(view, order, payment).is_some())
}

/// How it is taken away: as a text or as a picture, whichever the scheme's apps take.
fn way(view: &View<'_>, order: &Order, payment: &Payment) -> Option<PayBy> {
    let way = view.state.way(order, &payment.method);
    Some(way).filter(|way| matches!(way, PayBy::Copy | PayBy::Save) && payment.surface == Surface::Qr)
}

/// The buttons that do it, the likelier first.
pub(super) fn buttons(view: &View<'_>, order: &Order, payment: &Payment) -> Option<Element> {
    let words = view.messages;
    let way = way(view, order, payment)?;
    let payload = payment.payload.clone()?;
    let text = payload.clone();
    let copy = |weight| marked_copy(view, words.copy_code(), weight).on_click(copies(text));
    let name = [payment.method.as_str(), ".png"].concat();
    let save = Callback::from(move |_: MouseEvent| {
        if let Some((modules, path)) = qr::outline(&payload) {
            browser::take_picture(&name, modules, &path);
        }
    });
    let save = |weight| super::pieces::button(weight, words.save_code().to_owned(), save);
    let both = match way {
        PayBy::Copy => [copy(Weight::Primary), save(Weight::Secondary)],
        _ => [save(Weight::Primary), copy(Weight::Secondary)],
    };
    Some(named("div", "actions").children(both))
}

/// The steps, in order.
pub(super) fn steps(view: &View<'_>, order: &Order, payment: &Payment) -> Option<[Element; 3]> {
    let words = view.messages;
    let (first, then) = match way(view, order, payment)? {
        PayBy::Copy => (words.copy_first(), put(words.copy_then(), words.paste_name(&payment.method))),
        _ => (words.save_first(), view.by(words.save_then(), &payment.method)),
    };
    let step = || element("li");
    Some([step().text(first), step().text_owned(then), step().text(words.bank_last())])
}

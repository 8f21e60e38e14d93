//! The way into a wallet that is on this very device: a link out of the browser, or inside of WeChat a button for its bridge.
//! The payment's own surface says which, as the backend could get it. Not here: where links may lead (`protocol::payload`).

use protocol::{Order, Payment, Surface};
use yew::Callback;

use super::View;
use super::element::{Attr, Element, element};
use super::pieces::{Weight, button};
use crate::browser;

/// Whether the order is paid on this device, so that there is nothing to scan.
pub(super) fn is_here(order: &Order) -> bool {
    order.payment.as_ref().is_some_and(|payment| payment.surface != Surface::Qr && payment.payload.is_some())
}

/// Whether this is also the device, and the browser, that it was prepared for; elsewhere the shopper needs a new code.
pub(super) fn fits(view: &View<'_>, order: &Order) -> bool {
    let here = match view.state.config().surface {
        Surface::InApp => Surface::App,
        surface => surface,
    };
    is_here(order) && order.payment.as_ref().is_some_and(|payment| payment.surface == here)
}

/// What happens there.
pub(super) fn hint(view: &View<'_>) -> Element {
    let words = view.messages;
    let told = element("p").text(words.pay_here_hint());
    // Not every app lets a link out.
    let leave = (view.state.config().surface == Surface::InApp).then(|| element("p").text(words.leave_app_hint()));
    element("div").attr(Attr::Class, "how").child(told).maybe(leave)
}

/// The link or the button. The bridge takes an object, and everything else is an address.
pub(super) fn way_in(view: &View<'_>, order: &Order, payment: &Payment) -> Option<Element> {
    let payload = payment.payload.as_deref()?;
    let words = view.messages;
    if !payload.starts_with('{') {
        let label = view.by(words.open_method(), &payment.method);
        return Some(link(view.state.way_to(payload), label));
    }
    let label = view.priced(words.pay_order(), order.amount, order.currency);
    let (call, dispatch) = (payload.to_owned(), view.dispatch.clone());
    let ask = Callback::from(move |_| browser::ask_wechat(&call, dispatch.clone()));
    Some(button(Weight::Primary, label, ask))
}

/// A plain link: no script stands between the shopper's tap and the wallet, which browsers would hold against it. The cashier of
/// WeChat Pay's H5 wants to know the shop's host (`Referer`), whatever the page's own policy is, and stands in no frame.
fn link(address: String, label: String) -> Element {
    element("a")
        .attr(Attr::Class, "button primary")
        .attr(Attr::Part, "button primary")
        .attr_owned(Attr::Href, address)
        .attr(Attr::Target, "_top")
        .attr(Attr::Referrerpolicy, "origin")
        .on_click(Callback::from(|_| browser::leave_page()))
        .text_owned(label)
}

//! The order is open and there is nothing to pay by on this device: the shopper chooses how to go on.

use checkout::{Action, Following, Task};
use protocol::{Order, PaymentStatus};

use super::View;
use super::awaiting;
use super::element::{Attr, Element, element};
use super::pieces::{Tone, Weight, actions, amount_due, button, by_method, copies_link, facts, heading, marked_copy, order_number, screen};
use super::price::{answered, order_details};

/// Every way to pay that this device has, and the way back.
pub(super) fn choosing(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let order = &following.order;
    let busy = !matches!(following.task, Task::Watch);
    let mut methods = view.state.order_methods(order);
    // All that the shop offers is paid elsewhere than in this app.
    let is_outside = methods.is_empty() && !order.methods.is_empty();
    // What has just failed is not what comes first.
    let failed = order.payment.as_ref().filter(|payment| payment.status == PaymentStatus::Failed).map(|payment| &payment.method);
    if let Some(at) = methods.iter().position(|method| Some(method) == failed) {
        methods[at..].rotate_left(1);
    }
    let buttons = methods.into_iter().enumerate().map(|(at, method)| {
        let weight = if at == 0 { Weight::Primary } else { Weight::Secondary };
        let label = view.by(words.pay_with(), &method);
        by_method(view, weight, label, method)
    });
    let link = || marked_copy(view, words.copy_link(), Weight::Primary).on_click(copies_link());
    let anew = || button(Weight::Quiet, words.change_details().to_owned(), view.act(Action::AnswerAnew));
    let back = || button(Weight::Quiet, words.back().to_owned(), view.act(Action::CloseOrder));
    let doing = awaiting::doing(view, &following.task).map(|text| (Tone::Calm, text));
    screen(view)
        .busy(busy)
        .child(amount_due(view, order, Some(heading(if is_outside { words.open_outside() } else { words.choose() }))))
        .maybe(awaiting::news_of(view, following, doing.or_else(|| told(view, following))))
        .child(
            actions([is_outside.then(link)])
                .children(buttons)
                .maybe((!order.asks.is_empty()).then(anew))
                .maybe((!view.is_given_order()).then(back)),
        )
        .child(answered(view, order, facts([order_number(view, order)])))
        .maybe(order_details(view, order))
        .maybe(may_come(order).then(|| element("p").attr(Attr::Class, "small").text(words.late_hint())))
}

/// Whether an earlier attempt may still turn out to have been paid.
fn may_come(order: &Order) -> bool {
    use PaymentStatus::{Canceled, Expired, Superseded};
    order.payment.as_ref().is_some_and(|payment| matches!(payment.status, Canceled | Expired | Superseded))
}

/// What to tell there; also announced.
pub(super) fn told(view: &View<'_>, following: &Following) -> Option<(Tone, &'static str)> {
    let words = view.messages;
    let order = &following.order;
    if view.state.order_methods(order).is_empty() {
        return Some((Tone::Alert, if order.methods.is_empty() { words.no_method() } else { words.leave_app() }));
    }
    let failed = order.payment.as_ref().is_some_and(|payment| payment.status == PaymentStatus::Failed);
    let is_elsewhere = view.is_given_order() && view.state.is_answered_elsewhere(order);
    awaiting::told(view, following)
        .or_else(|| failed.then_some((Tone::Alert, words.method_gone())))
        .or_else(|| is_elsewhere.then_some((Tone::Calm, words.answered_elsewhere())))
}

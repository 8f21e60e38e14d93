//! "Paid", drawn from a verified order and its verified receipt and from nothing else.

use checkout::Action;
use protocol::{Order, OrderStatus, Receipt, Verified};
use yew::Callback;

use super::View;
use super::element::{Attr, Element, element, named};
use super::pieces::{Icon, Tone, Weight, actions, button, fact, facts, headline, notice, order_number, screen};
use super::price::{answered, order_details};
use super::qr;
use crate::browser;
use crate::i18n::fill;

/// The money is here.
pub(super) fn paid(view: &View<'_>, order: &Verified<Order>, receipt: &Verified<Receipt>) -> Element {
    let words = view.messages;
    let thanks = fill(words.paid_hint(), &[("merchant", &order.merchant_name)]);
    let rows = [
        order_number(view, order),
        fact(words.method(), words.method_name(&receipt.method).to_owned()),
        fact(words.paid_at(), view.format.date_time(receipt.paid_at)),
        fact(words.transaction(), receipt.transaction.clone()),
    ];
    let go_on = || button(Weight::Secondary, words.continue_shopping().to_owned(), view.act(Action::StartOver));
    screen(view)
        .child(headline(Icon::Check, words.paid(), thanks))
        .child(named("p", "amount").text_owned(view.format.money(receipt.money)))
        .maybe(returned(view, order.status).map(|text| notice((Tone::Calm, text))))
        .child(answered(view, order, facts(rows)))
        .maybe(order_details(view, order))
        .child(actions([order.receipt.as_ref().map(|jws| save(view, order, jws)), Some(go_on()).filter(|_| !view.is_given_order())]))
        .child(element("p").attr(Attr::Class, "small").text(words.receipt_hint()))
        .maybe(order.follow.as_ref().and_then(|payload| follow(view, payload)))
}

/// The code by which the shopper follows the shop in WeChat.
fn follow(view: &View<'_>, payload: &str) -> Option<Element> {
    let words = view.messages;
    let code = qr::code(payload, words.follow().to_owned())?;
    let title = element("p").attr(Attr::Class, "name").text(words.follow());
    let drawn = named("div", "code").child(code);
    Some(element("div").attr(Attr::Class, "headline").child(title).child(drawn).child(element("p").text(words.follow_hint())))
}

fn returned(view: &View<'_>, status: OrderStatus) -> Option<&'static str> {
    match status {
        OrderStatus::Refunded => Some(view.messages.refunded()),
        OrderStatus::PartlyRefunded => Some(view.messages.partly_refunded()),
        OrderStatus::Pending | OrderStatus::Paid | OrderStatus::Expired | OrderStatus::Canceled => None,
    }
}

/// Saves the receipt itself, a compact JWS (docs/spec/signing.md §6): what a verifier reads, not a picture of it.
fn save(view: &View<'_>, order: &Order, jws: &str) -> Element {
    let name = ["receipt-", order.id.as_str(), ".jws"].concat();
    let jws = jws.to_owned();
    let save = Callback::from(move |_| browser::save_file(&name, "application/jose", &jws));
    button(Weight::Primary, view.messages.save_receipt().to_owned(), save)
}

//! "Paid", drawn from a verified order and its verified receipt and from nothing else.

use checkout::Action;
use protocol::{Order, OrderStatus, Receipt, Verified};
use yew::Callback;

use super::View;
use super::element::{Attr, Element, element, named};
use super::fulfilment::{fulfilment, goods, own_page};
use super::pieces::{Icon, Weight, actions, button, fact, facts, headline, order_number, screen};
use super::price::{answered, order_details};
use super::qr;
use super::receipt::page_of;
use crate::browser;
use crate::i18n::put;

/// The money is here.
pub(super) fn paid(view: &View<'_>, order: &Verified<Order>, receipt: &Verified<Receipt>) -> Element {
    let words = view.messages;
    let sign = match order.status {
        OrderStatus::Refunded => headline(Icon::Info, words.all_refunded(), words.refunded().to_owned()),
        OrderStatus::PartlyRefunded => headline(Icon::Check, words.paid(), words.partly_refunded().to_owned()),
        _ => headline(Icon::Check, words.paid(), put(words.paid_hint(), &order.merchant_name)),
    };
    let rows = [
        order_number(view, order),
        fact(words.method(), words.method_name(&receipt.method).to_owned()),
        fact(words.paid_at(), view.format.date_time(receipt.paid_at)),
        fact(words.transaction(), receipt.transaction.clone()),
    ];
    let go_on = || button(Weight::Primary, words.continue_shopping().to_owned(), view.act(Action::StartOver));
    let save = order.receipt.as_ref().map(|jws| save(view, order, receipt, jws));
    screen(view)
        .child(sign)
        .child(named("p", "amount").text_owned(view.format.money(receipt.money)))
        .child(actions([Some(go_on()).filter(|_| !view.is_given_order()), save]))
        .maybe(fulfilment(view, order))
        .children(goods(view, order))
        .child(answered(view, order, facts(rows)))
        .maybe(order_details(view, order).map(|details| details.attr(Attr::Open, "")))
        .maybe(own_page(view, order))
        .child(element("p").attr(Attr::Class, "small").text(super::receipt::hint(words, receipt)))
        .maybe(view.state.opened().and_then(|opened| follow(view, opened.follow.as_ref()?)))
}

/// The code by which the shopper follows the shop in WeChat.
fn follow(view: &View<'_>, payload: &str) -> Option<Element> {
    let words = view.messages;
    let code = qr::code(payload, words.follow().to_owned())?;
    let title = element("p").attr(Attr::Class, "name").text(words.follow());
    let drawn = named("div", "code").child(code);
    Some(element("div").attr(Attr::Class, "headline").child(title).child(drawn).child(element("p").text(words.follow_hint())))
}

/// Saves the receipt as a page of its own, to be read, printed and checked.
fn save(view: &View<'_>, order: &Verified<Order>, receipt: &Verified<Receipt>, jws: &str) -> Element {
    let number = order.number.as_deref().unwrap_or(order.id.as_str());
    let name = ["receipt-", number, ".html"].concat();
    let page = page_of(view, order, receipt, jws);
    let save = Callback::from(move |_| browser::save_file(&name, "text/html", &page));
    button(Weight::Secondary, view.messages.save_receipt().to_owned(), save)
}

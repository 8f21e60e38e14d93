//! After the money: what became of the things of a paid order, and what of it is for its buyer alone. Not here: "paid" itself.

use checkout::Action;
use protocol::{Fulfilled, FulfilmentKind, LicenceKeys, Opened, OpenedTicket, Order, Shipment};

use super::View;
use super::element::{Attr, Element, element, named};
use super::pieces::{Tone, Weight, actions, button, notice};
use super::qr;
use crate::i18n::put;

/// What became of the things, the newest last, and where they go; nothing while nothing is known of either.
pub(super) fn fulfilment(view: &View<'_>, order: &Order) -> Option<Element> {
    let opened = view.state.opened().map(|opened| &**opened);
    let parcels = opened.map(|opened| opened.shipments.as_slice()).unwrap_or_default();
    let mut rows = Vec::new();
    for fulfilled in &order.fulfilment {
        // One that is erased leaves its place to no other.
        let parcel = parcels.iter().find(|parcel| fulfilled.kind == FulfilmentKind::Shipped && parcel.at == fulfilled.at);
        rows.push(happened(view, order, fulfilled, parcel));
    }
    if let Some(opened) = opened {
        rows.extend(destination(view, opened));
        rows.extend(opened.licence_keys.iter().map(|licence| licence_keys(view, licence)));
    }
    (!rows.is_empty()).then(|| named("dl", "facts").children(rows))
}

/// The way to this order from elsewhere, for whoever holds its key: not on the page that it leads to.
pub(super) fn own_page(view: &View<'_>, order: &Order) -> Option<Element> {
    let config = view.state.config();
    let key = view.state.owner().filter(|_| config.owner.is_none())?;
    let address = [config.backend.as_str(), "/o/", order.id.as_str(), "#", key.as_str()].concat();
    let link = named("a", "button quiet").attr_owned(Attr::Href, address).attr(Attr::Target, "_blank").attr(Attr::Rel, "noopener");
    Some(actions([Some(link.text(view.messages.own_page()))]))
}

/// What was bought to be loaded or shown: a button for each file, and each ticket with its code.
pub(super) fn goods(view: &View<'_>, order: &Order) -> Vec<Element> {
    let Some(opened) = view.state.opened() else { return Vec::new() };
    let mut goods = Vec::new();
    for file in &opened.downloads {
        if file.left > 0 {
            let label = put(view.messages.load_file(), &file.name);
            goods.push(actions([Some(button(Weight::Secondary, label, view.act(Action::Load(file.sku.clone()))))]));
        }
        if view.state.unloaded() == Some(&file.sku) {
            goods.push(notice((Tone::Alert, view.messages.action_refused())));
        }
    }
    goods.extend(opened.tickets.iter().map(|ticket| drawn_ticket(view, order, ticket)));
    goods
}

fn drawn_ticket(view: &View<'_>, order: &Order, ticket: &OpenedTicket) -> Element {
    let words = view.messages;
    let name = order.price.lines.iter().find(|line| line.item.sku.as_str() == ticket.sku).map_or(&ticket.event, |line| &line.name);
    let state = match ticket.state.as_str() {
        "admitted" => Some(words.admitted()),
        "refunded" => Some(words.all_refunded()),
        _ => None,
    };
    let code = ticket.ticket.as_ref().filter(|_| state.is_none()).and_then(|jws| qr::code(jws, put(words.ticket(), &ticket.number)));
    let said = [Some(name), ticket.starts.as_ref(), ticket.place.as_ref()].into_iter().flatten();
    let said = said.map(|line| element("p").child(element("bdi").text_owned(line.clone())));
    named("div", "ticket")
        .children(said)
        .maybe(code.map(|code| named("div", "code").child(code)))
        .child(element("p").child(element("code").text_owned(ticket.number.clone())))
        .maybe(state.map(|state| element("p").text(state)))
}

fn licence_keys(view: &View<'_>, licence: &LicenceKeys) -> Element {
    let keys = licence.keys.iter().map(|key| element("div").child(element("code").text_owned(key.clone())));
    let owed = (licence.owed > 0).then(|| element("div").text(view.messages.key_owed()));
    let told = element("dd").children(keys).maybe(owed);
    element("div").child(element("dt").text(view.messages.licence_key())).child(told)
}

fn happened(view: &View<'_>, order: &Order, fulfilled: &Fulfilled, parcel: Option<&Shipment>) -> Element {
    let words = view.messages;
    let label = match fulfilled.kind {
        FulfilmentKind::ReadyForPickup => words.ready_for_pickup(),
        FulfilmentKind::Shipped => words.shipped(),
        FulfilmentKind::HandedOver => words.handed_over(),
        FulfilmentKind::Returned => words.returned(),
    };
    let told = element("dd").child(element("div").text_owned(view.format.date_time(fulfilled.at)));
    let pieces = |quantities: &mut dyn Iterator<Item = u32>| quantities.map(i64::from).sum::<i64>();
    let all = pieces(&mut order.price.lines.iter().map(|line| line.item.quantity));
    let is_part = pieces(&mut fulfilled.lines.iter().map(|part| part.quantity)) < all;
    let parts = fulfilled.lines.iter().filter(|_| is_part).filter_map(|part| {
        let count = [&view.format.number(part.quantity.into()), " × "].concat();
        let name = element("bdi").text_owned(order.price.lines.get(part.line)?.name.clone());
        Some(element("div").text_owned(count).child(name))
    });
    let told = told.children(parts);
    element("div").child(element("dt").text(label)).child(match parcel {
        Some(parcel) => told.maybe(carried(parcel)).maybe(tracked(view, parcel)),
        None => told,
    })
}

fn carried(parcel: &Shipment) -> Option<Element> {
    let words: Vec<&str> = [&parcel.carrier, &parcel.tracking].into_iter().filter_map(|word| word.as_deref()).collect();
    (!words.is_empty()).then(|| element("div").child(element("bdi").text_owned(words.join(" "))))
}

fn tracked(view: &View<'_>, parcel: &Shipment) -> Option<Element> {
    let link = named("a", "link").attr_owned(Attr::Href, parcel.link.clone()?).attr(Attr::Target, "_blank").attr(Attr::Rel, "noopener");
    Some(link.text(view.messages.track()))
}

fn destination(view: &View<'_>, opened: &Opened) -> Option<Element> {
    let country = opened.country.as_ref().filter(|_| !opened.destination.is_empty()).map(|code| view.format.country(code));
    let lines = opened.destination.iter().cloned().chain(country);
    let lines: Vec<Element> = lines.map(|line| element("div").child(element("bdi").text_owned(line))).collect();
    let told = || element("dd").children(lines);
    let label = element("dt").text(view.messages.goes_to());
    (!opened.destination.is_empty()).then(|| element("div").child(label).child(told()))
}

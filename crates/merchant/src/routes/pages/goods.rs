//! What of an order is for its buyer alone, as HTML: where it goes, parcels, files, keys and tickets.

use maud::{Markup, html};
use protocol::{LicenceKeys, Opened, OpenedTicket, Shipment};

use super::code::drawing;
use super::document::fill;
use crate::i18n::PageWords;

/// All of it; `load` makes the button that loads a file, of a SKU and under a label.
pub(super) fn goods(texts: &PageWords, opened: &Opened, load: impl Fn(&str, &str) -> Markup) -> Markup {
    html! {
        @for keys in &opened.licence_keys { (licence_keys(texts, keys)) }
        @for file in opened.downloads.iter().filter(|file| file.left > 0) {
            (load(&file.sku, &fill(texts.load_file, &[("name", &file.name)])))
        }
        @for one in &opened.tickets { (ticket(texts, one)) }
        @for parcel in &opened.shipments { (shipment(texts, parcel)) }
        @if !opened.destination.is_empty() {
            h3 { (texts.goes_to) }
            p.address { @for line in &opened.destination { bdi { (line) } br; } }
        }
    }
}

fn licence_keys(texts: &PageWords, keys: &LicenceKeys) -> Markup {
    html! {
        h3 { (texts.licence_key) }
        @for key in &keys.keys { p { code { bdi { (key) } } } }
        @if keys.owed > 0 { p { (texts.key_owed) } }
    }
}

fn ticket(texts: &PageWords, ticket: &OpenedTicket) -> Markup {
    let name = fill(texts.ticket, &[("number", &ticket.number)]);
    let drawn = ticket.ticket.as_deref().filter(|_| ticket.state == "good").and_then(|text| drawing(text, &name));
    html! {
        h3 { (name) }
        p { (ticket.event) }
        @for line in [&ticket.starts, &ticket.place].into_iter().flatten() { p { (line) } }
        @match ticket.state.as_str() {
            "admitted" => p { (texts.admitted) },
            "refunded" => p { (texts.all_refunded) },
            _ => @if let Some(drawn) = drawn { p.drawn { (drawn) } },
        }
    }
}

fn shipment(texts: &PageWords, parcel: &Shipment) -> Markup {
    let told: Vec<&str> = [&parcel.carrier, &parcel.tracking].into_iter().filter_map(Option::as_deref).collect();
    html! {
        @if !told.is_empty() { p { bdi { (told.join(" ")) } } }
        @if let Some(link) = &parcel.link { p { a href=(link) rel="noopener noreferrer" { (texts.track) } } }
    }
}

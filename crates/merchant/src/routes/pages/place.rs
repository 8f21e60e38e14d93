//! `GET /at/{place}`: what a printed code at a table or a shelf opens. An order that the shop made for the place leads to paying it; where
//! none waits, what is offered there leads to the page of a cart. A GET makes, counts and consumes nothing.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use maud::{Markup, html};
use protocol::{Currency, Money, Order};

use super::super::App;
use super::bill::money;
use super::document::{Page, led_to, spoken};
use super::failure::{Failure, Gone};
use crate::i18n::Words;
use crate::number::OrderNumber;
use crate::order_service::{MOST_OFFERED, Offered};
use crate::places::{Place, PlaceId};
use crate::response::ApiError;

/// From this page to where this host's addresses begin.
const ROOT: &str = "../";
/// The most orders among which one is chosen.
const MOST_BILLS: i64 = 50;

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let words = spoken(&headers);
    page_at(&app, words, &id).await.unwrap_or_else(|failure| failure.page(words, ROOT, app.service.name.get(words.lang)))
}

async fn page_at(app: &App, words: &'static Words, id: &str) -> Result<Response<Body>, Failure> {
    let (service, place) = (&app.service, find(app, id).await?);
    match service.store.to_pay_at(&place.id, service.now(), MOST_BILLS).await?.as_slice() {
        [] => menu(app, words, ROOT, &place, None).await,
        [bill] => Ok(led_to(&format!("{ROOT}pay/{}", bill.id))),
        bills => Ok(page(app, words, ROOT, &place, StatusCode::OK, &to_pay(words, bills))),
    }
}

/// The open place of that id.
///
/// # Errors
/// [`Gone`]; those of the database.
pub(super) async fn find(app: &App, id: &str) -> Result<Place, Failure> {
    let unknown = || Failure::Place(Gone::Unknown);
    let id = PlaceId::parse(id).ok_or_else(unknown)?;
    let place = app.service.store.place(&id).await?.ok_or_else(unknown)?;
    if place.closed_at.is_some() { Err(Failure::Place(Gone::Closed)) } else { Ok(place) }
}

/// The page of what a place offers; `fault` says what was wrong with what was chosen.
pub(super) async fn menu(
    app: &App,
    words: &'static Words,
    root: &'static str,
    place: &Place,
    fault: Option<&str>,
) -> Result<Response<Body>, Failure> {
    let menu = app.service.menu(&place.items, words.lang).await.map_err(ApiError::from)?;
    let currency = Currency::parse(&app.service.catalog.currency());
    let content = html! {
        @if let Some(fault) = fault { p.fault role="alert" { (fault) } }
        @if let Some(currency) = currency { (offer(words, root, place, &menu.offered, currency)) }
    };
    let status = if fault.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(page(app, words, root, place, status, &content))
}

fn page(app: &App, words: &Words, root: &'static str, place: &Place, status: StatusCode, content: &Markup) -> Response<Body> {
    let shop = app.service.name.get(words.lang);
    let content = html! {
        article { h1 { (shop) } h2 { (place.name) } (content) p.small { (words.pages.plain) } }
    };
    Page { description: Some(&place.name), ..Page::plain(status, words, root, shop, content) }.respond()
}

/// Orders that wait to be paid, to choose among.
fn to_pay(words: &Words, bills: &[Order]) -> Markup {
    let texts = &words.pages;
    html! {
        p { (texts.place_bills) }
        ul.choices {
            @for bill in bills {
                li {
                    a.go href={ (ROOT) "pay/" (bill.id) } {
                        bdi { (money(bill.money())) } " · " (texts.order_number) " " bdi { (OrderNumber::of(&bill.id)) }
                    }
                }
            }
        }
    }
}

/// What can be ordered there. The form leads to the page of a cart, which makes the order.
fn offer(words: &Words, root: &str, place: &Place, offered: &[Offered], currency: Currency) -> Markup {
    let texts = &words.pages;
    let is_sold = offered.iter().any(|one| one.most > 0);
    html! {
        form method="get" action={ (root) "pay" } {
            input type="hidden" name="place" value=(place.id);
            @for (at, Offered { line, most }) in offered.iter().take(MOST_OFFERED).enumerate() {
                div.offer {
                    label for={ "item-" (at) } {
                        bdi { (line.title()) }
                        br;
                        span.small { bdi { (money(Money { amount: line.unit_price, currency })) } }
                    }
                    @if *most > 0 {
                        select id={ "item-" (at) } name="item" {
                            option value="" { "0" }
                            @for pieces in 1..=*most { option value={ (line.item.sku) ":" (pieces) } { (pieces) } }
                        }
                    } @else { span { (texts.sold_out) } }
                }
            }
            @if is_sold { button.go { (texts.show_price) } } @else { p role="status" { (texts.place_empty) } }
        }
    }
}

//! `/admin/v1/…`: the merchant's own calls. JSON both ways, a bearer key with scopes, problems of RFC 9457; not signed, for the shop's
//! server trusts its connection and not a page. A route is a file and a line in [`routes`].

mod bills;
mod books;
mod caller;
mod closing;
mod codes;
mod confirm;
mod details;
mod doctor;
mod error;
mod export;
mod fulfilments;
mod insights;
mod json;
mod labels;
mod licence_keys;
mod links;
mod messages;
mod metrics;
mod naming;
mod new_link;
mod notes;
mod notices;
mod orders;
mod own_sale;
mod parcels;
mod pieces;
mod places;
mod price;
mod readers;
mod refunds;
mod resolve;
mod stock;
mod tickets;
mod webhooks;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};

pub(super) use caller::Caller;
pub use codes::CODES;
pub(super) use error::AdminError;
pub(super) use price::{NewLine, NewPrice};
pub(super) use readers::Readers;
pub(super) use refunds::{CreateRefund, give_back};

use self::caller::authenticated;
use super::App;

/// Every admin route.
pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/admin/v1/orders", get(orders::list).post(orders::create))
        .route("/admin/v1/orders/{order}", get(orders::read))
        .route("/admin/v1/orders/{order}/cancel", post(orders::cancel))
        .route("/admin/v1/orders/{order}/refunds", post(refunds::create))
        .route("/admin/v1/orders/{order}/refunds/{refund}/done", post(refunds::done))
        .route("/admin/v1/orders/{order}/odd-money/{transaction}/resolve", post(resolve::resolve))
        .route("/admin/v1/orders/{order}/attention/{reason}/settle", post(resolve::settle))
        .route("/admin/v1/orders/{order}/notes", post(notes::create))
        .route("/admin/v1/orders/{order}/fulfilments", post(fulfilments::create))
        .route("/admin/v1/orders/{order}/fulfilments/correct", post(parcels::correct))
        .route("/admin/v1/orders/{order}/page", post(fulfilments::page))
        .route("/admin/v1/orders/{order}/details", get(details::show))
        .route("/admin/v1/orders/{order}/details/erase", post(details::erase))
        .route("/admin/v1/stock", get(stock::list))
        .route("/admin/v1/stock/{kind}/{name}", post(stock::change))
        .route("/admin/v1/licence-keys", get(licence_keys::list).post(licence_keys::add))
        .route("/admin/v1/links", get(links::list).post(links::create))
        .route("/admin/v1/links/{link}", get(links::show))
        .route("/admin/v1/links/{link}/close", post(links::close))
        .route("/admin/v1/links/{link}/label", get(labels::of_link))
        .route("/admin/v1/links/{link}/stats", get(links::stats))
        .route("/admin/v1/places", get(places::list).post(places::create))
        .route("/admin/v1/places/{place}", get(places::show))
        .route("/admin/v1/places/{place}/close", post(places::close))
        .route("/admin/v1/places/{place}/label", get(labels::of_place))
        .route("/admin/v1/tickets", get(tickets::list))
        .route("/admin/v1/tickets/marks", post(tickets::marks))
        .route("/admin/v1/tickets/{number}", get(tickets::check))
        .route("/admin/v1/tickets/{number}/admit", post(tickets::admit))
        .route("/admin/v1/details/find", post(details::find))
        .route("/admin/v1/payments/{payment}/confirm", post(confirm::confirm))
        .route("/admin/v1/doctor", get(doctor::doctor))
        .route("/admin/v1/export", get(export::export))
        .route("/admin/v1/export/close", post(closing::close))
        .route("/admin/v1/books/{month}", get(books::month))
        .route("/admin/v1/reconciliation", get(bills::reconciliation))
        .route("/admin/v1/insights", get(insights::insights))
        .route("/admin/v1/messages", get(messages::list))
        .route("/admin/v1/messages/{message}/retry", post(messages::retry))
        .route("/admin/v1/notices", get(notices::list))
        .route("/admin/v1/notices/test", post(notices::test))
        .route("/admin/v1/webhooks", get(webhooks::list))
        .route("/admin/v1/webhooks/{webhook}/replay", post(webhooks::replay))
        .layer(middleware::from_fn_with_state(app.clone(), authenticated))
        .route("/metrics", get(metrics::metrics))
}

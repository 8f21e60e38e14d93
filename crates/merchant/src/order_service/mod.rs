//! Everything that is done with orders: placing and paying them, asking providers about them, ending them and returning money.

mod answering;
mod bills;
mod codes;
mod comparison;
mod details;
mod ending;
mod findings;
mod goods;
mod keeping;
mod links;
mod notified;
mod opening;
mod payment_options;
mod placing;
mod polling;
mod pricing;
mod recently;
mod reconcile;
mod refunding;
mod service;
mod settling;
mod tickets;

pub(crate) use bills::{Compared, run as compare_bills};
pub(crate) use codes::{description, description_of};
pub(crate) use comparison::Comparison;
pub(crate) use details::keep_details;
pub(crate) use findings::{Finding, Severity};
pub(crate) use goods::{Load, NoLoad};
pub(crate) use keeping::Keeping;
pub(crate) use links::LinkUse;
pub(crate) use payment_options::{NotOffered, PaymentOptions};
pub(crate) use placing::{CartOrder, NewOrder, PlaceError, Placed, Repaid, ShopOrder};
pub(crate) use pricing::QuoteError;
pub(crate) use reconcile::run;
pub(crate) use service::{OrderService, SharedOrderService};
pub(crate) use tickets::{Knock, read_next};

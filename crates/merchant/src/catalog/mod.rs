//! What the shop sells, and what a cart of it costs. Not here: how an order is paid, and what is left of what is scarce.

mod asks;
mod cart;
mod country;
mod delivery;
mod destination;
mod difference;
mod discount;
mod file;
mod goods;
mod offer;
mod percent;
mod price_error;
mod pricing;
mod pricing_url;
mod product;
mod samples;
mod shelf;
mod shipping;
mod source;
mod tax;
mod text;
mod variant;

pub(crate) use asks::{OwnAsks, OwnDelivery, judge as judge_answers, recipient, terms as answer_terms};
pub use cart::{Cart, Code, CodeState, Priced, Selling};
pub(crate) use country::is_country_code;
pub use file::{Catalog, CatalogError};
pub(crate) use offer::Offer;
pub use price_error::PriceError;
pub(crate) use source::{Source, With};
pub use text::Text;

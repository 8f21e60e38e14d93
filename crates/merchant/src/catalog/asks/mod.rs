//! What a cart or an order of the shop's own asks its shopper, and whether what comes back answers it. Not here: country and region,
//! which are asked because of the price (that is `destination`).

mod asking;
mod fitting;
mod forms;
mod judging;
mod kind;
mod own;
mod question;
mod questions;
mod tax_id;
mod terms;

pub(crate) use asking::{Asked, address_form, asks, words};
pub(crate) use fitting::is_pattern;
pub(crate) use forms::{has_region, judge_country, regions};
pub(crate) use judging::judge;
pub(crate) use own::{OwnAsks, OwnDelivery};
pub(crate) use question::Question;
pub(crate) use questions::check;
pub(crate) use terms::{recipient, terms};

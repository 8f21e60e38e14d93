//! What orders and payment links of the shop's own say alike: by which names the shop knows them, what they ask, and what is to be paid.

use std::collections::BTreeMap;

use protocol::PriceText;

use super::error::AdminError;
use super::json::MAX_AMOUNT;
use super::price::NewPrice;
use crate::catalog::{OwnAsks, OwnDelivery};
use crate::order_record::References;

/// The shop's own number, and its own words by name.
///
/// # Errors
/// `bad-request`, with the member at fault.
pub(super) fn references(reference: Option<String>, metadata: BTreeMap<String, String>) -> Result<References, AdminError> {
    let reference = reference.filter(|reference| !reference.is_empty());
    let references = References { reference, metadata, ..References::default() };
    references.judge().map_err(AdminError::bad)?;
    Ok(references)
}

/// What is asked, if anything.
///
/// # Errors
/// `bad-request`, with the member at fault.
pub(super) fn asking(
    written: Vec<serde_json::Value>,
    countries: Vec<String>,
    deliveries: Vec<OwnDelivery>,
    home: Option<String>,
) -> Result<Option<OwnAsks>, AdminError> {
    let question = |(at, written)| OwnAsks::question(written).map_err(|fault| AdminError::bad(format!("asks[{at}]: {fault}")));
    let asks = written.into_iter().enumerate().map(question).collect::<Result<_, _>>()?;
    let asking = OwnAsks { asks, countries, deliveries, home };
    asking.check(MAX_AMOUNT).map_err(AdminError::bad)?;
    Ok(Some(asking).filter(|asking| !asking.is_empty()))
}

/// What is to be paid before the shopper has chosen among deliveries.
///
/// # Errors
/// `bad-request`, with the member at fault.
pub(super) fn price(price: NewPrice, asking: Option<&OwnAsks>, public_url: &str) -> Result<PriceText, AdminError> {
    if asking.is_some_and(|asking| !asking.deliveries.is_empty()) && price.delivery.is_some() {
        return Err(AdminError::bad("delivery: is chosen by the shopper, among deliveries"));
    }
    let price = price.read(public_url)?;
    judge_dearest("amount", price.total, asking)?;
    Ok(price)
}

/// Refuses an amount that would be too large for a signed body with the dearest delivery.
///
/// # Errors
/// `bad-request`, with the member that holds the amount.
pub(super) fn judge_dearest(member: &str, amount: i64, asking: Option<&OwnAsks>) -> Result<(), AdminError> {
    let dearest = asking.iter().flat_map(|asking| asking.options("")).map(|option| option.amount).max().unwrap_or(0);
    if amount > MAX_AMOUNT - dearest {
        return Err(AdminError::bad(format!("{member}: with the dearest delivery more than {MAX_AMOUNT} minor units")));
    }
    Ok(())
}

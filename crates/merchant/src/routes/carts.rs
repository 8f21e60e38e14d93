//! What a client wrote of a cart, wherever it came from, and the discount codes that it may try.

use protocol::{ClientReference, DiscountCode, Fault, Item, MAX_QUANTITY, Quote, Sku};

use super::App;
use crate::cart_fault::{self, CartFault};
use crate::catalog::{CodeState, is_country_code};
use crate::client::Client;
use crate::response::ApiError;

/// The longest discount code that is looked at.
const MAX_CODE: usize = 64;

/// The lines of a cart as a client wrote them.
pub(super) struct Written {
    /// Those that can be read, a quantity that is not sold as the nearest that is.
    pub(super) items: Vec<Item>,
    /// What is wrong with lines.
    pub(super) faults: Vec<Fault>,
}

/// Lets a discount code be looked at, unless its client has tried too many that are none.
///
/// # Errors
/// `rate-limited`, of the field `code`: the price without it is told.
pub(super) fn listen_to(app: &App, client: &Client, code: Option<&str>) -> Result<(), ApiError> {
    let Some(code) = code else { return Ok(()) };
    app.limits.guesses.listen(client, &code.to_uppercase()).map_err(ApiError::TooManyGuesses)
}

/// Counts the code of a cart that was priced, if it is none.
pub(super) fn count_guess(app: &App, client: &Client, told: &Quote) {
    let Some(DiscountCode { code, state }) = &told.price.discount_code else { return };
    if CodeState::parse(state) == Some(CodeState::Unknown) {
        app.limits.guesses.count(client, code);
    }
}

/// A discount code as somebody wrote it; none where nothing was written. One that is longer than any is no reason to refuse a cart: it is
/// a code that nobody knows.
pub(super) fn code(text: Option<String>) -> Option<String> {
    let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let is_long = text.chars().count() > MAX_CODE;
    Some(if is_long { text.chars().take(MAX_CODE).chain(['…']).collect() } else { text.to_owned() })
}

/// What the page says that a cart is about.
pub(super) fn client_reference(text: &str) -> Result<ClientReference, ApiError> {
    ClientReference::parse(text).ok_or(ApiError::Field("client_reference"))
}

/// A country that somebody wrote.
pub(super) fn country(text: &str) -> Result<&str, ApiError> {
    if is_country_code(text) { Ok(text) } else { Err(ApiError::Field("country")) }
}

/// The cart of those SKUs and quantities, as a client wrote them.
///
/// # Errors
/// `unknown-sku` and `quantity` for every line that is no SKU or has no quantity that is sold.
pub(super) fn cart(written: &[(&str, Option<i64>)]) -> Result<Vec<Item>, ApiError> {
    let Written { items, faults } = read(written);
    if faults.is_empty() { Ok(items) } else { Err(ApiError::Cart(Box::new(CartFault { faults, ..CartFault::default() }))) }
}

/// The same as far as it can be read, and what is wrong with it.
pub(super) fn read(written: &[(&str, Option<i64>)]) -> Written {
    let (mut items, mut faults) = (Vec::new(), Vec::new());
    for (sku, quantity) in written {
        let Some(known) = Sku::parse(sku) else {
            faults.push(cart_fault::unknown_sku(sku));
            continue;
        };
        let most = i64::from(MAX_QUANTITY);
        let sold = quantity.unwrap_or(1).clamp(1, most);
        if *quantity != Some(sold) {
            faults.push(cart_fault::quantity(sku, most));
        }
        items.push(Item { sku: known, quantity: u32::try_from(sold).unwrap_or(1) });
    }
    Written { items, faults }
}

/// SKU and quantity of a line, `SKU:QTY`. `None` where there is no quantity.
pub(super) fn line(text: &str) -> Option<(&str, Option<i64>)> {
    text.rsplit_once(':').map(|(sku, quantity)| (sku, quantity.parse().ok()))
}

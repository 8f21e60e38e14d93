//! `GET /v1/quote?item=SKU:QTY&item=…&locale=TAG&code=CODE&n=`: prices a cart; keeps nothing.

use axum::extract::State;
use protocol::{ClientReference, DiscountCode, Fault, Item, MAX_QUANTITY, Quote, Sku};

use super::super::App;
use crate::cart_fault::{self, CartFault};
use crate::catalog::{Cart, Code, CodeState, is_country_code};
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

/// The longest discount code that is looked at.
const MAX_CODE: usize = 64;

/// The lines of a cart as a client wrote them.
struct Written {
    /// Those that can be read, a quantity that is not sold as the nearest that is.
    items: Vec<Item>,
    /// What is wrong with lines.
    faults: Vec<Fault>,
}

pub(super) async fn get(State(app): State<App>, asked: SignedRequest) -> Result<Reply, ApiError> {
    let Written { items, faults } = items(&asked)?;
    let locale = asked.parameter("locale")?.unwrap_or_default();
    if !faults.is_empty() {
        let cart = CartFault { faults, ..CartFault::default() };
        return Err(ApiError::Cart(Box::new(app.service.explained(&items, locale, cart).await)));
    }
    let code = code(asked.parameter("code")?.map(str::to_owned));
    listen_to(&app, &asked, code.as_deref())?;
    let client_reference = asked.parameter("client_reference")?.map(client_reference).transpose()?;
    let country = asked.parameter("country")?.map(country).transpose()?;
    let (region, delivery) = (asked.parameter("region")?, asked.parameter("delivery")?);
    let code = code.as_deref().map(Code::Offered);
    let cart = Cart { items: &items, code, client_reference: client_reference.as_ref(), country, region, delivery };
    let quote = app.service.price(cart, locale).await?.quote;
    count_guess(&app, &asked, &quote);
    Ok(Reply { status: 200, body: quote.to_json() })
}

/// Lets a discount code be looked at, unless its client has tried too many that are none.
///
/// # Errors
/// `rate-limited`, of the field `code`: the price without it is told.
pub(super) fn listen_to(app: &App, asked: &SignedRequest, code: Option<&str>) -> Result<(), ApiError> {
    let Some(code) = code else { return Ok(()) };
    app.limits.guesses.listen(&asked.client, &code.to_uppercase()).map_err(ApiError::TooManyGuesses)
}

/// Counts the code of a cart that was priced, if it is none.
pub(super) fn count_guess(app: &App, asked: &SignedRequest, told: &Quote) {
    let Some(DiscountCode { code, state }) = &told.price.discount_code else { return };
    if CodeState::parse(state) == Some(CodeState::Unknown) {
        app.limits.guesses.count(&asked.client, code);
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

/// The cart of a query, `item=SKU:QTY` for each line.
fn items(asked: &SignedRequest) -> Result<Written, ApiError> {
    let values = asked.query.iter().filter(|(name, _)| name == "item");
    let written = values.map(|(_, value)| value.rsplit_once(':').map(|(sku, quantity)| (sku, quantity.parse().ok())));
    Ok(read(&written.collect::<Option<Vec<_>>>().ok_or(ApiError::Field("item"))?))
}

/// The cart of those SKUs and quantities, as a client wrote them.
///
/// # Errors
/// `unknown-sku` and `quantity` for every line that is no SKU or has no quantity that is sold.
pub(super) fn cart(written: &[(&str, Option<i64>)]) -> Result<Vec<Item>, ApiError> {
    let Written { items, faults } = read(written);
    if faults.is_empty() { Ok(items) } else { Err(ApiError::Cart(Box::new(CartFault { faults, ..CartFault::default() }))) }
}

fn read(written: &[(&str, Option<i64>)]) -> Written {
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

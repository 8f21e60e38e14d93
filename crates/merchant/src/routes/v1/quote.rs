//! `GET /v1/quote?item=SKU:QTY&item=…&locale=TAG&code=CODE&n=`: prices a cart; keeps nothing.

use axum::extract::State;

use super::super::App;
use super::super::carts::{self, Written, client_reference, code, count_guess, country, listen_to};
use crate::cart_fault::CartFault;
use crate::catalog::{Cart, Code};
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn get(State(app): State<App>, asked: SignedRequest) -> Result<Reply, ApiError> {
    let Written { items, faults } = items(&asked)?;
    let locale = asked.parameter("locale")?.unwrap_or_default();
    if !faults.is_empty() {
        let cart = CartFault { faults, ..CartFault::default() };
        return Err(ApiError::Cart(Box::new(app.service.explained(&items, locale, cart).await)));
    }
    let code = code(asked.parameter("code")?.map(str::to_owned));
    listen_to(&app, &asked.client, code.as_deref())?;
    let client_reference = asked.parameter("client_reference")?.map(client_reference).transpose()?;
    let country = asked.parameter("country")?.map(country).transpose()?;
    let (region, delivery) = (asked.parameter("region")?, asked.parameter("delivery")?);
    let code = code.as_deref().map(Code::Offered);
    let cart = Cart { items: &items, code, client_reference: client_reference.as_ref(), country, region, delivery, is_taken_along: false };
    let quote = app.service.price(cart, locale).await?.quote;
    count_guess(&app, &asked.client, &quote);
    Ok(Reply { status: 200, body: quote.to_json() })
}

/// The cart of a query, `item=SKU:QTY` for each line.
fn items(asked: &SignedRequest) -> Result<Written, ApiError> {
    let values = asked.query.iter().filter(|(name, _)| name == "item");
    let written = values.map(|(_, value)| carts::line(value));
    Ok(carts::read(&written.collect::<Option<Vec<_>>>().ok_or(ApiError::Field("item"))?))
}

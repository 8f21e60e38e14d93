//! A payment link as the shop writes it down: a cart, lines and their price, or limits within which the shopper names an amount.

use std::collections::BTreeMap;

use protocol::{Currency, Fault, Item, MAX_QUANTITY, Money, Sku};
use serde::Deserialize;

use super::super::App;
use super::error::AdminError;
use super::json::MAX_AMOUNT;
use super::own_sale::{asking, judge_dearest, price, references};
use super::price::{NewCharge, NewDelivery, NewLine, NewPrice, NewTax};
use crate::catalog::{Cart, OwnDelivery, PriceError};
use crate::order_service::QuoteError;
use crate::payment_links::{OpenAmount, Sale, Terms};
use crate::shown::{MAX_NAME, judge_text};

/// The most amounts to choose from.
const MAX_SUGGESTIONS: usize = 6;
/// The most uses of one link.
const MAX_USES: i64 = 1_000_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLink {
    /// Things of the catalog, at its price of then.
    cart: Option<NewCart>,
    /// An amount that the shopper names.
    open_amount: Option<NewAmount>,
    /// ISO 4217 code, of lines or a plain amount.
    currency: Option<String>,
    #[serde(default)]
    lines: Vec<NewLine>,
    #[serde(default)]
    discounts: Vec<NewCharge>,
    delivery: Option<NewDelivery>,
    #[serde(default)]
    taxes: Vec<NewTax>,
    /// Minor units.
    #[serde(default)]
    rounding: i64,
    /// Minor units.
    amount: Option<i64>,
    #[serde(default)]
    asks: Vec<serde_json::Value>,
    #[serde(default)]
    countries: Vec<String>,
    #[serde(default)]
    deliveries: Vec<OwnDelivery>,
    /// How often it can be paid; without end if absent.
    uses: Option<i64>,
    /// Until when, as people write times; a day or a month counts as a whole.
    ends: Option<String>,
    /// The shop's own number, which every order of the link has.
    reference: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCart {
    items: Vec<NewItem>,
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewItem {
    sku: String,
    #[serde(default = "one")]
    quantity: u32,
}

fn one() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAmount {
    /// What it is for.
    name: String,
    /// ISO 4217 code.
    currency: String,
    /// Minor units; 1 if absent.
    least: Option<i64>,
    /// Minor units.
    most: i64,
    #[serde(default)]
    suggestions: Vec<i64>,
}

impl NewLink {
    /// What the link is about.
    ///
    /// # Errors
    /// `bad-request`, with the member at fault; `method-not-offered` where nothing collects that currency.
    pub(super) async fn read(self, app: &App) -> Result<Terms, AdminError> {
        let NewLink { cart, open_amount, currency, lines, discounts, delivery, taxes, rounding, amount, .. } = self;
        let references = references(self.reference, self.metadata)?;
        if self.uses.is_some_and(|uses| !(1..=MAX_USES).contains(&uses)) {
            return Err(AdminError::bad(format!("uses: 1 to {MAX_USES}")));
        }
        let (time, now) = (&app.service.time, app.service.now());
        let ends_at = self.ends.map(|text| time.to(&text, now).map_err(|fault| AdminError::bad(format!("ends: {fault}")))).transpose()?;
        if ends_at.is_some_and(|end| end <= now) {
            return Err(AdminError::bad("ends: is over already"));
        }
        let asking = asking(self.asks, self.countries, self.deliveries, app.service.catalog.home())?;
        let is_plain =
            lines.is_empty() && discounts.is_empty() && delivery.is_none() && taxes.is_empty() && rounding == 0 && amount.is_none();
        let sale = match (cart, open_amount, currency) {
            (Some(_), None, None) if asking.is_some() => return Err(AdminError::bad("asks: of a cart the catalog says what is asked")),
            (Some(cart), None, None) if is_plain => cart.read(app).await?,
            (None, Some(open), None) if is_plain => {
                let open = open.read()?;
                judge_dearest("open_amount.most", open.most, asking.as_ref())?;
                Sale::Amount(open)
            }
            (None, None, Some(currency)) => {
                let public_url = &app.service.public_url;
                let written = NewPrice { currency, lines, discounts, delivery, taxes, rounding, amount };
                Sale::Price(Box::new(price(written, asking.as_ref(), public_url)?))
            }
            _ => return Err(AdminError::bad("say what it sells: cart, open_amount, or currency with lines or an amount")),
        };
        judge_collecting(app, &sale)?;
        Ok(Terms { sale, asking: asking.unwrap_or_default(), references, uses: self.uses, ends_at })
    }
}

impl NewCart {
    /// Refuses what the catalog does not sell; what has run out may come again.
    async fn read(self, app: &App) -> Result<Sale, AdminError> {
        let item = |(at, one): (usize, &NewItem)| {
            let bad = |fault: &str| AdminError::bad(format!("cart.items[{at}].{fault}"));
            let sku = Sku::parse(&one.sku).ok_or_else(|| bad("sku: is none"))?;
            let is_sold = (1..=MAX_QUANTITY).contains(&one.quantity);
            if is_sold { Ok(Item { sku, quantity: one.quantity }) } else { Err(bad(&format!("quantity: 1 to {MAX_QUANTITY}"))) }
        };
        let items = self.items.iter().enumerate().map(item).collect::<Result<Vec<_>, _>>()?;
        match app.service.price(Cart { items: &items, ..Cart::default() }, "").await {
            Err(QuoteError::Price(PriceError::Cart(cart))) => {
                let fault = |Fault { code, sku, .. }: &Fault| format!("cart: {code} {}", sku.as_deref().unwrap_or_default());
                if let Some(fault) = cart.faults.iter().find(|fault| fault.code != "out-of-stock").map(fault) {
                    return Err(AdminError::bad(fault));
                }
            }
            Err(QuoteError::Price(error)) => return Err(AdminError::bad(format!("cart: {error}"))),
            Err(QuoteError::Service(failure)) => return Err(failure.into()),
            Err(QuoteError::Link(_) | QuoteError::Amount) | Ok(_) => {}
        }
        let items = items.into_iter().map(|Item { sku, quantity }| (sku.as_str().to_owned(), quantity)).collect();
        Ok(Sale::Cart { items, code: self.code.filter(|code| !code.trim().is_empty()) })
    }
}

impl NewAmount {
    fn read(self) -> Result<OpenAmount, AdminError> {
        let bad = |fault: String| Err(AdminError::bad(format!("open_amount.{fault}")));
        let NewAmount { name, currency, least, most, suggestions } = self;
        if let Err(fault) = judge_text(&name, MAX_NAME) {
            return bad(format!("name: {fault}"));
        }
        let Some(currency) = Currency::parse(&currency) else { return bad("currency: not an ISO 4217 code".to_owned()) };
        let least = least.unwrap_or(1);
        if !(1..=MAX_AMOUNT).contains(&most) || !(1..=most).contains(&least) {
            return bad(format!("least, most: 1 to {MAX_AMOUNT} minor units, the least no more than the most"));
        }
        if suggestions.len() > MAX_SUGGESTIONS || suggestions.iter().any(|amount| !(least..=most).contains(amount)) {
            return bad(format!("suggestions: at most {MAX_SUGGESTIONS}, each within least and most"));
        }
        Ok(OpenAmount { name, currency, least, most, suggestions })
    }
}

/// Refuses a link by which nobody could pay.
fn judge_collecting(app: &App, sale: &Sale) -> Result<(), AdminError> {
    let money = match sale {
        Sale::Cart { .. } => return Ok(()),
        Sale::Price(price) => price.money(),
        Sale::Amount(open) => Money { amount: open.most, currency: open.currency },
    };
    if app.service.providers.methods(money).is_empty() {
        let amount = format!("{} {}", money.to_decimal(), money.currency.as_str());
        return Err(AdminError::conflict("method-not-offered", format!("no payment method that is offered collects {amount}")));
    }
    Ok(())
}

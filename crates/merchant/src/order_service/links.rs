//! What payment links cost, and whether they sell. An order by one is a cart's order, at the price of the link, which takes a use of it.

use protocol::{PriceText, Quote};

use super::pricing::QuoteError;
use super::service::OrderService;
use crate::catalog::{Cart, Code, Priced};
use crate::order_record::References;
use crate::payment_links::{LinkId, LinkState, PaymentLink, Sale, items_of};
use crate::store::{Reservation, Shortage, StockItem, StoreError};

/// A link that somebody pays by.
#[derive(Clone, Debug)]
pub(crate) struct LinkUse {
    /// The link as it stood a moment ago.
    pub(crate) link: PaymentLink,
    /// What the shopper wants to pay, minor units, where the link lets him say so.
    pub(crate) amount: Option<i64>,
}

impl OrderService {
    /// What somebody pays by a link now. Where it goes, and how, is read from the cart.
    ///
    /// # Errors
    /// `Link` where it does not sell; `Amount`; those of a cart.
    pub(crate) async fn price_by_link(&self, wanted: &LinkUse, cart: Cart<'_>, locale: &str) -> Result<Priced, QuoteError> {
        let LinkUse { link, amount } = wanted;
        match link.state(self.now()) {
            LinkState::Open => {}
            state => return Err(QuoteError::Link(state)),
        }
        let mut priced = match &link.terms.sale {
            Sale::Cart { items, code } => {
                let code = code.as_deref().map(Code::Offered);
                self.price(Cart { items: &items_of(items), code, ..cart }, locale).await?
            }
            Sale::Price(price) => self.price_own(link, price, cart, locale),
            Sale::Amount(open) => {
                let price = amount.and_then(|amount| open.price(amount)).ok_or(QuoteError::Amount)?;
                self.price_own(link, &price, cart, locale)
            }
        };
        priced.holds.push(Reservation { of: StockItem::Link(link.id.as_str().to_owned()), quantity: 1 });
        let References { reference, metadata, .. } = link.terms.references.clone();
        priced.references.reference = reference.or(priced.references.reference);
        priced.references.metadata.extend(metadata);
        Ok(priced)
    }

    /// The address of a link.
    pub(crate) fn link_url(&self, link: &LinkId) -> String {
        format!("{}/l/{link}", self.public_url)
    }

    /// How a link stands of which there is no use left, if that is what is short.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn link_short(&self, short: &Shortage) -> Result<Option<LinkState>, StoreError> {
        let StockItem::Link(name) = &short.of else { return Ok(None) };
        let Some(id) = LinkId::parse(name) else { return Ok(Some(LinkState::UsedUp)) };
        let state = self.store.payment_link(&id).await?.map_or(LinkState::Closed, |link| link.state(self.now()));
        // Whoever held the last one may have let go of it meanwhile.
        Ok(Some(if state == LinkState::Open { LinkState::Busy } else { state }))
    }

    fn price_own(&self, link: &PaymentLink, price: &PriceText, cart: Cart<'_>, locale: &str) -> Priced {
        let asking = &link.terms.asking;
        let (price, asks) = asking.quoted(price, cart.country, cart.delivery, locale);
        let selling = self.selling(locale);
        let quote = Quote {
            merchant: self.merchant.clone(),
            merchant_name: self.name.get(locale).to_owned(),
            id: String::new(),
            expires_at: selling.expires_at,
            is_test: false,
            price,
            methods: Vec::new(),
            ways: Vec::new(),
            asks,
            deliveries: asking.options(locale),
        };
        self.offered(Priced { quote, holds: Vec::new(), supplies: Vec::new(), references: References::default() })
    }
}

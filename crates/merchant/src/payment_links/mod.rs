//! Payment links: an address that sells a cart, the shop's own lines, or an amount that the shopper names, so often and until then. Not here:
//! orders, which are made when somebody pays by one.

mod id;
mod sale;

pub use id::LinkId;
pub(crate) use sale::items_of;
pub use sale::{OpenAmount, Sale};

use serde::{Deserialize, Serialize};

use crate::catalog::OwnAsks;
use crate::order_record::References;

/// So many orders at once hold a use of a link that has no limit, and no more: what the records count with.
pub const NO_LIMIT: i64 = 1_000_000_000_000;

/// What a link is about. Written as JSON, it is what the records keep of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// What it sells.
    pub sale: Sale,
    /// What the shopper is asked, of the shop's own lines and amounts; of a cart the catalog says it.
    #[serde(default, skip_serializing_if = "OwnAsks::is_empty")]
    pub(crate) asking: OwnAsks,
    /// By which names the shop knows the orders that come of it.
    #[serde(default)]
    pub(crate) references: References,
    /// How often it can be paid; without end if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<i64>,
    /// Until when, unix seconds; for ever if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<i64>,
}

/// A link as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentLink {
    /// Its name.
    pub id: LinkId,
    /// Unix seconds.
    pub created_at: i64,
    /// The id of the key of the admin API by which it was made.
    pub by: String,
    /// What it is about.
    pub terms: Terms,
    /// When the shop closed it, unix seconds.
    pub closed_at: Option<i64>,
    /// So many of its uses are taken, by orders that are paid and by those that may still be.
    pub taken: i64,
    /// So many of those by orders that may still end without money.
    pub open: i64,
}

/// Whether a link sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It does.
    Open,
    /// Every use that is left is held by somebody who is paying.
    Busy,
    /// It was paid as often as it may be.
    UsedUp,
    /// Its time is over.
    Ended,
    /// The shop has closed it.
    Closed,
}

impl LinkState {
    /// The word for it in the admin API.
    pub fn as_str(self) -> &'static str {
        match self {
            LinkState::Open => "open",
            LinkState::Busy => "busy",
            LinkState::UsedUp => "used_up",
            LinkState::Ended => "ended",
            LinkState::Closed => "closed",
        }
    }
}

impl Terms {
    /// How many uses the records count with.
    pub(crate) fn limit(&self) -> i64 {
        self.uses.unwrap_or(NO_LIMIT)
    }
}

impl PaymentLink {
    /// Whether it sells at that time, unix seconds.
    pub fn state(&self, now: i64) -> LinkState {
        let left = self.terms.limit() - self.taken;
        if self.closed_at.is_some() {
            LinkState::Closed
        } else if self.terms.ends_at.is_some_and(|end| end <= now) {
            LinkState::Ended
        } else if left > 0 {
            LinkState::Open
        } else if left + self.open > 0 {
            LinkState::Busy
        } else {
            LinkState::UsedUp
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::Currency;

    use super::*;

    #[test]
    fn a_link_sells_until_it_is_closed_over_or_paid_so_often() {
        let currency = Currency::parse("EUR").unwrap();
        let amount = OpenAmount { name: "Donation".to_owned(), currency, least: 100, most: 500, suggestions: Vec::new() };
        let terms = Terms {
            sale: Sale::Amount(amount),
            asking: OwnAsks::default(),
            references: References::default(),
            uses: Some(2),
            ends_at: Some(2_000),
        };
        let link = PaymentLink {
            id: LinkId::from_random([7; 16]),
            created_at: 1_000,
            by: "key".to_owned(),
            terms,
            closed_at: None,
            taken: 0,
            open: 0,
        };
        let with = |taken, open| PaymentLink { taken, open, ..link.clone() }.state(1_999);
        assert_eq!([with(0, 0), with(1, 1), with(2, 1), with(2, 0), with(3, 1)], {
            use LinkState::{Busy, Open, UsedUp};
            [Open, Open, Busy, UsedUp, UsedUp]
        });
        assert_eq!(link.state(2_000), LinkState::Ended);
        assert_eq!(PaymentLink { closed_at: Some(1_500), ..link.clone() }.state(1_999), LinkState::Closed);
        let endless = PaymentLink { terms: Terms { uses: None, ends_at: None, ..link.terms.clone() }, taken: 1_000_000, ..link };
        assert_eq!(endless.state(i64::MAX), LinkState::Open);
    }
}

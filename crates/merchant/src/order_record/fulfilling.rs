//! The rules of fulfilment: which pieces of an order can be sent, kept ready, handed over, or come back.

use protocol::FulfilmentKind;
use serde::{Deserialize, Serialize};

use super::parts::Pieces;
use super::record::{Fact, OrderRecord};

/// What is to be written down.
#[derive(Clone, Debug)]
pub struct Fulfilling {
    /// What happened.
    pub kind: FulfilmentKind,
    /// To which pieces; none is `NothingLeft`.
    pub lines: Vec<Pieces>,
    /// When, unix seconds.
    pub at: i64,
    /// The parcel by which they went, under an id.
    pub parcel: Option<(String, Parcel)>,
}

/// What is known of a parcel. It leads to a person, and is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// When it left, unix seconds.
    pub at: i64,
    /// Who carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// The carrier's number of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// The carrier's page about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Parcel {
    /// Whether the same is known of both, whenever they left.
    pub fn tells_as(&self, other: &Parcel) -> bool {
        (&self.carrier, &self.tracking, &self.link) == (&other.carrier, &other.tracking, &other.link)
    }
}

/// Why something cannot have happened to pieces of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FulfilRefusal {
    /// Its money never came, or is back.
    NotPaid,
    /// There is no such line, or not so many pieces of it are left for that.
    TooMany {
        /// Which line, counted from 0.
        line: usize,
        /// How many are left.
        left: u32,
    },
    /// It has happened to all.
    NothingLeft,
}

impl OrderRecord {
    /// Writes down what happened to pieces of the order.
    ///
    /// # Errors
    /// Where it cannot have.
    pub fn fulfil(&mut self, wanted: Fulfilling) -> Result<(), FulfilRefusal> {
        let is_coming_back = wanted.kind == FulfilmentKind::Returned;
        let is_owed = self.order.status.has_money() && (is_coming_back || self.order.status != protocol::OrderStatus::Refunded);
        if !is_owed {
            return Err(FulfilRefusal::NotPaid);
        }
        let open = self.open_to(wanted.kind);
        let lines = wanted.lines;
        if lines.is_empty() {
            return Err(FulfilRefusal::NothingLeft);
        }
        for pieces in &lines {
            let left = open.iter().find(|open| open.line == pieces.line).map_or(0, |open| open.quantity);
            if pieces.quantity > left {
                return Err(FulfilRefusal::TooMany { line: pieces.line, left });
            }
        }
        let shipment = wanted.parcel.as_ref().map(|(id, _)| id.clone());
        if let Some((id, parcel)) = wanted.parcel {
            self.parcels.push((id, serde_json::to_string(&parcel).unwrap_or_default()));
        }
        self.happens(Fact::Fulfilled { what: wanted.kind, happened_at: wanted.at, lines, shipment });
        Ok(())
    }

    /// What is known of a shipment is this now, under an id of its own.
    pub fn correct_shipment(&mut self, shipment: String, (correction, parcel): (String, &Parcel)) {
        self.parcels.push((correction.clone(), serde_json::to_string(parcel).unwrap_or_default()));
        self.happens(Fact::ShipmentCorrected { shipment, correction });
    }

    /// The pieces that this can still happen to. What came back can be sent anew.
    pub fn open_to(&self, kind: FulfilmentKind) -> Vec<Pieces> {
        use FulfilmentKind::{HandedOver, ReadyForPickup, Returned, Shipped};
        let sold = self.order.price.lines.iter().enumerate().filter(|(_, line)| line.total >= 0);
        let open = sold.map(|(line, sold)| {
            let count = |kind| self.fulfilled(line, kind);
            let away = (count(Shipped) + count(HandedOver)).saturating_sub(count(Returned));
            // What was paid back is owed to nobody; which pieces that were, nobody knows.
            let here = sold.item.quantity.saturating_sub(away.max(self.returned(line)));
            let quantity = match kind {
                Shipped | HandedOver => here,
                // What waits at the counter is ready until somebody takes it.
                ReadyForPickup => here.saturating_sub(count(ReadyForPickup).saturating_sub(count(HandedOver))),
                Returned => away,
            };
            Pieces { line, quantity }
        });
        open.filter(|pieces| pieces.quantity > 0).collect()
    }

    fn fulfilled(&self, line: usize, kind: FulfilmentKind) -> u32 {
        let facts = self.order.fulfilment.iter().filter(|fact| fact.kind == kind);
        facts.flat_map(|fact| &fact.lines).filter(|part| part.line == line).map(|part| part.quantity).sum()
    }
}

//! What of an order is for its buyer alone, as the answer to the owner key (docs/spec/http.md §4.8). The order itself says what happened
//! and when; this says to whom, by which parcel, and what was bought to be read or shown.

use crate::json::{Fields, Value};
use crate::{Code, MerchantId, OrderId};

/// What of an order is for its buyer alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Who sells.
    pub merchant: MerchantId,
    /// Of which order.
    pub order: OrderId,
    /// Where it goes, in the words of its address: a line each.
    pub destination: Vec<String>,
    /// The country of that, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Parcels, the oldest first.
    pub shipments: Vec<Shipment>,
    /// What a QR code encodes by which the buyer follows the merchant's Official Account and hears of this order there.
    pub follow: Option<String>,
    /// Files that were bought.
    pub downloads: Vec<OpenedFile>,
    /// Keys to software and the like.
    pub licence_keys: Vec<LicenceKeys>,
    /// What admits somebody.
    pub tickets: Vec<OpenedTicket>,
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipment {
    /// When it left, unix seconds.
    pub at: i64,
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's number of it.
    pub tracking: Option<String>,
    /// The carrier's page about it: an https address.
    pub link: Option<String>,
}

/// A file that was bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedFile {
    /// The thing that was bought.
    pub sku: String,
    /// What the file is called.
    pub name: String,
    /// How often it can still be fetched.
    pub left: i64,
}

/// Keys to software and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenceKeys {
    /// The thing that was bought.
    pub sku: String,
    /// The keys.
    pub keys: Vec<String>,
    /// So many the shop has still to give.
    pub owed: i64,
}

/// What admits somebody, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedTicket {
    /// The thing that was bought.
    pub sku: String,
    /// What people read out at the door.
    pub number: String,
    /// Where it admits to.
    pub event: String,
    /// When that begins, in the words of the merchant.
    pub starts: Option<String>,
    /// Where that is, in the words of the merchant.
    pub place: Option<String>,
    /// `good`, `admitted` or `refunded`.
    pub state: String,
    /// What its code encodes, a compact JWS ([`crate::Ticket`]); gone once it was refunded.
    pub ticket: Option<String>,
}

impl Opened {
    /// Reads it.
    ///
    /// # Errors
    /// `body-schema` for a missing or mistyped member, and for a link that leads elsewhere than to the web.
    pub fn from_json(body: &Value) -> Result<Opened, Code> {
        Fields::read(body, |fields| Opened {
            merchant: MerchantId::read(fields, "merchant"),
            order: OrderId::read(fields, "order"),
            destination: fields.strings("destination"),
            country: fields.maybe_string("country"),
            shipments: fields.each("shipments", Shipment::read),
            follow: fields.maybe_string("follow"),
            downloads: fields.each("downloads", OpenedFile::read),
            licence_keys: fields.each("licence_keys", LicenceKeys::read),
            tickets: fields.each("tickets", OpenedTicket::read),
        })
    }

    /// Writes it.
    pub fn to_json(&self) -> Value {
        Value::object([
            ("type", "opened".into()),
            ("merchant", (&self.merchant).into()),
            ("order", (&self.order).into()),
            ("destination", self.destination.iter().map(|line| Value::from(line.as_str())).collect()),
            ("country", self.country.as_deref().into()),
            ("shipments", self.shipments.iter().map(Shipment::to_json).collect()),
            ("follow", self.follow.as_deref().into()),
            ("downloads", self.downloads.iter().map(OpenedFile::to_json).collect()),
            ("licence_keys", self.licence_keys.iter().map(LicenceKeys::to_json).collect()),
            ("tickets", self.tickets.iter().map(OpenedTicket::to_json).collect()),
        ])
    }
}

impl Shipment {
    fn read(fields: &mut Fields<'_>) -> Shipment {
        let link = fields.maybe_string("link");
        if link.as_ref().is_some_and(|link| !link.starts_with("https://")) {
            fields.refuse();
        }
        Shipment { at: fields.int("at"), carrier: fields.maybe_string("carrier"), tracking: fields.maybe_string("tracking"), link }
    }

    fn to_json(&self) -> Value {
        Value::object([
            ("at", self.at.into()),
            ("carrier", self.carrier.as_deref().into()),
            ("tracking", self.tracking.as_deref().into()),
            ("link", self.link.as_deref().into()),
        ])
    }
}

impl OpenedFile {
    fn read(fields: &mut Fields<'_>) -> OpenedFile {
        OpenedFile { sku: fields.string("sku"), name: fields.string("name"), left: fields.amount("left") }
    }

    fn to_json(&self) -> Value {
        Value::object([("sku", self.sku.as_str().into()), ("name", self.name.as_str().into()), ("left", self.left.into())])
    }
}

impl LicenceKeys {
    fn read(fields: &mut Fields<'_>) -> LicenceKeys {
        LicenceKeys { sku: fields.string("sku"), keys: fields.strings("keys"), owed: fields.amount("owed") }
    }

    fn to_json(&self) -> Value {
        let keys = self.keys.iter().map(|key| Value::from(key.as_str())).collect();
        Value::object([("sku", self.sku.as_str().into()), ("keys", keys), ("owed", self.owed.into())])
    }
}

impl OpenedTicket {
    fn read(fields: &mut Fields<'_>) -> OpenedTicket {
        OpenedTicket {
            sku: fields.string("sku"),
            number: fields.string("number"),
            event: fields.string("event"),
            starts: fields.maybe_string("starts"),
            place: fields.maybe_string("place"),
            state: fields.string("state"),
            ticket: fields.maybe_string("ticket"),
        }
    }

    fn to_json(&self) -> Value {
        Value::object([
            ("sku", self.sku.as_str().into()),
            ("number", self.number.as_str().into()),
            ("event", self.event.as_str().into()),
            ("starts", self.starts.as_deref().into()),
            ("place", self.place.as_deref().into()),
            ("state", self.state.as_str().into()),
            ("ticket", self.ticket.as_deref().into()),
        ])
    }
}

//! What a sealed record holds.

/// What a sealed record holds. The words are written down for ever, and bind each record to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SealedKind {
    /// What a shopper answered to the questions of a quote: a JSON text.
    Answers,
    /// Whom messages about an order are for: a JSON text.
    Recipient,
    /// The wallet's id of the shopper who pays; named by the payment.
    Payer,
    /// The Official Account's id of the shopper who follows it.
    Follower,
    /// The page that a wallet comes back to; named by the payment.
    ReturnUrl,
    /// What the browser says that made a payment, when it comes back from the page that tells who pays; named by the payment.
    Browser,
    /// The shopper's address on the network; named by the payment.
    ClientAddress,
    /// The link by which a shopper pays, which says where to come back to; named by the payment.
    Payload,
    /// Why money goes back; named by the refund.
    Reason,
    /// A note that somebody wrote about an order.
    Note,
    /// By which parcel things went; named by the shipment: a JSON text.
    Shipment,
    /// A licence key that is sold or to be sold; of no order, and named by its number and its pool.
    LicenceKey,
    /// What a provider sent, as it came; named by the provider and its id of the event.
    Notification,
}

impl SealedKind {
    /// All of them.
    pub const ALL: [SealedKind; 13] = [
        SealedKind::Answers,
        SealedKind::Recipient,
        SealedKind::Payer,
        SealedKind::Follower,
        SealedKind::ReturnUrl,
        SealedKind::Browser,
        SealedKind::ClientAddress,
        SealedKind::Payload,
        SealedKind::Reason,
        SealedKind::Note,
        SealedKind::Shipment,
        SealedKind::LicenceKey,
        SealedKind::Notification,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            SealedKind::Answers => "answers",
            SealedKind::Recipient => "recipient",
            SealedKind::Payer => "payer",
            SealedKind::Follower => "follower",
            SealedKind::ReturnUrl => "return_url",
            SealedKind::Browser => "browser",
            SealedKind::ClientAddress => "client_address",
            SealedKind::Payload => "payload",
            SealedKind::Reason => "reason",
            SealedKind::Note => "note",
            SealedKind::Shipment => "shipment",
            SealedKind::LicenceKey => "licence_key",
            SealedKind::Notification => "notification",
        }
    }

    /// Whether a person, or a key of which there is one only, is found by what it holds.
    pub(crate) fn has_terms(self) -> bool {
        matches!(self, SealedKind::Answers | SealedKind::Payer | SealedKind::Follower | SealedKind::LicenceKey)
    }

    /// Whether it names nobody, and is kept for ever.
    pub(crate) fn is_kept(self) -> bool {
        self == SealedKind::LicenceKey
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<SealedKind> {
        SealedKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

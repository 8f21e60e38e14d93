//! What shoppers are told of, and by which way.

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Occasion {
    /// The money came.
    Paid,
    /// Something was sent.
    Shipped,
    /// It can be fetched.
    ReadyForPickup,
    /// What was owed is there: licence keys that were sold before the shop had them.
    Given,
    /// Money went back.
    Refunded,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Occasion; 5] = [Occasion::Paid, Occasion::Shipped, Occasion::ReadyForPickup, Occasion::Given, Occasion::Refunded];

    /// The word of records, files and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Occasion::Paid => "paid",
            Occasion::Shipped => "shipped",
            Occasion::ReadyForPickup => "ready_for_pickup",
            Occasion::Given => "given",
            Occasion::Refunded => "refunded",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Occasion> {
        Occasion::ALL.into_iter().find(|occasion| occasion.as_str() == word)
    }
}

/// By which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// An e-mail to the address that was given with the order.
    Email,
    /// A message to whoever follows the shop's account.
    Account,
}

impl Channel {
    /// The word of records.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Account => "wechat",
        }
    }
}

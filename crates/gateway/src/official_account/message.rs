//! A message about an order to somebody who follows the account.

use crate::Description;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The order is paid.
    Paid,
    /// Something was sent.
    Shipped,
    /// Money was returned.
    Refunded,
}

/// One message.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Chooses the template.
    pub occasion: Occasion,
    /// Names this message, 1–32 characters: sent again within ten minutes under the same name, it is not shown twice.
    pub id: &'a str,
    /// Who reads it.
    pub openid: &'a str,
    /// Opened by a tap; empty for nothing.
    pub url: &'a str,
    /// Whether the order is a test: the first keyword that takes words says so.
    pub is_test: bool,
    /// The order's id.
    pub order: &'a str,
    /// What was bought; each kind of keyword says it within its own measure.
    pub description: Description<'a>,
    /// The amount as people read it, with its currency: `¥12.50`.
    pub amount: &'a str,
    /// When it happened, in unix seconds; told in Beijing's time.
    pub at: i64,
}

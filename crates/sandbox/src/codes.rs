//! Codes as a shopper's phone sees them, whichever provider made them. No state here.

use serde::Serialize;

/// How many codes the phone is shown, newest first.
pub(crate) const SHOWN: usize = 50;

/// How a code looks to somebody who scans it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeState {
    /// Can be paid.
    Open,
    /// Somebody looks at it in the wallet, and the provider tells the merchant so if asked.
    Scanned,
    /// The shopper closed the wallet; it can still be paid.
    Dismissed,
    /// Was paid.
    Paid,
    /// The code, or the payment behind it, is past its time.
    Expired,
    /// The merchant closed the payment.
    Closed,
}

/// A code as the phone shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeView {
    /// Names the code in the control calls.
    pub id: String,
    /// Whose wallet pays it.
    pub provider: &'static str,
    /// What the QR code encodes.
    pub payload: String,
    /// The merchant's number of the payment.
    pub payment_id: String,
    /// Who gets the money.
    pub payee: String,
    /// What for.
    pub description: String,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Whether it can be paid.
    pub state: CodeState,
    /// Since it was made.
    pub age_seconds: i64,
    /// Until it stops working; 0 when it has.
    pub seconds_left: i64,
}

/// Why a code was not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PayProblem {
    /// No such code was ever made.
    UnknownCode,
    /// A newer code of the same payment replaced it.
    Superseded,
    /// Past its two hours or the merchant's deadline.
    Expired,
    /// The merchant closed the payment.
    Closed,
    /// Somebody paid already.
    AlreadyPaid,
    /// Another account opened it first, and nobody else can.
    OpenedByAnother,
}

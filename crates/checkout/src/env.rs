//! The environment of a step, as values: the merchant's settings once, and time, pins and chance with every step.

use protocol::{Backend, ClientReference, Method, OrderId, OwnerKey, Pins, Surface};

/// Settings of one widget, read from its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The merchant's backend.
    pub backend: Backend,
    /// Pay this order instead of showing a cart.
    pub order: Option<OrderId>,
    /// The host page's choice and order of payment methods; empty leaves it to the quote.
    pub methods: Vec<Method>,
    /// BCP 47 tag for the names in quotes and orders.
    pub locale: String,
    /// The discount code that the page begins with, or nothing.
    pub code: String,
    /// What the page says that a cart is about.
    pub client_reference: Option<ClientReference>,
    /// Where this shopper would pay.
    pub surface: Surface,
    /// The key to what of the order is for its buyer alone, where the page's address has it.
    pub owner: Option<OwnerKey>,
}

/// The world at the moment of one step. A step uses each random value at most once.
#[derive(Clone, Copy, Debug)]
pub struct Env<'a> {
    /// Milliseconds on a clock that never goes back.
    pub monotonic_ms: i64,
    /// The merchant's keys.
    pub pins: &'a Pins,
    /// For the `n` of a request.
    pub nonce: [u8; 16],
    /// For the idempotency key of an attempt.
    pub key: [u8; 16],
    /// For the text of answers.
    pub salt: [u8; 16],
    /// For the key to what of a new order is for its buyer alone.
    pub owner: [u8; 16],
    /// For spreading retries.
    pub jitter: u8,
    /// Whether the whole of a text (the second) matches a regular expression (the first), as an ask brings one.
    pub fits: fn(&str, &str) -> bool,
    /// The address of the page that a wallet could come back to.
    pub return_url: Option<&'a str>,
    /// What was asked already; gone once its answer is taken.
    pub early: Option<&'a EarlyRequest>,
}

/// A GET that left while there was no state machine yet, by whoever guessed what it would ask first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyRequest {
    /// Its address, with the nonce.
    pub url: String,
    /// When it left, as [`Env::monotonic_ms`].
    pub sent_ms: i64,
}

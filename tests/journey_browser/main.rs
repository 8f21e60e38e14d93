//! Journeys in a real browser: a bare page on another origin, the widget as merchants load it, a merchant's backend and the
//! provider's sandbox over real HTTP, under the strict policy that the README publishes.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a journey stops at the first surprise")]

mod embedding;
mod hostile;
mod purchase;
mod steadiness;
#[path = "../support/mod.rs"]
mod support;

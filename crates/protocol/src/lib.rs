//! THE WORDS: what a merchant backend and the widget say to each other, how it is signed and how it is verified.
//!
//! Everything here is a pure function over values: no clock, no randomness, no network, no screen. A merchant
//! who writes a backend in another language needs to know what is in this crate and nothing else of the project.
//!
//! **The one promise:** [`Verified`] can be built by [`verify`] alone, so a value of that type is proof.
#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::as_conversions)]

pub mod base64;
mod code;
pub mod decimal;
mod digest;
mod id;
pub mod json;
mod money;
mod order;
pub mod payload;
mod pin;
mod problem;
mod quote;
mod receipt;
pub mod release;
mod request;
pub mod signature;
mod time;
pub mod verify;
mod ways;

pub use code::{Code, Severity};
pub use digest::Digest;
pub use id::{IdempotencyKey, MerchantId, Method, Nonce, OrderId, PaymentId, Sku};
pub use money::{Currency, Money};
pub use order::{Order, OrderStatus, Payment, PaymentStatus};
pub use pin::{Pin, Pins};
pub use problem::{Fault, Problem};
pub use quote::{Charge, DiscountCode, Item, Line, MAX_ITEMS, MAX_QUANTITY, Quote, Tax};
pub use receipt::Receipt;
pub use release::REVISION;
pub use request::{Backend, Body, Expected, NewOrder, Request, Surface, Way};
pub use time::ServerClock;
pub use verify::Verified;
pub use ways::{PayBy, Ways};

//! The protocol: what a merchant backend and the widget say to each other, how it is signed and how it is verified.
//!
//! Everything here is a pure function over values: no clock, no randomness, no network, no screen. A merchant
//! who writes a backend in another language needs to know what is in this crate and nothing else of the project.
//!
//! **The one promise:** [`Verified`] can be built by [`verify`] alone, so a value of that type is proof.
//!
//! A whole exchange: the widget's half builds a request and verifies the answer, the backend's half (feature `sign`) signs it.
//!
//! ```
//! use protocol::json::Value;
//! use protocol::signature::Signer;
//! use protocol::verify::{Context, authenticate};
//! use protocol::{Backend, Code, Item, Nonce, Pins, Sku};
//!
//! let signer = Signer::from_seed([7; 32]).unwrap();
//! let pins = Pins::parse(&signer.pin().token()).unwrap(); // what the page has in `merchant-key`
//!
//! let backend = Backend::parse("https://pay.example.com").unwrap();
//! let cart = [Item { sku: Sku::parse("tea-100g").unwrap(), quantity: 2 }];
//! let request = backend.quote(&cart, "en", Nonce::from_random([1; 16]));
//! assert!(request.url.starts_with("https://pay.example.com/v1/quote?item=tea-100g%3A2&locale=en&n="));
//!
//! // The price is a text of its own, which names itself by its digest.
//! let price = r#"{"currency": "CNY", "subtotal": 13600, "discounts": [], "taxes": [], "total": 13600,
//!   "lines": [{"sku": "tea-100g", "name": "Green tea", "quantity": 2, "unit_price": 6800, "total": 13600}]}"#;
//! let body = Value::object([
//!     ("type", "quote".into()),
//!     ("merchant", "mountain-tea".into()),
//!     ("merchant_name", "Mountain Tea".into()),
//!     ("id", "qt_1".into()),
//!     ("expires_at", 1_800_000_900.into()),
//!     ("price", price.into()),
//!     ("methods", Value::List(vec!["wechat_pay".into()])),
//! ]);
//! let body = body.to_string().into_bytes();
//! let answer = signer.sign_answer(&request, 200, &body, 1_800_000_000).unwrap().received(200, body.clone());
//!
//! let context = Context { pins: &pins, elapsed_ms: 120, server_now: None, last_created: None, earlier: &[] };
//! let quote = authenticate(&request, &answer, &context).unwrap().quote(None, &cart).unwrap();
//! assert_eq!(quote.price.total, 13_600);
//!
//! // A byte changed on the way, or an answer to another question: the first step that fails says why.
//! let mut changed = answer.clone();
//! changed.body[100] ^= 1;
//! assert_eq!(authenticate(&request, &changed, &context), Err(Code::DigestMismatch));
//! let later = backend.quote(&cart, "en", Nonce::from_random([2; 16]));
//! assert_eq!(authenticate(&later, &answer, &context).unwrap_err(), Code::NonceMismatch);
//! ```
#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::as_conversions)]

mod answers;
mod ask;
pub mod base64;
mod code;
pub mod decimal;
mod delivery_option;
mod digest;
mod fulfilment;
mod id;
mod item;
pub mod json;
mod money;
mod opened;
mod order;
pub mod payload;
mod pin;
mod price;
mod problem;
mod quote;
mod receipt;
pub mod release;
mod request;
pub mod signature;
mod surface;
mod ticket;
mod time;
pub mod verify;
mod ways;
mod words;

pub use answers::{Answers, AnswersText};
pub use ask::{Ask, Choice};
pub use code::{Code, Severity};
pub use delivery_option::DeliveryOption;
pub use digest::Digest;
pub use fulfilment::{Fulfilled, FulfilmentKind, LinePart};
pub use id::{ClientReference, IdempotencyKey, MerchantId, Method, Nonce, OrderId, OwnerKey, PaymentId, Sku};
pub use item::{Item, MAX_ITEMS, MAX_QUANTITY};
pub use money::{Currency, Money};
pub use opened::{LicenceKeys, Opened, OpenedFile, OpenedTicket, Shipment};
pub use order::{Channel, Order, OrderStatus, Payment, PaymentStatus};
pub use pin::{Pin, Pins};
pub use price::{Charge, Delivery, DiscountCode, Line, Price, PriceText, Tax};
pub use problem::{Fault, Problem};
pub use quote::Quote;
pub use receipt::Receipt;
pub use release::REVISION;
pub use request::{Backend, Cart, NewOrder, Request, Way};
pub use surface::Surface;
pub use ticket::Ticket;
pub use time::ServerClock;
pub use verify::Verified;
pub use ways::{PayBy, Ways};

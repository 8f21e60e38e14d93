//! The state machine of a checkout: `State::step(state, event, env) → (state, effects)`. Pure: no clock, no network, no wording, no screen.
//!
//! Glossary: an *event* is something that happened (a shopper's action, a reply, a timer); an *effect* is something for
//! the shell to do (send, save, tell the page). A *ticket* numbers the one request in flight; a reply with another
//! ticket is to an abandoned attempt and changes nothing. Everything here would be as true on a terminal screen.
//!
//! A shell in a few lines: it hands over what happened, and does what comes back.
//!
//! ```
//! use checkout::{Action, Config, Connection, Effect, Env, Event, Reply, Saved, State};
//! use protocol::{Backend, Code, Pins, Sku, Surface};
//!
//! let config = Config {
//!     backend: Backend::parse("https://pay.example.com").unwrap(),
//!     order: None,
//!     methods: Vec::new(),
//!     locale: "en".to_owned(),
//!     code: String::new(),
//!     client_reference: None,
//!     surface: Surface::Qr,
//!     owner: None,
//! };
//! let pins = Pins::parse("ed25519-6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=").unwrap();
//! // Time and chance are values; a shell fills in its own with every step.
//! let (nonce, key, salt, owner) = ([1; 16], [2; 16], [3; 16], [4; 16]);
//! let fits = |_: &str, _: &str| true;
//! let env = Env { monotonic_ms: 0, pins: &pins, nonce, key, salt, owner, jitter: 0, fits, return_url: None, early: None };
//!
//! let (state, effects) = State::new(config).step(Event::Started(Saved::default()), &env);
//! assert_eq!((state.name(), effects.len()), ("cart", 0));
//!
//! let add = Event::Shopper(Action::Add(Sku::parse("tea-100g").unwrap(), 2));
//! let (state, effects) = state.step(add, &env);
//! assert_eq!(state.name(), "quoting");
//! let sent = effects.iter().find_map(|effect| match effect {
//!     Effect::Send { ticket, request, .. } => Some((*ticket, request.url.as_str())),
//!     _ => None,
//! });
//! let (ticket, url) = sent.unwrap();
//! assert!(url.starts_with("https://pay.example.com/v1/quote?item=tea-100g%3A2&locale=en&"));
//!
//! // No answer came: the cart stays, and the state machine says when to try again.
//! let (state, effects) = state.step(Event::Replied(ticket, Reply::Failed(Code::NetFailed)), &env);
//! assert_eq!((state.name(), state.connection()), ("quoting", Connection::Retrying(1)));
//! assert!(effects.iter().any(|effect| matches!(effect, Effect::WakeAt(Some(_)))));
//! ```
#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::wildcard_enum_match_arm)]

mod asking;
mod details;
mod discount;
mod effect;
mod env;
mod event;
mod following;
mod owning;
mod retry;
mod saved;
mod screen;
mod shopping;
mod state;
mod step;
mod watching;

pub use details::{AskedField, asked_fields, can_ask, is_to_be_asked};
pub use discount::CodeEntry;
pub use effect::{Effect, PageEvent, Ticket};
pub use env::{Config, EarlyRequest, Env};
pub use event::{Action, Event, Reply};
pub use saved::{OwnCode, Saved};
pub use screen::{Attempt, Connection, Doubt, Following, Notice, OrderOutcome, Screen, Task, Trouble};
pub use state::State;

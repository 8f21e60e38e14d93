//! THE MIND: `State::step(state, event, env) → (state, effects)`. Pure: no clock, no network, no wording, no screen.
//!
//! Glossary: an *event* is something that happened (a shopper's action, a reply, a timer); an *effect* is something for
//! the shell to do (send, save, tell the page). A *ticket* numbers the one request in flight; a reply with another
//! ticket is to an abandoned attempt and changes nothing. Everything here would be as true on a terminal screen.
#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::wildcard_enum_match_arm)]

mod effect;
mod env;
mod event;
mod following;
mod retry;
mod saved;
mod shopping;
mod state;
mod step;

pub use effect::{Effect, PageEvent, Ticket};
pub use env::{Config, Env};
pub use event::{Action, Event, Reply};
pub use saved::Saved;
pub use state::{Attempt, Connection, Doubt, Following, Notice, Screen, State, Task, Trouble};

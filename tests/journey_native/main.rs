//! Journeys without a browser: the mind on a terminal, a merchant's backend and the provider's sandbox over real HTTP.
//! Every fault of the sandbox is here. Nothing sleeps: the one clock of all is moved.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a journey stops at the first surprise")]

mod alipay;
mod bank;
mod bills;
mod books;
mod buying;
mod following;
mod given_order;
mod granting;
mod jumping;
mod late_money;
mod logging;
mod notifying;
mod outages;
mod postgres;
mod recognizing;
mod refunding;
mod sealing;
mod stage;
mod surfaces;
mod terminal;
mod text_browser;
mod wording;

//! The backend as its callers see it: real HTTP on loopback, every answer verified as the widget does and judged by the
//! OpenAPI description, the provider played by a small server that speaks WeChat Pay, the clock moved by hand.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed; the line says where")]

mod addresses;
mod admin;
mod banking;
mod checking;
mod comparing;
mod configuring;
mod confirming;
mod delivering;
mod deploying;
mod describing;
mod differing;
mod ending;
mod endless;
mod faulty_carts;
mod files;
mod garbage;
mod granted;
mod hanging;
mod limits;
mod native;
mod notifying;
mod numbering;
mod operating;
mod ordering;
mod polling;
mod postgres;
mod pricing;
mod quoting;
mod receipts;
mod records;
mod refusing;
mod releases;
mod repeating;
mod restocking;
mod rotating;
mod selling;
mod sharing;
mod showing;
mod stopping;
mod surfaces;
mod telling;
mod terminal;
mod toy;
mod withdrawing;

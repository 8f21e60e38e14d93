//! Test support, for every test and bench of the workspace: shops with their providers, browsers, databases, judges in other languages.
//! Not here: assertions about what a test is about.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod agreed;
pub mod backend;
pub mod books;
pub mod browser;
pub mod carts;
pub mod chance;
pub mod clock;
pub mod details;
pub mod examples;
mod faulty;
pub mod fixtures;
mod folder;
mod gallery;
pub mod judges;
mod letter;
mod line;
mod listening;
mod operator;
mod page;
mod place;
pub mod postgres;
mod program;
pub mod provider;
mod release;
mod request;
mod scene;
pub mod shop;

pub use agreed::price_digest;
pub use browser::{Browser, Engine, KEYS_ENTER, KEYS_ESCAPE, Look, Widget, difference, is_dark_on_light, lean, read_qr, sees_qr};
pub use chance::Chance;
pub use clock::Clock;
pub use faulty::faulty_widget;
pub use folder::Folder;
pub use gallery::{gallery, serve};
pub use line::{Letter, Line};
pub use listening::listener;
pub use operator::dist;
pub use page::Pages;
pub use place::root;
pub use postgres::Postgres;
pub use release::{NEW_WORD, OLD_WORD, another};
pub use request::{carrying, now, sending};
pub use scene::{Scene, snippet, snippet_pinning};
pub use shop::ShopOptions;

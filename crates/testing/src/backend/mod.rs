//! What the stories need: a shop with its backend, its provider and its clock, and a shopper's client. No assertions about rules.

pub mod account;
pub mod admin;
pub mod bank;
pub mod client;
pub mod description;
pub mod post;
pub mod provider;
pub mod receiver;
pub mod release;
pub mod robots;
pub mod shop;
pub mod toy;

pub use client::{item, key, nonce};
pub use post::Post;
pub use provider::Provider;
pub use receiver::Receiver;
pub use robots::Groups;
pub use shop::{SHOP_CATALOG, Shop};

/// What a program has written.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

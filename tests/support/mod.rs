//! What browser journeys are made of: a shop with its provider, a line that can be tampered with, pages of other origins,
//! a browser, a widget seen as a shopper sees it, and eyes that read QR codes.

mod browser;
mod eyes;
mod folder;
mod line;
mod page;
mod shop;
mod widget;

pub use browser::{Browser, KEYS_ENTER, KEYS_ESCAPE};
pub use eyes::{read_qr, sees_qr};
pub use line::{Letter, Line};
pub use page::Pages;
pub use shop::{Shop, ShopOptions};
pub use widget::Widget;

//! What browser journeys are made of: a shop with its provider, a line that can be tampered with, pages of other origins,
//! a browser of three engines, a widget seen as a shopper sees it, and eyes that read QR codes.

mod axe;
mod browser;
mod dark_reader;
mod driver;
mod engine;
mod eyes;
mod faulty;
mod folder;
mod gallery;
mod letter;
mod line;
mod operator;
mod page;
mod release;
mod scene;
mod screen;
mod shop;
mod widget;

pub use browser::{Browser, KEYS_ENTER, KEYS_ESCAPE};
pub use engine::{Engine, Look};
pub use eyes::{is_dark_on_light, read_qr, sees_qr};
pub use faulty::faulty_widget;
pub use gallery::{gallery, serve};
pub use line::{Letter, Line};
pub use operator::dist;
pub use page::Pages;
pub use release::{NEW_WORD, OLD_WORD, another};
pub use scene::{Scene, snippet, snippet_pinning};
pub use shop::ShopOptions;
pub use widget::Widget;

//! Every call into the browser is in this folder, a file per capability. No decisions, no screens.
//! What a capability takes it gives back when it is dropped: listeners, timers, requests, locks, channels.

mod clock;
mod dialog;
mod field;
mod host;
mod http;
mod intl;
mod listener;
mod page;
mod pattern;
mod picture;
mod plain;
mod random;
mod shopper;
mod signals;
mod storage;
mod stylesheet;
mod tabs;
mod wechat;

pub use field::{answer_of, chosen_value, entered, focus_on, input_value, value_beside};
pub use page::leave_page;
pub use picture::take_picture;
pub use shopper::{copy_text, load_file, reload, save_file};
pub use wechat::ask_wechat;

pub(crate) use clock::{Timer, now_ms, soon};
pub(crate) use dialog::{Dialog, Shown};
pub(crate) use host::{Host, Place};
pub(crate) use http::{Call, EarlyCall};
pub(crate) use intl::Intl;
pub(crate) use page::{Page, page_address};
pub(crate) use pattern::fits;
pub(crate) use plain::{text_member, to_page};
pub(crate) use random::random;
pub(crate) use signals::{Signals, is_online};
pub(crate) use storage::Storage;
pub(crate) use tabs::{Claim, Tabs};

//! What survives a reload: one text per backend in `localStorage`, which all tabs share, and what was typed, for half an hour and this tab
//! alone, in `sessionStorage`. Where the browser forbids storage, the first lives as long as the page.

use std::cell::RefCell;

use checkout::Saved;
use protocol::decimal;

use super::clock::{Timer, date_ms};

/// How long what was typed is kept, milliseconds.
const KEPT_MS: i64 = 1_800_000;

/// The memory of one checkout.
pub(crate) struct Storage {
    key: String,
    /// What was saved last, for browsers that keep nothing.
    kept: RefCell<Saved>,
    /// Ends the time of what was typed where the page stays that long.
    forgetting: RefCell<Option<Timer>>,
}

impl Storage {
    pub(crate) fn new(key: String) -> Storage {
        Storage { key, kept: RefCell::default(), forgetting: RefCell::default() }
    }

    /// Names this checkout among those of the origin; locks and channels go by it too.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn load(&self) -> Saved {
        match local_storage() {
            Some(storage) => storage.get_item(&self.key).ok().flatten().map_or_else(Saved::default, |text| Saved::from_text(&text)),
            None => self.kept.borrow().clone(),
        }
    }

    /// Nothing to remember leaves nothing behind.
    pub(crate) fn save(&self, saved: Saved) {
        if let Some(storage) = local_storage() {
            // A full storage costs the reload, not the checkout.
            _ = if saved == Saved::default() { storage.remove_item(&self.key) } else { storage.set_item(&self.key, &saved.to_text()) };
        }
        self.keep(saved);
    }

    /// Another tab has saved this.
    pub(crate) fn keep(&self, saved: Saved) {
        self.kept.replace(saved);
    }

    /// What was typed in this tab, if that is not long ago.
    pub(crate) fn answers(&self) -> String {
        let kept = session_storage().and_then(|storage| storage.get_item(&self.key).ok().flatten()).unwrap_or_default();
        let (kept_ms, digits) = decimal::leading(kept.as_bytes());
        if !(0..KEPT_MS).contains(&(date_ms() - kept_ms)) {
            forget(&self.key);
            return String::new();
        }
        self.forget_later();
        kept[digits..].to_owned()
    }

    /// Keeps what was typed; nothing leaves nothing behind.
    pub(crate) fn keep_answers(&self, text: &str) {
        if text.is_empty() {
            return forget(&self.key);
        }
        if let Some(storage) = session_storage() {
            _ = storage.set_item(&self.key, &[&decimal::text(date_ms()), text].concat());
        }
        self.forget_later();
    }

    fn forget_later(&self) {
        let key = self.key.clone();
        self.forgetting.replace(Some(Timer::after(KEPT_MS, move || forget(&key))));
    }
}

fn forget(key: &str) {
    if let Some(storage) = session_storage() {
        _ = storage.remove_item(key);
    }
}

fn session_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

fn local_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

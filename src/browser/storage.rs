//! What survives a reload: one text per backend in `localStorage`. Where the browser forbids storage, it
//! lives as long as the page.

use std::cell::RefCell;

use checkout::Saved;

/// The memory of one checkout.
pub(crate) struct Storage {
    key: String,
    /// What was saved last, for browsers that keep nothing.
    kept: RefCell<Saved>,
}

impl Storage {
    pub(crate) fn new(key: String) -> Storage {
        Storage { key, kept: RefCell::default() }
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
}

fn local_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

//! Several tabs, one order: a channel that says what was saved, and a lock on the creation of orders.

use std::cell::RefCell;
use std::rc::Rc;

use checkout::Saved;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, Event, MessageEvent};

use super::clock::{Timer, later, now_ms};
use super::listener::Listener;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, held: &JsValue) -> Result<Promise, JsValue>;
}

/// The other tabs and widgets of the same checkout. Absent where the browser has no channels.
pub(crate) struct Tabs {
    channel: Option<BroadcastChannel>,
    _listener: Option<Listener>,
}

impl Tabs {
    pub(crate) fn new(name: &str, saved: impl Fn(Saved) + 'static) -> Tabs {
        let channel = BroadcastChannel::new(name).ok();
        let heard = move |event: Event| {
            let text = event.unchecked_ref::<MessageEvent>().data().as_string();
            saved(Saved::from_text(&text.unwrap_or_default()));
        };
        let listener = channel.as_ref().map(|channel| Listener::new(channel, "message", heard));
        Tabs { channel, _listener: listener }
    }

    /// Tells the others what was saved. Reading storage again would be too early: browsers carry messages faster from one
    /// process to another than storage.
    pub(crate) fn tell(&self, saved: &Saved) {
        if let Some(channel) = &self.channel {
            _ = channel.post_message(&saved.to_text().into());
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

/// A lock that took longer than this was in the hands of another tab, milliseconds.
const WAITED_MS: i64 = 50;
/// What that tab saved before it gave the lock back is in this process's storage after this long, milliseconds.
const SETTLED_MS: i64 = 250;

/// No tab takes this long to make an order unless it sleeps or has died, milliseconds. Then the lock is not waited for any more.
const PATIENCE_MS: i64 = 10_000;

/// The right to create an order, or the wait for it. Dropping it gives the right back.
pub(crate) struct Claim {
    hold: Rc<Hold>,
    _patience: Timer,
}

/// Whether the lock that was asked for came in time.
type Granted = Box<dyn FnOnce(bool)>;

struct Hold {
    asked_ms: i64,
    /// Called with the right, once; none afterwards, and when the claim is dropped.
    granted: RefCell<Option<Granted>>,
    /// The function that ends the lock.
    release: RefCell<Option<Function>>,
}

impl Claim {
    /// Asks for the lock of that name; `granted` is called later, once. Browsers without Web Locks (pages on plain http)
    /// grant at once: there the backend's idempotency is what is left. A lock that nobody gives back is gone without after a
    /// while, and then `granted` is told so.
    pub(crate) fn new(name: &str, granted: impl FnOnce(bool) + 'static) -> Claim {
        let granted: Granted = Box::new(granted);
        let hold = Rc::new(Hold { asked_ms: now_ms(), granted: RefCell::new(Some(granted)), release: RefCell::default() });
        let (held, refused, tired) = (Rc::clone(&hold), Rc::clone(&hold), Rc::clone(&hold));
        let patience = Timer::after(PATIENCE_MS, move || tired.clone().grant(None, false));
        let on_lock = move || Promise::new(&mut |release, _| held.clone().grant(Some(release), true));
        let lock = request_lock(name, &Closure::once_into_js(on_lock));
        spawn_local(async move {
            let is_refused = match lock {
                Ok(lock) => JsFuture::from(lock).await.is_err(),
                Err(_) => true,
            };
            if is_refused {
                refused.grant(None, true);
            }
        });
        Claim { hold, _patience: patience }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.hold.granted.take();
        end(self.hold.release.take());
    }
}

impl Hold {
    fn grant(self: Rc<Self>, release: Option<Function>, is_in_time: bool) {
        if self.granted.borrow().is_none() {
            return end(release);
        }
        self.release.replace(release);
        let settled_ms = if now_ms() - self.asked_ms > WAITED_MS { SETTLED_MS } else { 0 };
        later(settled_ms, move || {
            if let Some(granted) = self.granted.take() {
                granted(is_in_time);
            }
        });
    }
}

fn end(lock: Option<Function>) {
    if let Some(release) = lock {
        _ = release.call0(&JsValue::NULL);
    }
}

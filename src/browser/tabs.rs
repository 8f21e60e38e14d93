//! Several tabs, one order: a channel that says "something was saved", and a lock on the creation of orders.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::BroadcastChannel;

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
    pub(crate) fn new(name: &str, saved: impl Fn() + 'static) -> Tabs {
        let channel = BroadcastChannel::new(name).ok();
        let listener = channel.as_ref().map(|channel| Listener::new(channel, "message", move |_| saved()));
        Tabs { channel, _listener: listener }
    }

    /// Tells the others to read storage again. What was saved is not sent: one truth is enough.
    pub(crate) fn tell(&self) {
        if let Some(channel) = &self.channel {
            _ = channel.post_message(&JsValue::NULL);
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

/// The right to create an order, or the wait for it. Dropping it gives the right back.
pub(crate) struct Claim {
    hold: Rc<RefCell<Hold>>,
}

enum Hold {
    Waiting,
    /// The function that ends the lock, if there is a lock.
    Held(Option<Function>),
    Dropped,
}

impl Claim {
    /// Asks for the lock of that name; `granted` is called later, once. Browsers without Web Locks (pages on plain http)
    /// grant at once: there the backend's idempotency is what is left.
    pub(crate) fn new(name: &str, granted: impl FnOnce() + 'static) -> Claim {
        let hold = Rc::new(RefCell::new(Hold::Waiting));
        let granted = Rc::new(RefCell::new(Some(granted)));
        let grant = {
            let hold = Rc::clone(&hold);
            move |release: Option<Function>| {
                hold.replace(Hold::Held(release));
                if let Some(granted) = granted.take() {
                    granted();
                }
            }
        };
        let on_lock = {
            let (hold, grant) = (Rc::clone(&hold), grant.clone());
            move || {
                Promise::new(&mut |release, _| {
                    if hold.borrow().is_wanted() { grant(Some(release)) } else { _ = release.call0(&JsValue::NULL) }
                })
            }
        };
        let asked = request_lock(name, &Closure::once_into_js(on_lock));
        let waiting = Rc::clone(&hold);
        spawn_local(async move {
            let refused = match asked {
                Ok(promise) => JsFuture::from(promise).await.is_err(),
                Err(_) => true,
            };
            if refused && waiting.borrow().is_wanted() {
                grant(None);
            }
        });
        Claim { hold }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Hold::Held(Some(release)) = self.hold.replace(Hold::Dropped) {
            _ = release.call0(&JsValue::NULL);
        }
    }
}

impl Hold {
    fn is_wanted(&self) -> bool {
        matches!(self, Hold::Waiting)
    }
}

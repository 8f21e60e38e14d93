//! One event listener that is gone when it is dropped.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    is_capturing: bool,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Hears what happens at the target itself, and what bubbles up to it.
    pub(super) fn new(target: &EventTarget, name: &'static str, callback: impl FnMut(Event) + 'static) -> Listener {
        Listener::listen(target, name, false, Closure::new(callback))
    }

    /// Hears what happens below the target too where it does not bubble.
    pub(super) fn capturing(target: &EventTarget, name: &'static str, callback: impl FnMut(Event) + 'static) -> Listener {
        Listener::listen(target, name, true, Closure::new(callback))
    }

    fn listen(target: &EventTarget, name: &'static str, is_capturing: bool, callback: Closure<dyn FnMut(Event)>) -> Listener {
        // Only a null callback makes this fail.
        _ = target.add_event_listener_with_callback_and_bool(name, callback.as_ref().unchecked_ref(), is_capturing);
        Listener { target: target.clone(), name, is_capturing, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        _ = self.target.remove_event_listener_with_callback_and_bool(self.name, callback, self.is_capturing);
    }
}

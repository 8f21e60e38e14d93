//! One event listener that is gone when it is dropped.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens in the capture phase, so that events that do not bubble are heard from below.
    pub(super) fn new(target: &EventTarget, name: &'static str, callback: impl FnMut(Event) + 'static) -> Listener {
        let callback = Closure::<dyn FnMut(Event)>::new(callback);
        // Only a null callback makes this fail.
        _ = target.add_event_listener_with_callback_and_bool(name, callback.as_ref().unchecked_ref(), true);
        Listener { target: target.clone(), name, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        _ = self.target.remove_event_listener_with_callback_and_bool(self.name, self.callback.as_ref().unchecked_ref(), true);
    }
}

//! Signs that it is worth asking again: the network is back, the page is looked at again.

use checkout::Event;
use web_sys::EventTarget;

use super::listener::Listener;

/// Hears them until it is dropped.
pub(crate) struct Signals {
    _listeners: Vec<Listener>,
}

impl Signals {
    pub(crate) fn new(heard: impl Fn(Event) + Clone + 'static) -> Signals {
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            let mut on = |target: &EventTarget, name, event: fn() -> Option<Event>| {
                let heard = heard.clone();
                listeners.push(Listener::new(target, name, move |_| {
                    if let Some(event) = event() {
                        heard(event);
                    }
                }));
            };
            on(&window, "online", || Some(Event::Online(true)));
            on(&window, "offline", || Some(Event::Online(false)));
            on(&window, "focus", || Some(Event::Returned));
            on(&window, "pageshow", || Some(Event::Returned));
            if let Some(document) = window.document() {
                on(&document, "visibilitychange", || is_visible().then_some(Event::Returned));
            }
        }
        Signals { _listeners: listeners }
    }
}

/// Whether the device says that it has a network. A "yes" means little, a "no" is true.
pub(crate) fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

fn is_visible() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| !document.hidden())
}

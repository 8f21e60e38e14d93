//! The element on the host page that the widget lives in: its shadow root, its focus.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ShadowRoot};

use super::{Dialog, stylesheet};

/// Where a drawing is put.
pub(crate) type Place = Element;

/// The element and its shadow root.
pub(crate) struct Host {
    element: HtmlElement,
    root: ShadowRoot,
}

impl Host {
    /// Prepares the shadow root.
    pub(crate) fn new(element: HtmlElement, root: ShadowRoot, css: &str) -> Host {
        stylesheet::adopt(&root, css);
        Host { element, root }
    }

    /// A new place to draw in, not on the page yet.
    pub(crate) fn make_place(&self) -> Option<Place> {
        self.element.owner_document()?.create_element("div").ok()
    }

    /// Puts a place on the page.
    pub(crate) fn show(&self, place: &Place) {
        // Only a place that contains the root itself could be refused.
        _ = self.root.append_child(place);
    }

    pub(crate) fn dialog(&self, closed: impl Fn() + 'static) -> Dialog {
        Dialog::new(&self.root, closed)
    }

    /// Moves the focus to the heading of the screen, unless the shopper is busy elsewhere on the page.
    pub(crate) fn focus_heading(&self) {
        if self.is_focus_elsewhere() {
            return;
        }
        if let Ok(Some(heading)) = self.root.query_selector("[data-focus]")
            && let Some(heading) = heading.dyn_ref::<HtmlElement>()
        {
            _ = heading.focus();
        }
    }

    /// Whether something outside of the widget has the focus. The page's body has it when a focused button went away.
    fn is_focus_elsewhere(&self) -> bool {
        if self.root.active_element().is_some() {
            return false;
        }
        let Some(document) = self.element.owner_document() else { return true };
        let focused = document.active_element();
        let body = document.body().map(Element::from);
        focused.is_some() && focused != body
    }
}

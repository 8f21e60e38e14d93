//! The element on the host page that the widget lives in: its shadow root, its language, its focus.

use protocol::json::Value;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ShadowRoot};

use super::{Dialog, page_events, stylesheet};

/// The element and the place in its shadow root where the widget draws.
pub(crate) struct Host {
    element: HtmlElement,
    root: ShadowRoot,
    place: Element,
}

impl Host {
    /// Prepares the shadow root. Fails only where the document is gone.
    pub(crate) fn new(element: HtmlElement, root: ShadowRoot, css: &str) -> Result<Host, JsValue> {
        let document = element.owner_document().ok_or("the element has no document")?;
        let place = document.create_element("div")?;
        stylesheet::adopt(&root, css);
        root.append_child(&place)?;
        Ok(Host { element, root, place })
    }

    /// Where to draw.
    pub(crate) fn place(&self) -> Element {
        self.place.clone()
    }

    /// Fires `qr-checkout-<name>`.
    pub(crate) fn emit(&self, name: &str, detail: &Value) {
        page_events::emit(&self.element, name, detail);
    }

    pub(crate) fn dialog(&self, closed: impl Fn() + 'static) -> Dialog {
        Dialog::new(&self.root, closed)
    }

    /// The nearest `lang` of the page, through shadow roots; else the browser's language.
    pub(crate) fn language(&self) -> String {
        let mut element: Option<Element> = Some(self.element.clone().into());
        while let Some(here) = element {
            if let Some(lang) = here.closest("[lang]").ok().flatten().and_then(|found| found.get_attribute("lang")) {
                return lang;
            }
            element = here.get_root_node().dyn_into::<ShadowRoot>().ok().map(|root| root.host());
        }
        web_sys::window().and_then(|window| window.navigator().language()).unwrap_or_default()
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

impl Drop for Host {
    fn drop(&mut self) {
        self.place.remove();
    }
}

//! The element on the host page that the widget lives in: its shadow root, its focus.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, ShadowRoot};

use super::{Dialog, picture, stylesheet};

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
        let place = self.element.owner_document()?.create_element("div").ok()?;
        place.set_class_name("place");
        Some(place)
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
        if !self.is_focus_elsewhere() {
            self.focus("[data-focus]");
        }
    }

    /// Moves the focus to an element if what had it went away.
    pub(crate) fn focus_instead(&self, selector: &str) {
        if self.root.active_element().is_none() && !self.is_focus_elsewhere() {
            self.focus(selector);
        }
    }

    fn focus(&self, selector: &str) {
        if let Ok(Some(element)) = self.root.query_selector(selector)
            && let Some(element) = element.dyn_ref::<HtmlElement>()
        {
            _ = element.focus();
        }
    }

    /// Keeps the code on the screen dark on light, whatever paints the page anew: extensions and night modes that rewrite colours
    /// leave pictures alone, so the code is painted over its own drawing; and what turns all colours round, it turns back.
    pub(crate) fn keep_code_readable(&self) {
        // Where one step fails, the drawing is there without the picture.
        if let Ok(canvases) = self.root.query_selector_all("canvas") {
            for at in 0..canvases.length() {
                _ = canvases.item(at).and_then(|canvas| paint(canvas.unchecked_into()));
            }
        }
        if let Some(place) = self.root.first_element_child() {
            _ = place.toggle_attribute_with_force("data-turned", is_turned(&self.element));
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

/// Paints the code beside it.
fn paint(canvas: HtmlCanvasElement) -> Option<()> {
    let path = canvas.previous_element_sibling()?.last_element_child()?.get_attribute("d")?;
    picture::paint(&canvas, 1, &path)
}

/// Whether filters around an element turn its colours round, as simple night modes do.
fn is_turned(element: &Element) -> bool {
    let mut around = Some(element.clone());
    let mut is_turned = false;
    while let Some(element) = around {
        is_turned ^= filter(&element).is_some_and(|filter| has(&filter, b"invert(") && !has(&filter, b"invert(0)"));
        around = element.parent_element().or_else(|| Some(element.get_root_node().dyn_ref::<ShadowRoot>()?.host()));
    }
    is_turned
}

/// Looked for byte by byte: the library's way is a kilobyte of brotli.
fn has(text: &str, part: &[u8]) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window == part)
}

fn filter(element: &Element) -> Option<String> {
    web_sys::window()?.get_computed_style(element).ok()??.get_property_value("filter").ok()
}

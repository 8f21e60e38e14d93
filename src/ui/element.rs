//! One way to write an element. Plain calls instead of `html!`: the macro's expansion of the same screens weighs more in
//! the wasm, and every shopper pays for it. Not here: what the elements mean.

use std::rc::Rc;

use yew::virtual_dom::{AttrValue, Listener, VNode, VTag, VText};
use yew::{Callback, Event, Html, MouseEvent};

/// An element being built.
pub(super) struct Element(VTag);

/// An element of that tag.
pub(super) fn element(tag: &'static str) -> Element {
    Element(VTag::new(tag))
}

/// An element that style sheets know by one name: its class inside, its `::part` outside.
pub(super) fn named(tag: &'static str, name: &'static str) -> Element {
    element(tag).is("class", name).is("part", name)
}

impl Element {
    /// A fixed attribute.
    pub(super) fn is(mut self, name: &'static str, value: &'static str) -> Element {
        self.0.add_attribute(name, AttrValue::Static(value));
        self
    }

    /// A computed attribute.
    pub(super) fn set(mut self, name: &'static str, value: String) -> Element {
        self.0.add_attribute(name, AttrValue::from(value));
        self
    }

    /// A fixed text.
    pub(super) fn say(self, text: &'static str) -> Element {
        self.put(VText::new(AttrValue::Static(text)).into())
    }

    /// A computed text.
    pub(super) fn text(self, text: String) -> Element {
        self.put(VText::new(AttrValue::from(text)).into())
    }

    /// A child.
    pub(super) fn child(self, child: Element) -> Element {
        self.put(child.html())
    }

    /// A child that may be missing. Its place stays taken, so that its siblings are never mistaken for each other.
    pub(super) fn maybe(self, child: Option<Element>) -> Element {
        self.put(child.map_or_else(VNode::default, Element::html))
    }

    /// Children.
    pub(super) fn children(mut self, children: impl IntoIterator<Item = Element>) -> Element {
        for child in children {
            self = self.child(child);
        }
        self
    }

    /// Tells it from its siblings when they move.
    pub(super) fn key(mut self, key: &str) -> Element {
        self.0.key = Some(key.into());
        self
    }

    /// Marks it as being worked on.
    pub(super) fn busy(self, busy: bool) -> Element {
        if busy { self.is("aria-busy", "true") } else { self }
    }

    /// Called on a click.
    pub(super) fn on_click(self, callback: Callback<MouseEvent>) -> Element {
        self.listen(Rc::new(yew::html::onclick::Wrapper::new(callback)))
    }

    /// Called when a field has a new value.
    pub(super) fn on_change(self, callback: Callback<Event>) -> Element {
        self.listen(Rc::new(yew::html::onchange::Wrapper::new(callback)))
    }

    /// The value of a field.
    pub(super) fn value(mut self, value: String) -> Element {
        self.0.set_value(AttrValue::from(value));
        self
    }

    /// Whether a radio button is chosen.
    pub(super) fn checked(mut self, checked: bool) -> Element {
        self.0.set_checked(checked);
        self
    }

    /// Done.
    pub(super) fn html(self) -> Html {
        self.0.into()
    }

    fn put(mut self, child: VNode) -> Element {
        self.0.add_child(child);
        self
    }

    fn listen(mut self, listener: Rc<dyn Listener>) -> Element {
        self.0.add_listener(listener);
        self
    }
}

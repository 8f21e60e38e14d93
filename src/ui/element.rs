//! One way to write an element: plain calls instead of `html!`, whose expansion of the same screens is longer in the wasm.
//! The only maker of nodes: elements of one list of attributes, texts and lists, each moved into the tree and never copied.
//! For shoppers `dist` makes Yew no larger than these need (crates/xtask/src/dist/lean/). Not here: what the elements mean.

use std::rc::Rc;

use yew::virtual_dom::{AttrValue, AttributeOrProperty, Attributes, Listener, VNode, VTag, VText};
use yew::{Callback, Event, Html, InputEvent, KeyboardEvent, MouseEvent};

macro_rules! attributes {
    ($($name:ident $text:literal,)*) => {
        /// Every attribute that a screen uses. With one list for all elements Yew compares attributes place by place; its map for
        /// attributes of any name would weigh 1.5 kB brotli more.
        #[derive(Clone, Copy)]
        pub(super) enum Attr { $($name,)* }

        /// By the place of their [`Attr`].
        const NAMES: &[&str] = &[$($text,)*];
    };
}

attributes! {
    Class "class",
    Part "part",
    Id "id",
    Role "role",
    Type "type",
    Name "name",
    Value "value",
    For "for",
    Autocomplete "autocomplete",
    Selected "selected",
    Maxlength "maxlength",
    Min "min",
    Max "max",
    Inputmode "inputmode",
    Lang "lang",
    Dir "dir",
    Tabindex "tabindex",
    Src "src",
    Href "href",
    Target "target",
    Rel "rel",
    Inert "inert",
    Open "open",
    Alt "alt",
    Loading "loading",
    Decoding "decoding",
    Referrerpolicy "referrerpolicy",
    ViewBox "viewBox",
    Width "width",
    Height "height",
    ShapeRendering "shape-rendering",
    FontSize "font-size",
    Fill "fill",
    D "d",
    AriaLabel "aria-label",
    AriaLabelledby "aria-labelledby",
    AriaDescribedby "aria-describedby",
    AriaInvalid "aria-invalid",
    AriaLive "aria-live",
    AriaHidden "aria-hidden",
    AriaBusy "aria-busy",
    AriaDisabled "aria-disabled",
    DataScreen "data-screen",
    DataFocus "data-focus",
}

/// An element being built. Behind a pointer, so that a chain of calls moves no more than that.
pub(super) struct Element(Box<Draft>);

struct Draft {
    tag: VTag,
    /// By the place of their [`Attr`].
    values: Box<[Option<AttributeOrProperty>]>,
}

/// An element of that tag.
pub(super) fn element(tag: &'static str) -> Element {
    Element(Box::new(Draft { tag: VTag::new(tag), values: vec![None; NAMES.len()].into() }))
}

/// An element that style sheets know by one name: its class inside, its `::part` outside.
pub(super) fn named(tag: &'static str, name: &'static str) -> Element {
    element(tag).attr(Attr::Class, name).attr(Attr::Part, name)
}

impl Element {
    /// A fixed attribute.
    pub(super) fn attr(self, name: Attr, value: &'static str) -> Element {
        self.attribute(name, AttrValue::Static(value))
    }

    /// A computed attribute.
    pub(super) fn attr_owned(self, name: Attr, value: String) -> Element {
        self.attribute(name, AttrValue::from(value))
    }

    /// A fixed text.
    pub(super) fn text(self, text: &'static str) -> Element {
        self.put(VText::new(AttrValue::Static(text)).into())
    }

    /// A computed text.
    pub(super) fn text_owned(self, text: String) -> Element {
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
        self.0.tag.key = Some(key.into());
        self
    }

    /// Marks it as being worked on.
    pub(super) fn busy(self, busy: bool) -> Element {
        if busy { self.attr(Attr::AriaBusy, "true") } else { self }
    }

    /// Called on a click.
    pub(super) fn on_click(self, callback: Callback<MouseEvent>) -> Element {
        self.listen(Rc::new(yew::html::onclick::Wrapper::new(callback)))
    }

    /// Called when a field has a new value.
    pub(super) fn on_change(self, callback: Callback<Event>) -> Element {
        self.listen(Rc::new(yew::html::onchange::Wrapper::new(callback)))
    }

    /// Called when a field in it, or it, has another text.
    pub(super) fn on_input(self, callback: Callback<InputEvent>) -> Element {
        self.listen(Rc::new(yew::html::oninput::Wrapper::new(callback)))
    }

    /// Called when a key goes down in a field.
    pub(super) fn on_key(self, callback: Callback<KeyboardEvent>) -> Element {
        self.listen(Rc::new(yew::html::onkeydown::Wrapper::new(callback)))
    }

    /// The value of a field.
    pub(super) fn value(mut self, value: String) -> Element {
        self.0.tag.set_value(AttrValue::from(value));
        self
    }

    /// Whether a radio button is chosen.
    pub(super) fn checked(mut self, checked: bool) -> Element {
        self.0.tag.set_checked(checked);
        self
    }

    /// Done.
    pub(super) fn html(mut self) -> Html {
        self.0.tag.attributes = Attributes::Dynamic { keys: NAMES, values: self.0.values };
        self.0.tag.into()
    }

    fn attribute(mut self, name: Attr, value: AttrValue) -> Element {
        self.0.values[name as usize] = Some(AttributeOrProperty::Attribute(value));
        self
    }

    fn put(mut self, child: VNode) -> Element {
        self.0.tag.add_child(child);
        self
    }

    fn listen(mut self, listener: Rc<dyn Listener>) -> Element {
        self.0.tag.add_listener(listener);
        self
    }
}

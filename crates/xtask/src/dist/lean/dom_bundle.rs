//! Puts virtual nodes on the page: tags, texts and lists of them, which are all that the widget makes. Each listener is on its own
//! element. What is on the page is changed in place, and moved only where its order has changed.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;

use gloo::utils::document;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, HtmlInputElement, Node, Text};

use crate::html::AnyScope;
use crate::virtual_dom::vtag::{InputFields, SVG_NAMESPACE, VTagInner};
use crate::virtual_dom::{AttrValue, AttributeOrProperty, Attributes, Key, Listener, Listeners, VNode, VTag};

/// The tree of an application; listeners need none.
#[derive(Debug, Clone)]
pub struct BSubtree;

impl BSubtree {
    /// The tree below `_host`.
    pub fn create_root(_host: &Element) -> BSubtree {
        BSubtree
    }
}

/// Events bubble as the browser has it.
pub fn set_event_bubbling(_: bool) {}

/// A place behind all that its parent has: the one component has its host for itself.
#[derive(Debug, Clone)]
pub(crate) struct DomSlot;

impl DomSlot {
    pub fn at_end() -> DomSlot {
        DomSlot
    }
}

/// The same, for whoever follows it.
#[derive(Debug, Clone)]
pub(crate) struct DynamicDomSlot;

impl DynamicDomSlot {
    pub fn new(_: DomSlot) -> DynamicDomSlot {
        DynamicDomSlot
    }

    pub fn to_position(&self) -> DomSlot {
        DomSlot
    }

    pub fn reassign(&self, _: DomSlot) {}
}

/// What a component has on the page.
#[derive(Debug)]
pub(crate) struct Bundle(Drawn);

impl Bundle {
    pub const fn new() -> Bundle {
        Bundle(Drawn::List(Vec::new()))
    }

    pub fn shift(&self, parent: &Element, _: DomSlot) {
        self.0.put(parent, None);
    }

    pub fn reconcile(&mut self, _: &BSubtree, _: &AnyScope, parent: &Element, _: DomSlot, next: VNode) -> DomSlot {
        self.0.become_like(next, parent, false, None);
        DomSlot
    }

    pub fn detach(self, _: &BSubtree, parent: &Element, _: bool) {
        self.0.remove(parent);
    }
}

/// A virtual node on the page.
#[derive(Debug)]
enum Drawn {
    Tag(Box<Tag>),
    Text { text: AttrValue, node: Text },
    List(Vec<Drawn>),
}

#[derive(Debug)]
struct Tag {
    element: Element,
    name: Option<AttrValue>,
    key: Option<Key>,
    attributes: Attributes,
    listeners: Vec<Attached>,
    children: Drawn,
}

/// A listener on an element. Each drawing brings another, which takes the place of the one before.
#[derive(Debug)]
struct Attached {
    current: Rc<RefCell<Rc<dyn Listener>>>,
    closure: Closure<dyn Fn(Event)>,
}

impl Drawn {
    /// Draws `new` before `next`, or at the end of `parent`.
    fn of(new: VNode, parent: &Element, is_svg: bool, next: Option<&Node>) -> Drawn {
        match new {
            VNode::VTag(tag) => Drawn::Tag(Box::new(Tag::of(alone(tag), parent, is_svg, next))),
            VNode::VText(text) => {
                let node = document().create_text_node(&text.text);
                insert(parent, &node, next);
                Drawn::Text { text: text.text, node }
            }
            VNode::VList(list) => {
                let mut drawn = Vec::new();
                change_list(&mut drawn, alone(list).children, parent, is_svg, next.cloned());
                Drawn::List(drawn)
            }
        }
    }

    /// Makes what is drawn like `new`; `next` is what follows on the page.
    fn become_like(&mut self, new: VNode, parent: &Element, is_svg: bool, next: Option<&Node>) {
        match (new, &mut *self) {
            (VNode::VTag(new), Drawn::Tag(tag)) if tag.is_like(&new) => tag.become_like(alone(new), is_svg),
            (VNode::VText(new), Drawn::Text { text, node }) => {
                if new.text != *text {
                    node.set_node_value(Some(&new.text));
                    *text = new.text;
                }
            }
            (VNode::VList(new), drawn) => {
                let mut list = match mem::replace(drawn, Drawn::List(Vec::new())) {
                    Drawn::List(list) => list,
                    one => vec![one],
                };
                change_list(&mut list, alone(new).children, parent, is_svg, next.cloned());
                *drawn = Drawn::List(list);
            }
            (new, drawn) => {
                let new = Drawn::of(new, parent, is_svg, next);
                mem::replace(drawn, new).remove(parent);
            }
        }
    }

    fn key(&self) -> Option<&Key> {
        if let Drawn::Tag(tag) = self { tag.key.as_ref() } else { None }
    }

    /// The first of its nodes on the page.
    fn first(&self) -> Option<Node> {
        match self {
            Drawn::Tag(tag) => Some(tag.element.clone().into()),
            Drawn::Text { node, .. } => Some(node.clone().into()),
            Drawn::List(list) => list.iter().find_map(Drawn::first),
        }
    }

    fn put(&self, parent: &Element, next: Option<&Node>) {
        match self {
            Drawn::Tag(tag) => insert(parent, &tag.element, next),
            Drawn::Text { node, .. } => insert(parent, node, next),
            Drawn::List(list) => list.iter().for_each(|one| one.put(parent, next)),
        }
    }

    fn remove(self, parent: &Element) {
        match self {
            Drawn::Tag(tag) => _ = parent.remove_child(&tag.element),
            Drawn::Text { node, .. } => _ = parent.remove_child(&node),
            Drawn::List(list) => list.into_iter().for_each(|one| one.remove(parent)),
        }
    }
}

/// A node that the tree alone holds; no screen keeps one for later.
fn alone<T>(node: Rc<T>) -> T {
    match Rc::try_unwrap(node) {
        Ok(node) => node,
        Err(_) => unreachable!(),
    }
}

fn insert(parent: &Element, node: &Node, next: Option<&Node>) {
    _ = parent.insert_before(node, next);
}

/// Makes a list like `new`: by their keys where all have one, else by their places, counted from the end.
fn change_list(drawn: &mut Vec<Drawn>, new: Option<Rc<Vec<VNode>>>, parent: &Element, is_svg: bool, mut next: Option<Node>) {
    let new = new.map(alone).unwrap_or_default();
    let mut old: Vec<Option<Drawn>> = mem::take(drawn).into_iter().map(Some).collect();
    let keyed = new.iter().all(VNode::has_key) && old.iter().flatten().all(|one| one.key().is_some());
    let partner = |(place, node): (usize, &VNode)| {
        if keyed { old.iter().flatten().position(|one| one.key() == node.key()) } else { (place + old.len()).checked_sub(new.len()) }
    };
    let partners: Vec<Option<usize>> = new.iter().enumerate().map(partner).collect();
    // What nobody is like goes first, so that what stays has its neighbours already.
    for (place, one) in old.iter_mut().enumerate() {
        if !partners.contains(&Some(place)) {
            one.take().into_iter().for_each(|one| one.remove(parent));
        }
    }
    let mut settled = old.len();
    for (node, partner) in new.into_iter().zip(partners).rev() {
        let found = partner.and_then(|place| Some((place, old.get_mut(place)?.take()?)));
        let one = match found {
            Some((place, mut one)) => {
                if place > settled {
                    one.put(parent, next.as_ref());
                } else {
                    settled = place;
                }
                one.become_like(node, parent, is_svg, next.as_ref());
                one
            }
            None => Drawn::of(node, parent, is_svg, next.as_ref()),
        };
        next = one.first().or(next);
        drawn.push(one);
    }
    drawn.reverse();
}

impl Tag {
    fn of(new: VTag, parent: &Element, is_svg: bool, next: Option<&Node>) -> Tag {
        let name = new.tag();
        let is_svg = is_svg || name == "svg";
        let made = if is_svg { document().create_element_ns(Some(SVG_NAMESPACE), name) } else { document().create_element(name) };
        let element = made.expect("screens name elements that there are");
        let VTag { inner, listeners, attributes, key, .. } = new;
        let mut tag =
            Tag { element, name: None, key, attributes: Attributes::default(), listeners: Vec::new(), children: Drawn::List(Vec::new()) };
        tag.change_attributes(attributes);
        tag.change_listeners(listeners);
        match inner {
            VTagInner::Other { tag: name, children } => {
                tag.name = Some(name);
                tag.children.become_like(children, &tag.element, is_svg, None);
            }
            VTagInner::Input(fields) => tag.change_input(&fields),
            VTagInner::Textarea(fields) => {
                tag.name = Some("textarea".into());
                tag.change_value(fields.value.as_ref());
            }
        }
        insert(parent, &tag.element, next);
        tag
    }

    fn is_like(&self, new: &VTag) -> bool {
        let name = if let VTagInner::Input(_) = &new.inner { None } else { Some(new.tag()) };
        self.key == new.key && self.name.as_deref() == name
    }

    fn become_like(&mut self, new: VTag, is_svg: bool) {
        let VTag { inner, listeners, attributes, .. } = new;
        self.change_attributes(attributes);
        self.change_listeners(listeners);
        match inner {
            VTagInner::Other { tag, children } => {
                self.children.become_like(children, &self.element, is_svg || &*tag == "svg", None);
            }
            VTagInner::Input(fields) => self.change_input(&fields),
            VTagInner::Textarea(fields) => self.change_value(fields.value.as_ref()),
        }
    }

    /// All elements have one list of names, so values are compared by place.
    fn change_attributes(&mut self, new: Attributes) {
        let old = mem::replace(&mut self.attributes, new);
        let Attributes::Dynamic { keys, values } = &self.attributes else { return };
        let olds: &[Option<AttributeOrProperty>] = if let Attributes::Dynamic { values, .. } = &old { values } else { &[] };
        for (place, (key, value)) in keys.iter().zip(values).enumerate() {
            let old = olds.get(place).and_then(text);
            let new = text(value);
            if old != new {
                _ = match new {
                    Some(value) => self.element.set_attribute(key, value),
                    None => self.element.remove_attribute(key),
                };
            }
        }
    }

    fn change_listeners(&mut self, new: Listeners) {
        let Listeners::Pending(new) = new else {
            self.stop_listening();
            return;
        };
        let new: Vec<Rc<dyn Listener>> = new.into_vec().into_iter().flatten().collect();
        let kind = |one: &Attached| one.current.borrow().kind();
        if self.listeners.iter().map(kind).eq(new.iter().map(|one| one.kind())) {
            for (one, new) in self.listeners.iter().zip(new) {
                one.current.replace(new);
            }
            return;
        }
        self.stop_listening();
        self.listeners = new.into_iter().map(|one| attach(&self.element, one)).collect();
    }

    fn stop_listening(&mut self) {
        for Attached { current, closure } in mem::take(&mut self.listeners) {
            let name = current.borrow().kind().type_name();
            _ = self.element.remove_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        }
    }

    /// A field shows what the screen says, also where somebody has typed since.
    fn change_input(&self, new: &InputFields) {
        if let Some(checked) = new.checked {
            self.element.unchecked_ref::<HtmlInputElement>().set_checked(checked);
        }
        self.change_value(new.value.as_ref());
    }

    /// A text area too has a `value`, and nothing else of it is asked for here.
    fn change_value(&self, new: Option<&AttrValue>) {
        let input: &HtmlInputElement = self.element.unchecked_ref();
        if let Some(value) = new.filter(|value| ***value != *input.value()) {
            input.set_value(value);
        }
    }
}

/// An element that is gone may still be held by the page, and a click on it must not reach what is gone.
impl Drop for Tag {
    fn drop(&mut self) {
        self.stop_listening();
    }
}

fn text(value: &Option<AttributeOrProperty>) -> Option<&str> {
    match value {
        Some(AttributeOrProperty::Attribute(text)) => Some(text),
        Some(AttributeOrProperty::Static(text)) => Some(text),
        Some(AttributeOrProperty::Property(_)) | None => None,
    }
}

fn attach(element: &Element, listener: Rc<dyn Listener>) -> Attached {
    let name = listener.kind().type_name();
    let current = Rc::new(RefCell::new(listener));
    let heard = Rc::clone(&current);
    let closure = Closure::<dyn Fn(Event)>::new(move |event| {
        let listener = Rc::clone(&*heard.borrow());
        listener.handle(event);
    });
    _ = element.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    Attached { current, closure }
}

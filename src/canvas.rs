//! The one Yew component: draws what it is given, again when it is told. No state of its own.

use std::rc::Rc;

use yew::{Component, Context, Html, Properties};

/// Something to draw.
pub(crate) trait Drawing {
    /// As it is now.
    fn html(&self) -> Html;
    /// It is on the page now.
    fn drawn(self: Rc<Self>);
}

/// The component.
pub(crate) struct Canvas;

/// What the component draws; it never gets another one.
#[derive(Clone, Properties)]
pub(crate) struct Props {
    drawing: Rc<dyn Drawing>,
}

impl Props {
    pub(crate) fn new(drawing: Rc<dyn Drawing>) -> Props {
        Props { drawing }
    }
}

impl PartialEq for Props {
    fn eq(&self, other: &Props) -> bool {
        Rc::ptr_eq(&self.drawing, &other.drawing)
    }
}

impl Component for Canvas {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Canvas>) -> Canvas {
        Canvas
    }

    fn update(&mut self, _: &Context<Canvas>, (): ()) -> bool {
        true
    }

    fn view(&self, context: &Context<Canvas>) -> Html {
        context.props().drawing.html()
    }

    fn rendered(&mut self, context: &Context<Canvas>, _: bool) {
        Rc::clone(&context.props().drawing).drawn();
    }
}

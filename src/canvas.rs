//! The one Yew component: draws what it is given, again when it is told. No state of its own.

use std::rc::Rc;

use yew::html::Scope;
use yew::{AppHandle, Component, Context, Html, Properties, Renderer};

use crate::browser::{Host, Place};

/// Something to draw.
pub(crate) trait Drawing {
    /// As it is now.
    fn html(&self) -> Html;
    /// It is on the page now.
    fn drawn(self: Rc<Self>);
}

/// A place on the page with a Yew application in it.
pub(crate) struct Mount {
    place: Place,
    app: AppHandle<Root>,
}

impl Mount {
    /// Shows a drawing in a host. None only where the document is gone.
    pub(crate) fn enter(host: &Host, drawing: Rc<dyn Drawing>) -> Option<Mount> {
        let place = host.make_place()?;
        let app = Renderer::with_root_and_props(place.clone(), Props { drawing }).render();
        host.show(&place);
        Some(Mount { place, app })
    }

    /// To be told when to draw again.
    pub(crate) fn canvas(&self) -> Scope<Root> {
        Scope::clone(&self.app)
    }

    /// Takes the drawing off the page.
    pub(crate) fn leave(self) {
        self.place.remove();
        self.app.destroy();
    }
}

/// The component.
pub(crate) struct Root;

/// What the component draws.
#[derive(Clone, Properties)]
pub(crate) struct Props {
    drawing: Rc<dyn Drawing>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Props) -> bool {
        Rc::ptr_eq(&self.drawing, &other.drawing)
    }
}

impl Component for Root {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Root>) -> Root {
        Root
    }

    fn update(&mut self, _: &Context<Root>, (): ()) -> bool {
        true
    }

    fn view(&self, context: &Context<Root>) -> Html {
        context.props().drawing.html()
    }

    fn rendered(&mut self, context: &Context<Root>, _: bool) {
        Rc::clone(&context.props().drawing).drawn();
    }
}

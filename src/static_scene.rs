//! One scene of the gallery on a page: drawn by the same code as a checkout, at one moment, without a backend.

use std::rc::Rc;

use yew::{Callback, Html};

use crate::browser::{Host, Intl};
use crate::canvas::{Drawing, Mount};
use crate::gallery::Scene;
use crate::i18n::messages;
use crate::ui::{self, View};

/// A scene and the language it is drawn in.
struct StaticScene {
    scene: Scene,
    locale: String,
    intl: Intl,
    host: Rc<Host>,
}

/// Draws a scene for as long as its page lives.
pub(crate) fn draw(host: Host, scene: Scene, locale: &str) {
    let host = Rc::new(host);
    let still = StaticScene { scene, locale: locale.to_owned(), intl: Intl::new(locale), host: Rc::clone(&host) };
    _ = Mount::enter(&host, Rc::new(still));
}

impl Drawing for StaticScene {
    fn html(&self) -> Html {
        ui::view(&View {
            state: &self.scene.state,
            messages: messages(&self.locale),
            format: &self.intl,
            now: self.scene.now,
            dialog: None,
            dispatch: &Callback::noop(),
            close: &Callback::noop(),
        })
    }

    fn drawn(self: Rc<Self>) {
        self.host.keep_code_readable();
    }
}

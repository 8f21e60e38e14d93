//! The `<dialog>` of dialog mode: a modal needs calls, not attributes. It is never modal where nobody could see it.

use wasm_bindgen::prelude::*;
use web_sys::{HtmlDialogElement, ShadowRoot};

use super::listener::Listener;

#[wasm_bindgen]
extern "C" {
    type Drawn;
    /// Not so in what has no box, and in what browsers skip: a closed `<details>`, for one.
    #[wasm_bindgen(method, js_name = checkVisibility)]
    fn check_visibility(this: &Drawn) -> bool;
}

/// Knows when the shopper closes the dialog by Esc or by its button.
pub(crate) struct Dialog {
    root: ShadowRoot,
    _listener: Listener,
}

/// What came of making the dialog on the page what it should be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// It was so before.
    Same,
    Opened,
    Closed,
    /// It stands in a part of the page that is not drawn, where a modal would only block the rest. It is closed again.
    Unseen,
}

impl Dialog {
    pub(super) fn new(root: &ShadowRoot, closed: impl Fn() + 'static) -> Dialog {
        Dialog { root: root.clone(), _listener: Listener::capturing(root, "close", move |_| closed()) }
    }

    /// Makes what is on the page what it should be.
    pub(crate) fn show(&self, open: bool) -> Shown {
        let found = self.root.query_selector("dialog").ok().flatten().map(JsCast::unchecked_into::<HtmlDialogElement>);
        // Moved on the page, a dialog is modal no more and open all the same.
        let is_open = |dialog: &HtmlDialogElement| dialog.matches(":modal").unwrap_or(dialog.open());
        let Some(dialog) = found.filter(|dialog| is_open(dialog) != open) else { return Shown::Same };
        if !open {
            dialog.close();
            return Shown::Closed;
        }
        dialog.set_open(false);
        _ = dialog.show_modal();
        if dialog.unchecked_ref::<Drawn>().check_visibility() {
            return Shown::Opened;
        }
        dialog.close();
        Shown::Unseen
    }
}

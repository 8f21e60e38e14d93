//! The `<dialog>` of dialog mode: a modal needs calls, not attributes.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, ShadowRoot};

use super::listener::Listener;

/// Knows when the shopper closes the dialog by Esc or by its button.
pub(crate) struct Dialog {
    root: ShadowRoot,
    _listener: Listener,
}

impl Dialog {
    pub(super) fn new(root: &ShadowRoot, closed: impl Fn() + 'static) -> Dialog {
        Dialog { root: root.clone(), _listener: Listener::capturing(root, "close", move |_| closed()) }
    }

    /// Makes what is on the page what it should be. True if it was opened by this.
    pub(crate) fn show(&self, open: bool) -> bool {
        let found = self.root.query_selector("dialog").ok().flatten().and_then(|found| found.dyn_into::<HtmlDialogElement>().ok());
        let Some(dialog) = found.filter(|dialog| dialog.open() != open) else { return false };
        if open {
            return dialog.show_modal().is_ok();
        }
        dialog.close();
        false
    }
}

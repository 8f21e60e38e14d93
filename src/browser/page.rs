//! The host page: what it hears, which the loader fires as a bubbling, composed `CustomEvent` and adds a developer's advice to; and its
//! address, to which wallets come back.

use js_sys::Function;
use protocol::json::Value;
use wasm_bindgen::JsValue;

use super::plain::{text_member, to_page};

/// The longest address that backends take. Providers cut longer ones.
const LONGEST: usize = 512;
/// Where the frame of the backend's own, in which a page may have the widget, says what is the address of that page.
const AROUND: &str = "qrCheckoutPage";
/// Where the loader looks for the whole address of a page that is loaded again.
const LEFT: &str = "qr-checkout-left";

/// The host page, as the loader lets it be told.
pub(crate) struct Page {
    tell: Function,
}

impl Page {
    /// `tell` takes the name of an event and its detail.
    pub(crate) fn new(tell: Function) -> Page {
        Page { tell }
    }

    /// Fires `qr-checkout-<name>` with a plain, frozen detail.
    pub(crate) fn emit(&self, name: &str, detail: &Value) {
        _ = self.tell.call2(&JsValue::NULL, &name.into(), &to_page(detail));
    }
}

/// The address of this page as a wallet could come back to it, or another browser open it: whole, or without query and fragment if that is too long. None where
/// nobody could: in an app's own scheme, in a frame without an address, in a sandbox.
pub(crate) fn page_address() -> Option<String> {
    let window = web_sys::window()?;
    if let Some(around) = text_member(&window, AROUND) {
        return (!around.is_empty()).then_some(around);
    }
    let location = window.location();
    let origin = location.origin().ok()?;
    let is_page = matches!(location.protocol().ok()?.as_str(), "http:" | "https:") && window.origin() == origin;
    let whole = location.href().ok()?;
    let short = [origin, location.pathname().ok()?].concat();
    [whole, short].into_iter().find(|address| is_page && address.len() <= LONGEST)
}

/// Keeps the whole address while the shopper is away in a wallet, which may come back to less of it.
pub fn leave_page() {
    let keep = || {
        let window = web_sys::window()?;
        window.session_storage().ok()??.set_item(LEFT, &window.location().href().ok()?).ok()
    };
    // Where storage is forbidden the shopper comes back to what the wallet was told.
    _ = keep();
}

//! What the host page hears: bubbling, composed `CustomEvent`s with a plain, frozen detail.

use protocol::json::Value;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement};

use super::plain::to_page;

/// Fires `qr-checkout-<name>` at the element.
pub(super) fn emit(element: &HtmlElement, name: &str, detail: &Value) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&to_page(detail));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(&format!("qr-checkout-{name}"), &init) {
        _ = element.dispatch_event(&event);
    }
}

//! The widget. What the loader calls: mount, the element's methods and properties, unmount. It decides
//! nothing about money or status.

pub mod browser;
mod canvas;
mod config;
mod facts;
#[cfg(feature = "gallery")]
pub mod gallery;
#[cfg(target_arch = "wasm32")]
mod heap;
pub mod i18n;
mod runtime;
#[cfg(feature = "gallery")]
mod static_scene;
pub mod ui;
#[cfg(feature = "unverified-for-tests")]
mod unverified;
mod widget;

use checkout::Action;
use protocol::{MAX_QUANTITY, Sku};
use wasm_bindgen::prelude::*;

use browser::{EarlyCall, Host, Page};
use config::{Attributes, QUANTITY, SKU};
use widget::{Mounted, Widget};

/// Puts a widget into the shadow root of an element. `attributes` are the element's, as plain strings, with the `texts` of the
/// locale among them; `tell` takes the names and details of events for the page; `early` is what was
/// asked beside the wasm, if anything was.
#[wasm_bindgen]
pub fn mount(
    element: web_sys::HtmlElement,
    root: web_sys::ShadowRoot,
    attributes: JsValue,
    tell: js_sys::Function,
    early: JsValue,
) -> Handle {
    let (host, page) = (Host::new(element, root, ui::CSS), Page::new(tell));
    Handle { mounted: Mounted::new(host, page, &read(&attributes), EarlyCall::read(&early)) }
}

/// A mounted widget, as the element's methods and properties reach it.
#[wasm_bindgen]
pub struct Handle {
    mounted: Mounted,
}

#[wasm_bindgen]
impl Handle {
    /// Attributes have changed.
    pub fn update(&self, attributes: JsValue) {
        self.mounted.widget.configure(&read(&attributes));
    }

    /// One of the element's methods by its name: `add`, `setQuantity`, `remove`, `clear`, `open`, `close` or `checkNow`.
    /// One entry for all: with one for each, and one for each property, glue and wasm together were 0.3 kB brotli larger.
    pub fn call(&self, method: &str, sku: JsValue, quantity: Option<f64>) {
        let widget = &self.mounted.widget;
        match method {
            "add" => self.change(&sku, quantity.unwrap_or(1.0), Widget::add),
            "setQuantity" => self.change(&sku, quantity.unwrap_or(f64::NAN), Widget::set_quantity),
            "remove" => self.change(&sku, 0.0, Widget::set_quantity),
            "clear" => widget.act(Action::Clear),
            "checkNow" => widget.act(Action::CheckNow),
            "open" => widget.open(true),
            _ => widget.open(false),
        }
    }

    /// One of the element's properties by its name: `items`, the `order` on the screen (verified facts, or null), or the
    /// `state`, which is the word for the screen.
    pub fn read(&self, property: &str) -> JsValue {
        let widget = &self.mounted.widget;
        browser::to_page(&match property {
            "items" => widget.items(),
            "order" => widget.order(),
            _ => widget.name().into(),
        })
    }

    /// Takes the widget off the page; the handle is of no use afterwards.
    pub fn unmount(self) {
        self.mounted.unmount();
    }

    fn change(&self, sku: &JsValue, quantity: f64, change: fn(&Widget, Sku, u32)) {
        let widget = &self.mounted.widget;
        let fits = quantity.fract() == 0.0 && (0.0..=f64::from(MAX_QUANTITY)).contains(&quantity);
        match sku.as_string().and_then(|sku| Sku::parse(&sku)) {
            None => widget.complain(SKU),
            Some(_) if !fits => widget.complain(QUANTITY),
            Some(sku) => change(widget, sku, quantity as u32),
        }
    }
}

/// Draws one scene of the gallery into a shadow root. The theme is the host element's, as everywhere.
///
/// # Errors
/// When there is no scene of that name.
#[cfg(feature = "gallery")]
#[wasm_bindgen]
pub fn gallery(root: web_sys::ShadowRoot, scenario: &str, locale: &str, theme: &str) -> Result<(), JsValue> {
    let scene = gallery::scene(scenario, locale).ok_or("there is no scene of that name")?;
    root.host().set_attribute("theme", theme)?;
    static_scene::draw(Host::new(root.host().unchecked_into(), root, ui::CSS), scene, locale);
    Ok(())
}

/// The names of the gallery's scenes, a list.
///
/// # Errors
/// Those of the browser.
#[cfg(feature = "gallery")]
#[wasm_bindgen]
pub fn scenarios() -> Result<JsValue, JsValue> {
    Ok(serde_wasm_bindgen::to_value(&gallery::scenarios())?)
}

/// The names of the gallery's locales, a list.
///
/// # Errors
/// Those of the browser.
#[cfg(feature = "gallery")]
#[wasm_bindgen]
pub fn locales() -> Result<JsValue, JsValue> {
    Ok(serde_wasm_bindgen::to_value(&i18n::locales())?)
}

/// Absent and mistyped members are attributes that are not there.
fn read(attributes: &JsValue) -> Attributes {
    Attributes::collect(|name| browser::text_member(attributes, name))
}

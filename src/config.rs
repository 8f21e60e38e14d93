//! Settings: the attributes as written on the page, read into values or into what is wrong with them.
//! Nothing is guessed: a bad pin or address stops the widget, because money would follow it.

use checkout::Config;
use protocol::{Backend, ClientReference, Code, Method, OrderId, OwnerKey, Pins, Surface};

/// The attributes of the element as the loader hands them over; absent ones are `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    /// Base URL of the merchant's backend.
    pub(crate) backend: Option<String>,
    /// Pins.
    pub(crate) merchant_key: Option<String>,
    /// The same, where browsers are to check answers by themselves (docs/spec/signing.md §8).
    pub(crate) integrity: Option<String>,
    /// An existing order to pay.
    pub(crate) order: Option<String>,
    /// `inline` or `dialog`.
    pub(crate) mode: Option<String>,
    /// BCP 47 tag of the language to speak, the attribute's or the page's.
    pub(crate) locale: Option<String>,
    /// The file of that locale; absent for English.
    pub(crate) texts: Option<String>,
    /// The shopper's discount code.
    pub(crate) discount_code: Option<String>,
    /// What the page says that a cart is about.
    pub(crate) client_reference: Option<String>,
    /// Choice of payment methods, separated by spaces.
    pub(crate) methods: Option<String>,
    /// The origin that the loader came from.
    pub(crate) script_url: Option<String>,
    /// Where the shopper pays, as the loader sees it: `app` or `wechat`; absent where a code is scanned.
    pub(crate) surface: Option<String>,
    /// The key to what of the order is for its buyer alone, on a page whose address has it.
    pub(crate) owner: Option<String>,
}

/// Why the widget cannot work on this page: a stable code, of docs/spec/signing.md §7 or of `advice.json`, which also says what to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault(pub(crate) &'static str);

impl From<Code> for Fault {
    fn from(code: Code) -> Fault {
        Fault(code.as_str())
    }
}

/// An element method was called with something that is no SKU.
pub(crate) const SKU: Fault = Fault("config-sku");
/// An element method was called with an impossible quantity.
pub(crate) const QUANTITY: Fault = Fault("config-quantity");
/// An element that pays an order of the shop's own was told to add something to a cart.
pub(crate) const NO_CART: Fault = Fault("config-no-cart");
/// The dialog was opened where the page draws nothing.
pub(crate) const UNSEEN: Fault = Fault("config-dialog-hidden");
/// The right to create an order was not given back by whoever has it.
pub(crate) const LOCK: Fault = Fault("env-lock");
const BACKEND: Fault = Fault("config-backend");
const ORDER: Fault = Fault("config-order");
const METHODS: Fault = Fault("config-methods");
const CLIENT_REFERENCE: Fault = Fault("config-client-reference");

impl Attributes {
    /// Collects the attributes from the loader's object of strings, whose members have the names of the element's properties.
    pub(crate) fn collect(member: impl Fn(&str) -> Option<String>) -> Attributes {
        Attributes {
            backend: member("backend"),
            merchant_key: member("merchantKey"),
            integrity: member("integrity"),
            order: member("order"),
            mode: member("mode"),
            locale: member("locale"),
            texts: member("texts"),
            discount_code: member("discountCode"),
            client_reference: member("clientReference"),
            methods: member("methods"),
            script_url: member("scriptUrl"),
            surface: member("surface"),
            owner: member("owner"),
        }
    }

    /// The pins of `merchant-key`.
    pub(crate) fn pins(&self) -> Result<Pins, Fault> {
        let pins = Pins::parse(self.merchant_key.as_deref().unwrap_or_default())?;
        #[cfg(feature = "unverified-for-tests")]
        let pins = crate::unverified::with_own(&pins)?;
        Ok(pins)
    }

    /// Whether the widget is a dialog. An unknown `mode` is `inline`, as HTML treats unknown words.
    pub(crate) fn is_dialog(&self) -> bool {
        self.mode.as_deref() == Some("dialog")
    }

    /// Settings of the state machine.
    pub(crate) fn config(&self) -> Result<Config, Fault> {
        let backend = present(&self.backend).or(present(&self.script_url)).and_then(Backend::parse).ok_or(BACKEND)?;
        let order = match present(&self.order) {
            Some(id) => Some(OrderId::parse(id).ok_or(ORDER)?),
            None => None,
        };
        let mut methods = Vec::new();
        for word in self.methods.as_deref().unwrap_or_default().split_ascii_whitespace() {
            methods.push(Method::parse(word).ok_or(METHODS)?);
        }
        let surface = self.surface.as_deref().and_then(Surface::parse).unwrap_or(Surface::Qr);
        let locale = self.locale.clone().unwrap_or_default();
        let code = present(&self.discount_code).unwrap_or_default().to_owned();
        let client_reference = match present(&self.client_reference) {
            Some(text) => Some(ClientReference::parse(text).ok_or(CLIENT_REFERENCE)?),
            None => None,
        };
        let owner = self.owner.as_deref().and_then(OwnerKey::parse).filter(|_| order.is_some());
        Ok(Config { backend, order, methods, locale, code, client_reference, surface, owner })
    }
}

/// The name of a checkout among those of an origin. A given order has its own, so that it never becomes a cart's order. Pins have
/// no part in it: cart and order outlive the merchant's change of keys (docs/spec/signing.md §6).
pub(crate) fn storage_key(config: &Config) -> String {
    let order = config.order.as_ref().map_or("", OrderId::as_str);
    ["qr-checkout", config.backend.as_str(), order].join(":")
}

fn present(attribute: &Option<String>) -> Option<&str> {
    attribute.as_deref().map(str::trim_ascii).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(backend: &str) -> Attributes {
        Attributes { backend: Some(backend.to_owned()), script_url: Some("https://pay.example.com".to_owned()), ..Attributes::default() }
    }

    fn config(attributes: &Attributes) -> Result<Config, &'static str> {
        attributes.config().map_err(|Fault(code)| code)
    }

    #[test]
    fn without_attributes_the_backend_is_the_scripts_origin() {
        let config = config(&attributes("")).unwrap();
        assert_eq!(config.backend.as_str(), "https://pay.example.com");
        assert_eq!((config.order, config.methods), (None, Vec::new()));
        assert_eq!(config.surface, Surface::Qr);
        assert!(!attributes("").is_dialog());
    }

    #[test]
    fn attributes_are_taken_as_written() {
        let mut written = attributes("http://127.0.0.1:8080/");
        written.order = Some("ord_1".to_owned());
        written.mode = Some("dialog".to_owned());
        written.locale = Some("en-GB".to_owned());
        written.discount_code = Some(" Spring-27 ".to_owned());
        written.methods = Some(" alipay  wechat_pay ".to_owned());
        written.surface = Some("app".to_owned());
        let config = config(&written).unwrap();
        assert_eq!((config.backend.as_str(), config.locale.as_str()), ("http://127.0.0.1:8080", "en-GB"));
        assert_eq!(config.code, "Spring-27");
        assert_eq!(config.order.unwrap().as_str(), "ord_1");
        assert_eq!(config.methods.iter().map(Method::as_str).collect::<Vec<_>>(), ["alipay", "wechat_pay"]);
        assert_eq!(config.surface, Surface::App);
        assert!(written.is_dialog());
    }

    #[test]
    fn attributes_that_cannot_be_meant_are_refused_by_name() {
        assert_eq!(config(&attributes("http://pay.example.com")), Err("config-backend"));
        assert_eq!(config(&Attributes::default()), Err("config-backend"));
        assert_eq!(config(&Attributes { order: Some("a b".to_owned()), ..attributes("") }), Err("config-order"));
        assert_eq!(config(&Attributes { methods: Some("a/b".to_owned()), ..attributes("") }), Err("config-methods"));
        for text in ["-visit", "a b", "a/b", &"x".repeat(65)] {
            let written = Attributes { client_reference: Some(text.to_owned()), ..attributes("") };
            assert_eq!(config(&written), Err("config-client-reference"), "{text}");
        }
        let written = Attributes { client_reference: Some(" visit-7.a ".to_owned()), ..attributes("") };
        assert_eq!(config(&written).unwrap().client_reference.unwrap().as_str(), "visit-7.a");
    }

    #[test]
    fn every_fault_has_its_advice() {
        let advice = protocol::json::parse(include_bytes!("advice.json")).unwrap();
        for Fault(code) in [SKU, QUANTITY, NO_CART, UNSEEN, LOCK, BACKEND, ORDER, METHODS] {
            assert!(advice.text(code).is_ok_and(|sentence| sentence.ends_with('.')), "{code}");
        }
        // The loader's own.
        for code in ["config-for", "config-locale", "config-native-integrity", "env-no-wasm", "load-timeout", "refused"] {
            assert!(advice.text(code).is_ok_and(|sentence| sentence.ends_with('.')), "{code}");
        }
    }

    #[test]
    fn a_page_without_a_good_pin_gets_the_pins_own_code() {
        let code = |key: Option<&str>| Attributes { merchant_key: key.map(str::to_owned), ..Attributes::default() }.pins().unwrap_err().0;
        assert_eq!(code(None), "pin-missing");
        assert_eq!(code(Some("ed25519-AAAA")), "pin-length");
        assert_eq!(code(Some("ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")), "pin-test-key");
    }
}

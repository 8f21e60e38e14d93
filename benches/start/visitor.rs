//! A shopper who has never been here: each visit is a tab of its own, with nothing cached, on a slow device, and the page is measured from
//! inside (`ruler.js`), so that no driver disturbs it.

use serde_json::{Value, json};
use testing::{Browser, Engine, Look, Pages};

use crate::slow_line::{SlowLine, Speed};

const RULER: &str = include_str!("ruler.js");
/// How many times slower the shopper's device is than this machine.
const CPU_SLOWDOWN: u32 = 4;
const POLICY: &str = "script-src * 'unsafe-inline' 'wasm-unsafe-eval'";
pub struct Visitor {
    browser: Browser,
    pages: Pages,
    /// The shop's origin, as the shopper reaches it.
    shop: String,
}

impl Visitor {
    pub async fn new(speed: &Speed) -> Visitor {
        let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
        let pages = Pages::start("'self'").await;
        let shop = SlowLine::before(&pages.origin(), speed).await;
        let visitor = Visitor { browser, pages, shop };
        visitor.put("home", "");
        visitor
    }

    /// The origin of its pages.
    pub fn shop(&self) -> &str {
        &self.shop
    }

    /// What the widget of those tags keeps of a cart with two teas in it: shoppers come to the checkout with a full cart.
    pub async fn cart(&self, tags: &str) -> Value {
        self.browser.goto(&self.put("page", tags)).await;
        let fill = "customElements.get('qr-checkout') && (document.querySelector('qr-checkout').add('tea-100g', 2), true)";
        self.browser.until(fill, json!([])).await;
        self.browser.until("document.querySelector('qr-checkout').state === 'quoted'", json!([])).await;
        let kept = self.browser.run("return Object.entries(localStorage)", json!([])).await;
        self.browser.goto(&format!("{}/home", self.shop)).await;
        kept
    }

    /// Measures a page of the shop of that body, whose looks are known to the ruler by that name, for a shopper whose browser keeps this
    /// and nothing else; what the ruler tells.
    pub async fn visit(&self, looks: &str, body: &str, kept: &Value) -> Value {
        let keep = "localStorage.clear(); for (const [name, text] of arguments[0]) localStorage.setItem(name, text)";
        self.browser.run(keep, json!([kept])).await;
        self.measure(looks, &self.put("page", body)).await
    }

    /// Measures any page.
    pub async fn measure(&self, looks: &str, page: &str) -> Value {
        let (home, _) = self.browser.new_tab().await;
        self.browser.forget_files().await;
        self.browser.slow_down(CPU_SLOWDOWN).await;
        // In a scope of its own, so that pages do not meet its names.
        self.browser.run_first(&format!("{{{RULER} window.measured = measure({looks:?})}}")).await;
        self.browser.goto(page).await;
        let report = self.browser.ask("measured.then(arguments[0])", json!([])).await;
        self.browser.close_tab(&home).await;
        report
    }

    fn put(&self, name: &str, body: &str) -> String {
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>A shop</title><link rel=\"icon\" href=\"data:,\">{body}</html>"
        );
        self.pages.put_document(name, html, POLICY.to_owned());
        format!("{}/{name}", self.shop)
    }
}

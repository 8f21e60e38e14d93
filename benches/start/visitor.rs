//! A shopper who has never been here: each visit is a tab of its own, with nothing cached, on a slow device, and the page reports what it
//! has measured by itself (`ruler.js`), so that no driver disturbs it.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};
use testing::{Browser, Engine, Look, Pages, serve};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::slow_line::{SlowLine, Speed};

const RULER: &str = include_str!("ruler.js");
/// How many times slower the shopper's device is than this machine.
const CPU_SLOWDOWN: u32 = 4;
/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(90);
const POLICY: &str = "script-src * 'unsafe-inline' 'wasm-unsafe-eval'";
/// Whether a cart can be paid.
const CAN_BE_PAID: &str = "document.querySelector('qr-checkout').shadowRoot.querySelector('.summary .primary:not([aria-disabled])')";

pub struct Visitor {
    browser: Browser,
    pages: Pages,
    /// The shop's origin, as the shopper reaches it.
    shop: String,
    report_url: String,
    reports: mpsc::UnboundedReceiver<String>,
}

impl Visitor {
    pub async fn new(speed: &Speed) -> Visitor {
        let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
        let pages = Pages::start("'self'").await;
        let shop = SlowLine::before(&pages.origin(), speed).await;
        let (sender, reports) = mpsc::unbounded_channel();
        let keep = |State(sender): State<mpsc::UnboundedSender<String>>, report: String| async move { sender.send(report).unwrap() };
        let report_url = serve(Router::new().route("/", post(keep)).with_state(sender)).await;
        let visitor = Visitor { browser, pages, shop, report_url, reports };
        visitor.put("home", "");
        visitor
    }

    /// What the widget of those tags keeps of a cart with two teas in it: shoppers come to the checkout with a full cart.
    pub async fn cart(&self, tags: &str) -> Value {
        self.browser.goto(&self.put("page", tags)).await;
        let fill = "customElements.get('qr-checkout') && (document.querySelector('qr-checkout').add('tea-100g', 2), true)";
        self.browser.until(fill, json!([])).await;
        self.browser.until(CAN_BE_PAID, json!([])).await;
        let kept = self.browser.run("return Object.entries(localStorage)", json!([])).await;
        self.browser.goto(&format!("{}/home", self.shop)).await;
        kept
    }

    /// Measures a page of that body, whose looks are known to the ruler by that name, for a shopper whose browser keeps this and nothing
    /// else; what the page reports.
    pub async fn visit(&mut self, looks: &str, body: &str, kept: &Value) -> Value {
        let ruler = format!("<script>{RULER}measure({looks:?}, {:?})</script>", self.report_url);
        let page = self.put("page", &format!("{ruler}{body}"));
        let keep = "localStorage.clear(); for (const [name, text] of arguments[0]) localStorage.setItem(name, text)";
        self.browser.run(keep, json!([kept])).await;
        let (home, _) = self.browser.new_tab().await;
        self.browser.forget_files().await;
        self.browser.slow_down(CPU_SLOWDOWN).await;
        self.browser.goto(&page).await;
        let report = timeout(PATIENCE, self.reports.recv()).await.unwrap_or_else(|_| panic!("a page never shows a code: {looks}"));
        self.browser.close_tab(&home).await;
        serde_json::from_str(&report.unwrap()).unwrap()
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

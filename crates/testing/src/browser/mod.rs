//! A browser as tests drive it, by the W3C WebDriver protocol: the same words in every engine. Waiting is done inside the
//! page, with a deadline; nothing here sleeps.

use std::path::{Path, PathBuf};
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use driver::Driver;

mod axe;
mod dark_reader;
mod driver;
mod engine;
mod eyes;
mod picture;
mod screen;
pub mod seat;
mod widget;

use engine::Special;
pub use engine::{Engine, Look, SCREEN, Screen};
pub use eyes::{is_dark_on_light, read_qr, sees_qr};
pub use picture::{difference, lean};
pub use widget::Widget;

/// How long a page may take to become as a test wants it.
const DEADLINE_MS: u32 = 40_000;
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const SHADOW: &str = "shadow-6066-11e4-a52e-4f735466cecf";

/// What has the focus, through every shadow root.
const FOCUSED: &str = "() => {
    let focused = document.activeElement;
    while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused.getAttribute('aria-label') ?? focused.textContent;
}";

const KEYS_TAB: &str = "\u{e004}";
pub const KEYS_ENTER: &str = "\u{e007}";
pub const KEYS_ESCAPE: &str = "\u{e00c}";

/// A browser that has seen nothing of this test's origins.
pub struct Browser {
    /// Present until it is dropped.
    driver: Option<Driver>,
}

impl Browser {
    pub async fn open(engine: Engine, look: Look) -> Browser {
        Browser::at(Driver::take(engine, look).await).await
    }

    /// A Chromium whose camera shows that film (`.y4m`, `.mjpeg`) over and over, and asks nobody for leave.
    pub async fn filming(look: Look, film: &Path) -> Browser {
        Browser::at(Driver::special(Engine::Chromium, look, Special::Film(film)).await).await
    }

    /// A browser that gives frames of other sites no storage: Chromium and Firefox can be told so.
    pub async fn without_third_parties(engine: Engine, look: Look) -> Browser {
        assert_ne!(engine, Engine::Webkit, "WebKitGTK cannot be told so");
        let browser = Browser::at(Driver::special(engine, look, Special::NoThirdParties).await).await;
        browser.forbid_third_parties().await;
        browser
    }

    async fn at(driver: Driver) -> Browser {
        let browser = Browser { driver: Some(driver) };
        browser.post("timeouts", json!({ "script": DEADLINE_MS + 10_000 })).await;
        browser.close_other_tabs().await;
        browser.goto("about:blank").await;
        browser.apply_look().await;
        browser.resize(1280, 1400).await;
        browser
    }

    fn driver(&self) -> &Driver {
        self.driver.as_ref().unwrap()
    }

    pub fn engine(&self) -> Engine {
        self.driver().engine()
    }

    pub(super) fn look(&self) -> Look {
        self.driver().look()
    }

    pub async fn goto(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    pub async fn reload(&self) {
        self.post("refresh", json!({})).await;
    }

    /// Opens another tab of the same browser and goes there; returns the tab left behind and the new one.
    pub async fn new_tab(&self) -> (String, String) {
        let old = self.get("window").await.as_str().unwrap().to_owned();
        let new = self.post("window/new", json!({ "type": "tab" })).await["handle"].as_str().unwrap().to_owned();
        self.switch(&new).await;
        (old, new)
    }

    /// Closes this tab and goes on in that one.
    pub async fn close_tab(&self, next: &str) {
        self.try_send("DELETE", "window", Value::Null).await.unwrap();
        self.switch(next).await;
    }

    pub async fn switch(&self, tab: &str) {
        self.post("window", json!({ "handle": tab })).await;
    }

    /// From now on everything is done inside of the frame of that selector, until the next page.
    pub async fn enter_frame(&self, selector: &str) {
        let frame = self.post("element", json!({ "using": "css selector", "value": selector })).await;
        self.post("frame", json!({ "id": frame })).await;
    }

    /// The same for the frame in the shadow root of a host, once it is there.
    pub async fn enter_frame_of(&self, host: &str) {
        let mut frames = self.in_shadow(host, "iframe").await;
        while frames.is_empty() {
            self.breathe().await;
            frames = self.in_shadow(host, "iframe").await;
        }
        self.post("frame", json!({ "id": Browser::reference(&frames[0]) })).await;
    }

    /// From now on everything is done in the page again.
    pub async fn leave_frames(&self) {
        self.post("frame", json!({ "id": null })).await;
    }

    /// Clicks the element that an expression of the page gives, as a person would: where it is drawn.
    pub async fn click_on(&self, expression: &str, arguments: Value) {
        while !self.click(&self.element(expression, arguments.clone()).await).await {}
    }

    /// The element that an expression of the page gives, once it does.
    pub async fn element(&self, expression: &str, arguments: Value) -> String {
        self.until(expression, arguments).await[ELEMENT].as_str().unwrap().to_owned()
    }

    /// Clicks at a place of the viewport, CSS pixels from its upper left corner.
    pub async fn click_at(&self, x: u32, y: u32) {
        let actions = json!([{ "type": "pointerMove", "x": x, "y": y }, { "type": "pointerDown", "button": 0 }, { "type": "pointerUp", "button": 0 }]);
        self.post("actions", json!({ "actions": [{ "type": "pointer", "id": "mouse", "actions": actions }] })).await;
    }

    /// Types into whatever has the focus.
    pub async fn press(&self, keys: &str) {
        let strokes: Vec<Value> =
            keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))).collect();
        self.post("actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] })).await;
    }

    /// What a script returns; `arguments` as in WebDriver.
    pub async fn run(&self, script: &str, arguments: Value) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// What a script hands to the function that is its last argument.
    pub async fn ask(&self, script: &str, arguments: Value) -> Value {
        self.post("execute/async", json!({ "script": script, "args": arguments })).await
    }

    /// Waits until an expression of the page is true, and returns its value.
    pub async fn until(&self, expression: &str, arguments: Value) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1], a = arguments, end = Date.now() + {DEADLINE_MS};
             const look = () => {{
               let value;
               try {{ value = ({expression}); }} catch (error) {{ value = null; }}
               if (value || Date.now() > end) done(value || null); else setTimeout(look, 30);
             }};
             look();"
        );
        let begun = Instant::now();
        // A page that goes away in the middle ends the script with a complaint or with nothing: it may come true on the next one.
        let went_away = |told: &Result<Value, String>| match told {
            Ok(value) => value.is_null(),
            Err(error) => error.contains("unload"),
        };
        let mut told = self.try_ask(&script, &arguments).await;
        while went_away(&told) && begun.elapsed().as_millis() < DEADLINE_MS.into() {
            told = self.try_ask(&script, &arguments).await;
        }
        let value = told.unwrap();
        assert!(!value.is_null(), "never came true: {expression} {arguments}\n{}", self.describe().await);
        value
    }

    async fn try_ask(&self, script: &str, arguments: &Value) -> Result<Value, String> {
        self.try_send("POST", "execute/async", json!({ "script": script, "args": arguments })).await
    }

    /// Lets the page run for a moment: one frame and one task. Tabs in the background have no frames.
    pub async fn breathe(&self) {
        let script = "const done = arguments[0], frame = document.hidden ? setTimeout : requestAnimationFrame;
            frame(() => setTimeout(done, 20))";
        self.ask(script, json!([])).await;
    }

    /// A picture by the driver, as PNG.
    pub(super) async fn picture(&self, path: &str) -> Vec<u8> {
        STANDARD.decode(self.get(path).await.as_str().unwrap()).unwrap()
    }

    /// A screenshot, also kept as `<name>.png` in the folder that `QR_CHECKOUT_SHOTS` names, for people to look at.
    pub async fn keep(&self, name: &str) -> Vec<u8> {
        let png = self.screenshot().await;
        if let Some(folder) = std::env::var_os("QR_CHECKOUT_SHOTS") {
            std::fs::write(PathBuf::from(folder).join(format!("{name}.png")), &png).unwrap();
        }
        png
    }

    /// Goes to a page as if nobody had ever been on its origin.
    pub async fn forget_everything(&self, url: &str) {
        self.goto(url).await;
        // The widget of this visit goes away before it can save anything more.
        self.run("document.querySelectorAll('qr-checkout').forEach(element => element.remove())", json!([])).await;
        self.breathe().await;
        self.run("localStorage.clear()", json!([])).await;
        self.goto(url).await;
    }

    /// The text of what has the focus, inside the widget too.
    pub async fn focused(&self) -> String {
        self.run(&format!("return ({FOCUSED})()"), json!([])).await.as_str().unwrap().to_owned()
    }

    /// Waits until something of that text has the focus.
    pub async fn focus_comes_to(&self, text: &str) {
        self.until(&format!("({FOCUSED})() === a[0]"), json!([text])).await;
    }

    /// Presses Tab until something whose text begins so has the focus.
    pub async fn tab_to(&self, text: &str) {
        for _ in 0..40 {
            if self.focused().await.starts_with(text) {
                return;
            }
            self.press(KEYS_TAB).await;
        }
        panic!("the Tab key does not lead to {text:?}");
    }

    /// The elements in the shadow root of a host that a selector finds.
    pub async fn in_shadow(&self, host: &str, selector: &str) -> Vec<String> {
        let host = self.post("element", json!({ "using": "css selector", "value": host })).await;
        let root = self.get(&format!("element/{}/shadow", host[ELEMENT].as_str().unwrap())).await;
        let path = format!("shadow/{}/elements", root[SHADOW].as_str().unwrap());
        let found = self.try_send("POST", &path, json!({ "using": "css selector", "value": selector })).await;
        // WebKitGTK calls a root detached now and then that is not; who looks for something looks again.
        let found = found.ok().and_then(|found| found.as_array().cloned()).unwrap_or_default();
        found.iter().map(|element| element[ELEMENT].as_str().unwrap().to_owned()).collect()
    }

    /// Role and name of an element as assistive technology gets them; none if it has just gone.
    pub async fn role_and_name(&self, element: &str) -> Option<(String, String)> {
        let role = self.try_send("GET", &format!("element/{element}/computedrole"), Value::Null).await.ok()?;
        let name = self.try_send("GET", &format!("element/{element}/computedlabel"), Value::Null).await.ok()?;
        Some((role.as_str()?.to_owned(), name.as_str()?.to_owned()))
    }

    /// Clicks; false if the element has just gone.
    pub async fn click(&self, element: &str) -> bool {
        self.try_send("POST", &format!("element/{element}/click"), json!({})).await.is_ok()
    }

    /// A reference to an element as scripts take it.
    pub fn reference(element: &str) -> Value {
        json!({ ELEMENT: element })
    }

    /// Every event of the widget and every violation of the page's policy since the page was opened.
    pub async fn events(&self) -> Vec<Value> {
        self.run("return window.heard", json!([])).await.as_array().unwrap().clone()
    }

    async fn describe(&self) -> String {
        let script = "return [...document.querySelectorAll('qr-checkout')].map(element =>
            element.state + ': ' + element.shadowRoot.textContent).join('\\n') + '\\n' + JSON.stringify(window.heard)";
        let page = self.try_send("POST", "execute/sync", json!({ "script": script, "args": [] })).await;
        let console = match self.engine() {
            Engine::Chromium => self.try_send("POST", "se/log", json!({ "type": "browser" })).await,
            Engine::Firefox | Engine::Webkit => Ok(Value::Null),
        };
        format!("{page:?}\n{console:?}")
    }

    async fn close_other_tabs(&self) {
        let tabs = self.get("window/handles").await;
        let (first, others) = tabs.as_array().unwrap().split_first().unwrap();
        for tab in others {
            self.switch(tab.as_str().unwrap()).await;
            self.try_send("DELETE", "window", Value::Null).await.unwrap();
        }
        self.switch(first.as_str().unwrap()).await;
    }

    async fn get(&self, path: &str) -> Value {
        self.try_send("GET", path, Value::Null).await.unwrap()
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        self.try_send("POST", path, body).await.unwrap()
    }

    async fn try_send(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        self.driver().command(method, path, body).await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // What a failed test leaves behind is not for the next one.
        if let Some(driver) = self.driver.take().filter(|_| !std::thread::panicking()) {
            driver.give_back();
        }
    }
}

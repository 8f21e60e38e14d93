//! A browser, by the W3C WebDriver protocol. Waiting is done inside the page, with a deadline; nothing here sleeps.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::folder::Folder;

/// Chromium without a screen, without a sandbox (tests run in containers) and without calls of its own.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=en-US",
];
/// How long a page may take to become as a test wants it.
const DEADLINE_MS: u32 = 40_000;
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const SHADOW: &str = "shadow-6066-11e4-a52e-4f735466cecf";

pub const KEYS_TAB: &str = "\u{e004}";
pub const KEYS_ENTER: &str = "\u{e007}";
pub const KEYS_ESCAPE: &str = "\u{e00c}";

/// One session: its own browser process with an empty profile. It ends when it is dropped.
pub struct Browser {
    driver: Child,
    _output: BufReader<ChildStdout>,
    port: u16,
    session: String,
    client: reqwest::Client,
    _profile: Folder,
}

impl Browser {
    pub async fn open() -> Browser {
        let (driver, output, port) = start_driver();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let profile = Folder::new("profile");
        let own = format!("--user-data-dir={}", profile.path().display());
        let mut browser = Browser { driver, _output: output, port, session: String::new(), client, _profile: profile };
        let arguments: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).chain([own]).collect();
        let capabilities =
            json!({ "alwaysMatch": { "goog:chromeOptions": { "args": arguments }, "goog:loggingPrefs": { "browser": "ALL" } } });
        let opened = browser.send("POST", "session", json!({ "capabilities": capabilities })).await;
        browser.session = opened["sessionId"].as_str().unwrap().to_owned();
        browser.post("timeouts", json!({ "script": DEADLINE_MS + 10_000 })).await;
        browser.record_events().await;
        browser.resize(1280, 1400).await;
        browser
    }

    pub async fn goto(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    pub async fn reload(&self) {
        self.post("refresh", json!({})).await;
    }

    /// The size of the page's viewport in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        self.resize_at(width, height, 1).await;
    }

    /// The same on a screen with that many pixels to a CSS pixel, each way.
    pub async fn resize_at(&self, width: u32, height: u32, scale: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// `light` or `dark`.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Takes the device off line, or back.
    pub async fn offline(&self, offline: bool) {
        let conditions = json!({ "offline": offline, "latency": 0, "throughput": 0 });
        self.post("chromium/network_conditions", json!({ "network_conditions": conditions })).await;
    }

    /// Opens another tab of the same browser and goes there; returns the tab left behind and the new one.
    pub async fn new_tab(&self) -> (String, String) {
        let old = self.get("window").await.as_str().unwrap().to_owned();
        let new = self.post("window/new", json!({ "type": "tab" })).await["handle"].as_str().unwrap().to_owned();
        self.switch(&new).await;
        self.record_events().await;
        (old, new)
    }

    pub async fn switch(&self, tab: &str) {
        self.post("window", json!({ "handle": tab })).await;
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
        let value = self.post("execute/async", json!({ "script": script, "args": arguments })).await;
        assert!(!value.is_null(), "never came true: {expression} {arguments}\n{}", self.describe().await);
        value
    }

    /// Lets the page run for a moment: one frame and one task.
    pub async fn breathe(&self) {
        let script = "const done = arguments[0]; requestAnimationFrame(() => setTimeout(done, 20))";
        self.post("execute/async", json!({ "script": script, "args": [] })).await;
    }

    pub async fn screenshot(&self) -> Vec<u8> {
        STANDARD.decode(self.get("screenshot").await.as_str().unwrap()).unwrap()
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
        let script = "let focused = document.activeElement;
            while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
            return focused.getAttribute('aria-label') ?? focused.textContent";
        self.run(script, json!([])).await.as_str().unwrap().to_owned()
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
        let found = self.post(&path, json!({ "using": "css selector", "value": selector })).await;
        found.as_array().unwrap().iter().map(|element| element[ELEMENT].as_str().unwrap().to_owned()).collect()
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

    /// Installed before any script of a page, because the first events come early.
    async fn record_events(&self) {
        let names = [
            "ready",
            "items-changed",
            "quoted",
            "order-created",
            "qr-shown",
            "status-changed",
            "paid",
            "expired",
            "refused",
            "unsure",
            "closed",
            "error",
        ];
        let source = format!(
            "window.heard = [];
             for (const name of {names}) addEventListener('qr-checkout-' + name, event => heard.push({{
               name, detail: event.detail, frozen: Object.isFrozen(event.detail), composed: event.composed, order: heard.length }}));
             document.addEventListener('securitypolicyviolation', event => heard.push({{
               name: 'violation', detail: event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample }}));",
            names = json!(names)
        );
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    }

    async fn describe(&self) -> String {
        let script = "return [...document.querySelectorAll('qr-checkout')].map(element =>
            element.state + ': ' + element.shadowRoot.textContent).join('\\n') + '\\n' + JSON.stringify(window.heard)";
        let page = self.try_send("POST", "execute/sync", json!({ "script": script, "args": [] })).await;
        let console = self.try_send("POST", "se/log", json!({ "type": "browser" })).await;
        format!("{page:?}\n{console:?}")
    }

    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    async fn get(&self, path: &str) -> Value {
        self.try_send("GET", path, Value::Null).await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.try_send("POST", path, body).await.unwrap()
    }

    async fn try_send(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        let value = self.send(method, &format!("session/{}/{path}", self.session), body).await;
        match value.get("error").filter(|_| value.get("stacktrace").is_some()) {
            Some(_) => Err(format!("{path}: {}", value["message"])),
            None => Ok(value),
        }
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("http://127.0.0.1:{}/{path}", self.port);
        let request = self.client.request(method.parse().unwrap(), url).timeout(Duration::from_secs(120));
        let request = if body.is_null() { request } else { request.header("content-type", "application/json").body(body.to_string()) };
        let reply = request.send().await.unwrap().text().await.unwrap();
        serde_json::from_str::<Value>(&reply).unwrap()["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session ends the browser's own processes; the driver is ours to end.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            _ = write!(stream, "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", self.session);
            _ = stream.read(&mut [0; 512]);
        }
        _ = self.driver.kill();
        _ = self.driver.wait();
    }
}

/// The driver, its output (which must stay open, or it ends), and its port.
fn start_driver() -> (Child, BufReader<ChildStdout>, u16) {
    let spawned = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut driver = spawned.expect("chromedriver (Debian: chromium-driver) is installed");
    let mut output = BufReader::new(driver.stdout.take().unwrap());
    let port = said_port(&mut output);
    (driver, output, port)
}

fn said_port(output: &mut BufReader<ChildStdout>) -> u16 {
    let mut line = String::new();
    loop {
        assert!(output.read_line(&mut line).unwrap() > 0, "chromedriver ended without naming its port");
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim().trim_end_matches('.').parse().unwrap();
        }
        line.clear();
    }
}

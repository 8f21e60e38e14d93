//! What kind of device a page is on: size, density, light, network, speed. Each engine has its own way.

use serde_json::{Value, json};

use super::Browser;
use super::engine::Engine;
use super::eyes::corner;

/// Puts a patch of that colour into the lower right corner of the page.
const PATCH: &str = "const patch = document.createElement('i');
    patch.id = 'patch';
    Object.assign(patch.style, { position: 'fixed', right: 0, bottom: 0, width: '8px', height: '8px', background: arguments[0] });
    document.body.append(patch)";

impl Browser {
    /// The size of the page's viewport in CSS pixels; never narrower than the engine can.
    pub async fn resize(&self, width: u32, height: u32) {
        let width = width.max(self.engine().narrowest());
        match self.engine() {
            Engine::Chromium => {
                let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": self.look().scale, "mobile": false });
                self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
            }
            Engine::Firefox => {
                let script = "const { style } = gBrowser.selectedBrowser;
                    [style.width, style.height, style.minHeight] = [arguments[0] + 'px', arguments[1] + 'px', '0']";
                self.in_firefox_itself(script, json!([width, height])).await;
            }
            Engine::Webkit => {
                self.post("window/rect", json!({ "width": width, "height": height })).await;
            }
        }
        let fits = "a[0] === innerWidth && innerHeight > 0";
        self.until(fits, json!([width])).await;
    }

    /// What the screen shows now.
    pub async fn screenshot(&self) -> Vec<u8> {
        match self.engine() {
            Engine::Chromium | Engine::Firefox => self.picture("screenshot").await,
            Engine::Webkit => self.latest_frame().await,
        }
    }

    /// The part of the screen that an element has; in WebKitGTK all of it, because only that tells how old it is.
    pub async fn picture_of(&self, element: &str) -> Vec<u8> {
        match self.engine() {
            Engine::Chromium | Engine::Firefox => self.picture(&format!("element/{element}/screenshot")).await,
            Engine::Webkit => self.latest_frame().await,
        }
    }

    /// WebKitGTK gives the frame it has drawn last, which may be older than the page. A patch of a new colour in the corner
    /// tells when the page of now is drawn.
    async fn latest_frame(&self) -> Vec<u8> {
        let mut colour = [0; 3];
        aws_lc_rs::rand::fill(&mut colour).unwrap();
        let [red, green, blue] = colour;
        self.run(PATCH, json!([format!("rgb({red} {green} {blue})")])).await;
        for _ in 0..400 {
            let frame = self.picture("screenshot").await;
            if corner(&frame).iter().zip(colour).all(|(seen, drawn)| seen.abs_diff(drawn) < 4) {
                self.run("document.getElementById('patch').remove()", json!([])).await;
                return frame;
            }
            self.breathe().await;
        }
        panic!("the page of now is never drawn");
    }

    /// A phone as far as pages can tell: its width, and what its browser calls itself. Chromium plays them all.
    pub async fn be_a_phone(&self, agent: &str) {
        self.resize(390, 844).await;
        self.devtools("Emulation.setUserAgentOverride", json!({ "userAgent": agent })).await;
    }

    /// The languages that a shopper has set, best first and separated by commas; from the next page on. Chromium alone can.
    pub async fn prefer_languages(&self, languages: &str) {
        let agent = self.run("return navigator.userAgent", json!([])).await;
        self.devtools("Emulation.setUserAgentOverride", json!({ "userAgent": agent, "acceptLanguage": languages })).await;
    }

    /// The size of plain type that a shopper has set, CSS pixels, or the browser's own again.
    pub async fn set_type_size(&self, size: Option<u32>) {
        assert_eq!(self.engine(), Engine::Firefox, "only Firefox takes it while it runs");
        let script = "const name = 'font.size.variable.x-western';
            if (arguments[0]) Services.prefs.setIntPref(name, arguments[0]); else Services.prefs.clearUserPref(name)";
        self.in_firefox_itself(script, json!([size])).await;
    }

    /// Takes the device off line, or back. WebKitGTK knows no way.
    pub async fn offline(&self, offline: bool) {
        match self.engine() {
            Engine::Chromium => {
                let conditions = json!({ "offline": offline, "latency": 0, "throughput": 0 });
                self.post("chromium/network_conditions", json!({ "network_conditions": conditions })).await;
            }
            Engine::Firefox => {
                self.in_firefox_itself("Services.io.offline = arguments[0]", json!([offline])).await;
            }
            Engine::Webkit => panic!("WebKitGTK asks the machine's network monitor, which a test cannot move"),
        }
    }

    /// Frames of other sites get no storage, in a browser of this test's own. Chromium was started so.
    pub(super) async fn forbid_third_parties(&self) {
        if self.engine() == Engine::Firefox {
            self.in_firefox_itself("Services.prefs.setIntPref('network.cookie.cookieBehavior', 1)", json!([])).await;
        }
    }

    /// Makes the device so many times slower for this tab. Chromium alone can.
    pub async fn slow_down(&self, times: u32) {
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await;
    }

    /// Whether pages run their scripts, from the next one on; the test's own run all the same. Chromium alone can.
    pub async fn run_scripts(&self, running: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !running })).await;
    }

    /// From the next page of this tab on there is no wasm, as in a browser that forbids it. Chromium alone can.
    pub async fn forbid_wasm(&self) {
        self.run_first("delete window.WebAssembly").await;
    }

    /// From the next page of this tab on that script runs before the page's own, whatever the page's policy allows. Chromium alone can.
    pub async fn run_first(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Forgets every file that pages have loaded, as Chromium can.
    pub async fn forget_files(&self) {
        self.devtools("Network.clearBrowserCache", json!({})).await;
    }

    /// Makes the screen what the test has asked for.
    pub(super) async fn apply_look(&self) {
        let look = self.look();
        match self.engine() {
            Engine::Chromium => {
                let features = json!([{ "name": "prefers-color-scheme", "value": if look.is_dark { "dark" } else { "light" } }]);
                self.devtools("Emulation.setEmulatedMedia", json!({ "media": "", "features": features })).await;
                // It runs scripts and has its own name again, whatever the story before wanted.
                self.run_scripts(true).await;
                self.devtools("Emulation.setUserAgentOverride", json!({ "userAgent": "" })).await;
            }
            Engine::Firefox => {
                let script = "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', arguments[0] ? 0 : 1);
                    Services.prefs.setStringPref('layout.css.devPixelsPerPx', arguments[1])";
                self.in_firefox_itself(script, json!([look.is_dark, format!("{}.0", look.scale)])).await;
            }
            // Chosen when it was started.
            Engine::Webkit => {}
        }
        let fits = "matchMedia('(prefers-color-scheme: dark)').matches === a[0]";
        self.until(fits, json!([look.is_dark])).await;
    }

    /// Paper or a screen (`print`, `screen`) with these features, as media queries ask for them; nothing is as it was. Chromium alone can.
    pub async fn be_media(&self, kind: &str, features: &[(&str, &str)]) {
        let features: Vec<Value> = features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": kind, "features": features })).await;
    }

    /// A command of Chromium's own protocol.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// A script with the browser's own rights.
    async fn in_firefox_itself(&self, script: &str, arguments: Value) {
        self.post("moz/context", json!({ "context": "chrome" })).await;
        self.run(script, arguments).await;
        self.post("moz/context", json!({ "context": "content" })).await;
    }
}

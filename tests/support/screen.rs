//! What kind of screen a page is on: size, density, light, network. Each engine has its own way.

use serde_json::{Value, json};

use super::browser::Browser;
use super::engine::Engine;

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

    /// Makes the screen what the test has asked for.
    pub(super) async fn apply_look(&self) {
        let look = self.look();
        match self.engine() {
            Engine::Chromium => {
                let features = json!([{ "name": "prefers-color-scheme", "value": if look.is_dark { "dark" } else { "light" } }]);
                self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
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

    /// A command of Chromium's own protocol.
    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// A script with the browser's own rights.
    async fn in_firefox_itself(&self, script: &str, arguments: Value) {
        self.post("moz/context", json!({ "context": "chrome" })).await;
        self.run(script, arguments).await;
        self.post("moz/context", json!({ "context": "content" })).await;
    }
}

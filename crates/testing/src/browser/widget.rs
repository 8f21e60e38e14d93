//! The widget as a shopper meets it: found by accessible roles and names, through its open shadow root.

use serde_json::{Value, json};

use super::Browser;

/// One `<qr-checkout>` on the page in a browser.
pub struct Widget<'a> {
    browser: &'a Browser,
    selector: String,
}

impl<'a> Widget<'a> {
    pub fn first(browser: &'a Browser) -> Widget<'a> {
        Widget::at(browser, "qr-checkout")
    }

    pub fn at(browser: &'a Browser, selector: &str) -> Widget<'a> {
        Widget { browser, selector: selector.to_owned() }
    }

    /// Waits until the element's `state` is that.
    pub async fn comes_to(&self, state: &str) {
        self.browser.until("document.querySelector(a[0]).state === a[1]", json!([self.selector, state])).await;
        self.browser.breathe().await;
    }

    /// Waits until it says that somewhere.
    pub async fn says(&self, text: &str) {
        self.browser.until("document.querySelector(a[0]).shadowRoot.textContent.includes(a[1])", json!([self.selector, text])).await;
    }

    /// Whether it says that now.
    pub async fn is_saying(&self, text: &str) -> bool {
        let script = "return document.querySelector(arguments[0]).shadowRoot.textContent.includes(arguments[1])";
        self.browser.run(script, json!([self.selector, text])).await == true
    }

    /// A property of the element.
    pub async fn property(&self, name: &str) -> Value {
        self.browser.run("return document.querySelector(arguments[0])[arguments[1]]", json!([self.selector, name])).await
    }

    /// Calls a method of the element.
    pub async fn call(&self, method: &str, arguments: Value) {
        let script = "document.querySelector(arguments[0])[arguments[1]](...arguments[2])";
        self.browser.run(script, json!([self.selector, method, arguments])).await;
    }

    /// Clicks the button whose accessible name begins so, once it is there.
    pub async fn click(&self, name: &str) {
        self.click_a("button", name).await;
    }

    /// The same for any role.
    pub async fn click_a(&self, role: &str, name: &str) {
        loop {
            let found = self.find(role, name).await;
            // Between finding and clicking the screen may have changed; then it is looked for again.
            if self.browser.click(&found).await {
                return;
            }
        }
    }

    /// The first element of that role whose accessible name begins so; waits for it.
    pub async fn find(&self, role: &str, name: &str) -> String {
        let selector = selector_of(role);
        for _ in 0..200 {
            if let Some(found) = self.look_for(selector, role, name).await {
                return found;
            }
            self.browser.breathe().await;
        }
        panic!("no {role} {name:?}");
    }

    /// Whether it is there now.
    pub async fn has(&self, role: &str, name: &str) -> bool {
        self.look_for(selector_of(role), role, name).await.is_some()
    }

    async fn look_for(&self, selector: &str, role: &str, name: &str) -> Option<String> {
        for element in self.browser.in_shadow(&self.selector, selector).await {
            let (its_role, its_name) = self.browser.role_and_name(&element).await.unwrap_or_default();
            if its_role == role && its_name.starts_with(name) {
                return Some(element);
            }
        }
        None
    }
}

/// Which elements can have that role.
fn selector_of(role: &str) -> &'static str {
    match role {
        "button" => "button",
        "link" => "a",
        "group" => "fieldset, [role=group]",
        "heading" => "h2",
        "image" | "img" => "svg, [role=img]",
        "dialog" => "dialog",
        "spinbutton" | "radio" | "textbox" => "input",
        _ => "*",
    }
}

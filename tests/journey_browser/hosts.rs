//! Hostile host pages: each document of `tests/hosts/`, named after what it does, sells tea whose code is decoded from the screen, or
//! says in words why not and tells the page by an event. What a document expects stands at its head, a line each:
//!
//! * `says: WORDS`: shoppers read them instead of a checkout; `tells: CODE`: the page hears of it by `qr-checkout-error`.
//! * `then: NAME`: the button of that name leads on from there to a sale; `sells: nothing`: it does not come to one.
//! * `check: EXPRESSION`: true in the end. `policy: …`: the page's, in place of the README's. `width: PX`. `frame: SELECTOR`.
//!
//! `QR_CHECKOUT_HOST` in the environment, a part of a name, chooses some of them. All are seen on a device that is set to dark. Waiting is not: where something never comes, the page hurries its own clock.

use std::path::Path;

use serde_json::json;
use testing::{Browser, Engine, Look, Scene, ShopOptions, faulty_widget, read_qr, serve};

told_in!([chromium firefox]: every_host_page_sells_or_says_why_not);

/// Finds the shop wherever the page has put it. Loops are plain, because pages change what arrays can do.
const HELPERS: &str = "
    try { localStorage.clear() } catch {}
    window.host = {
      find(selector, root = document) {
        const found = root.querySelector(selector);
        if (found) return found;
        for (const one of root.querySelectorAll('*')) {
          const inside = one.shadowRoot && !one.matches('qr-checkout') && host.find(selector, one.shadowRoot);
          if (inside) return inside;
        }
        return null;
      },
      element: () => host.find('qr-checkout'),
      frame: () => host.element().shadowRoot.querySelector('.frame'),
      style: (selector, name) => getComputedStyle(host.element().shadowRoot.querySelector(selector))[name],
      button(name) {
        for (const one of host.element().shadowRoot.querySelectorAll('button')) if (one.textContent.startsWith(name)) return one;
        return null;
      },
      add() {
        host.find('[data-qr-checkout-add]').click();
        window.dispatchEvent(new UIEvent('host-clicked'));
        return true;
      },
      text: () => document.body.innerText + (host.element().shadowRoot?.textContent ?? ''),
    };";

/// The README's policy, for a page that has scripts, styles and frames of its own.
const POLICY: &str = "default-src 'none'; script-src {{pay}} {{faulty}} {{self}} 'nonce-host' 'wasm-unsafe-eval'; connect-src {{pay}} {{faulty}}; \
    style-src 'nonce-host'; style-src-attr 'unsafe-inline'; img-src {{pay}}; frame-src {{self}}; base-uri http://127.0.0.1:9; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// A document and what it expects.
struct HostPage {
    name: String,
    html: String,
}

impl HostPage {
    fn all() -> Vec<HostPage> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hosts");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut pages: Vec<HostPage> = files
            .map(|path| HostPage {
                name: path.file_name().unwrap().to_str().unwrap().to_owned(),
                html: std::fs::read_to_string(&path).unwrap(),
            })
            .collect();
        pages.sort_by(|one, other| one.name.cmp(&other.name));
        pages
    }

    /// The values of a word at the head.
    fn every(&self, word: &str) -> Vec<&str> {
        let head = self.html.split_once("<!--").unwrap().1.split_once("-->").unwrap().0;
        head.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(": ")).collect()
    }

    fn one(&self, word: &str) -> Option<&str> {
        self.every(word).first().copied()
    }

    fn sells(&self) -> bool {
        self.one("sells").is_none() && (self.one("says").is_none() || self.one("then").is_some())
    }
}

async fn every_host_page_sells_or_says_why_not(engine: Engine) {
    let scene = Scene::before(engine, Look::DARK, ShopOptions::default()).await;
    let Scene { shop, pages, browser } = &scene;
    let first = ["<script src=\"/watch/recorder.js\"></script>".to_owned(), pages.watch("host.js", HELPERS)].concat();
    let places = [("pay", shop.url()), ("key", shop.pin().to_owned()), ("self", pages.origin()), ("faulty", serve(faulty_widget()).await)];
    let filled = |text: &str| places.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
    let all = HostPage::all();
    for page in &all {
        let policy = page.one("policy").unwrap_or(POLICY);
        pages.put_document(&page.name, filled(&page.html).replace("{{first}}", &first), filled(policy));
    }
    let wanted = std::env::var("QR_CHECKOUT_HOST").unwrap_or_default();
    let chosen: Vec<&HostPage> = all.iter().filter(|page| page.name.contains(&wanted)).collect();
    assert!(!chosen.is_empty(), "no document has {wanted} in its name");
    for page in chosen {
        browser.goto(&format!("{}/{}", pages.origin(), page.name)).await;
        browser.resize(page.one("width").map_or(800, |width| width.parse().unwrap()), 1400).await;
        if let Some(frame) = page.one("frame") {
            browser.enter_frame(frame).await;
        }
        add(browser, page).await;
        for words in page.every("says") {
            until(browser, page, &format!("host.text().includes({words:?})")).await;
        }
        if let Some(button) = page.one("then") {
            browser.click_on("host.button(a[0])", json!([button])).await;
        }
        if page.sells() {
            let payload = buy(browser, page).await;
            assert_eq!(payload, shop.sandbox.codes()[0].payload, "{}", page.name);
        }
        for code in page.every("tells") {
            until(browser, page, &format!("heard.some(event => event.name === 'error' && event.detail.code === {code:?})")).await;
        }
        for check in page.every("check") {
            until(browser, page, check).await;
        }
        if !page.sells() {
            browser.keep(&format!("host-{}-{engine:?}", page.name)).await;
        }
    }
}

/// Something goes into the cart as soon as a click would be heard; on a page that is about earlier clicks, before.
async fn add(browser: &Browser, page: &HostPage) {
    if page.one("adds") != Some("early") {
        let is_awake = "customElements.get('qr-checkout') && host.element()";
        let is_hopeless = page.one("policy").is_some_and(|policy| !policy.contains("script-src {{pay}}"));
        until(browser, page, if is_hopeless { "host.element()" } else { is_awake }).await;
    }
    until(browser, page, "!host.find('[data-qr-checkout-add]') || host.add()").await;
}

/// Pays by the button, and reads the code from the screen.
async fn buy(browser: &Browser, page: &HostPage) -> String {
    until(browser, page, "host.element().state === 'quoted'").await;
    browser.click_on("host.button('Pay') ?? host.button('支付')", json!([])).await;
    until(browser, page, "host.element().state === 'awaiting'").await;
    browser.keep(&format!("host-{}-{:?}", page.name, browser.engine())).await;
    let code = browser.element("host.element().shadowRoot.querySelector('.code')", json!([])).await;
    read_qr(&browser.picture_of(&code).await)
}

/// Waits for that; who waits in vain reads which page it was.
async fn until(browser: &Browser, page: &HostPage, expression: &str) {
    browser.until(&format!("/* {} */ {expression}", page.name), json!([])).await;
}

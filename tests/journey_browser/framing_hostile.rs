//! A frame in a hostile page: its scripts try to read, change and press what is inside, and cannot. And pages that may have no frame, whose
//! shoppers and developers are told.

use serde_json::{Value, json};
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget};

use crate::framing::{FRAMED, inside};
use crate::purchase::{order_tea, reasons};

told_in!([chromium firefox webkit]:
    a_hostile_page_neither_reads_nor_changes_nor_presses_what_is_inside
    a_page_that_is_not_listed_sees_an_empty_frame_and_a_code
    a_list_without_names_a_policy_without_frames_and_the_backends_own_pages_get_their_codes
);

/// What a script of the page gets when it reaches into the frame, by every way that there is; each must be nothing.
const REACH: &str = "
    const frame = document.querySelector('qr-checkout').shadowRoot.querySelector('iframe');
    const tried = {};
    const attempt = (name, act) => { try { tried[name] = String(act() ?? 'nothing') } catch (fault) { tried[name] = fault.name } };
    attempt('document', () => frame.contentDocument);
    attempt('window document', () => frame.contentWindow.document);
    attempt('address', () => frame.contentWindow.location.href);
    attempt('storage', () => frame.contentWindow.localStorage);
    attempt('element', () => frame.contentWindow.document.querySelector('qr-checkout').state);
    attempt('global', () => frame.contentWindow.qrCheckoutPage);
    attempt('frames', () => window[0].document);
    attempt('defined', () => { frame.contentWindow.stolen = 1; return 'defined' });
    return tried;";

/// What it sends: ports and commands of its own, clicks and keys that nobody pressed.
const ATTACK: &str = "
    const frame = document.querySelector('qr-checkout').shadowRoot.querySelector('iframe');
    window.said = [];
    const commands = [
      { call: ['pay'] }, { call: ['agree'] }, { call: ['click', 'Pay'] }, { call: ['remove'] }, { call: ['constructor'] }, { call: ['setAttribute', 'backend', 'https://evil.example'] },
      { call: ['attachShadow', {}] }, { call: ['dispatchEvent', 1] }, { call: 'add' }, { call: null }, { settings: null }, { settings: { merchantKey: 'ed25519-evil', backend: 'https://evil.example' } },
      { fill: ['email', 'evil@example.org'] }, { answers: { email: 'evil@example.org' } }, { read: 'email' }, { read: 'owner' }, { owner: true }, { eval: '1' }, { page: 'https://evil.example/' },
      { page: 'javascript:alert(1)' }, { kept: [['', '{\"items\":[],\"owner\":\"AAAAAAAAAAAAAAAAAAAAAA\"}']] }, { kept: 7 }, { saved: ['../..', '{}'] }, { saved: 7 }, { bridge: [0, 'get_brand_wcpay_request:ok'] },
      { hello: 1 }, { keep: ['', null] }, { __proto__: { call: ['clear'] } }, 7, null, 'call', [], { call: ['checkNow', 'x'.repeat(100000)] },
    ];
    for (const [type, target] of [['qr-checkout-frame-1', '*'], ['qr-checkout-frame-2', '*'], ['other', '*']]) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => said.push(data);
      frame.contentWindow.postMessage({ type, port: port2 }, target, [port2]);
      for (const command of commands) port1.postMessage(command);
    }
    for (const command of commands) frame.contentWindow.postMessage(command, '*');
    // From another frame, which is no parent.
    const other = document.createElement('iframe');
    document.body.append(other);
    const script = 'const { port1, port2 } = new MessageChannel(); target.postMessage({ type: \"qr-checkout-frame-1\", port: port2 }, \"*\", [port2])';
    other.contentWindow.target = frame.contentWindow;
    try { other.contentWindow.Function(script)() } catch {}
    const box = frame.getBoundingClientRect();
    for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
      for (let y = 20; y < box.height; y += 40) for (let x = 20; x < box.width; x += 60) {
        const at = { bubbles: true, composed: true, clientX: box.x + x, clientY: box.y + y };
        document.elementFromPoint(at.clientX, at.clientY)?.dispatchEvent(new MouseEvent(type, at));
        frame.dispatchEvent(new MouseEvent(type, at));
      }
    }
    frame.focus();
    for (const key of ['Tab', 'Enter', ' ']) for (const type of ['keydown', 'keypress', 'keyup']) {
      frame.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, composed: true }));
      document.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, composed: true }));
    }";

/// A script of the page that stands between the loader and the frame: it hears of every port, and sends what it likes on it.
const BETWEEN: &str = "
    window.ports = [];
    const Channel = window.MessageChannel;
    window.MessageChannel = class extends Channel { constructor() { super(); ports.push(this.port1) } };";

async fn a_hostile_page_neither_reads_nor_changes_nor_presses_what_is_inside(engine: Engine) {
    let options = ShopOptions { catalog: crate::details::CATALOG, ..ShopOptions::default() };
    let scene = Scene::framing(engine, Look::LIGHT, options).await;
    let Scene { shop, browser, pages, .. } = &scene;
    scene.show("en", &[pages.watch("between.js", BETWEEN), scene.snippet(FRAMED)].concat()).await;
    let page = order_tea(browser).await;
    let widget = inside(browser).await;
    crate::delivering::send_to(browser, "DE").await;
    widget.says("2–4 days").await;
    widget.comes_to("quoted").await;
    widget.click("Continue").await;
    widget.comes_to("details").await;
    let fill = "const field = document.querySelector('qr-checkout').shadowRoot.getElementById('ask-email');
        field.value = 'lin@example.org'; field.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.run(fill, json!([])).await;
    let looks = "return document.querySelector('qr-checkout').shadowRoot.innerHTML + document.querySelector('qr-checkout').outerHTML";
    let before = browser.run(looks, json!([])).await;
    browser.leave_frames().await;
    page.comes_to("details").await;

    let tried = browser.run(REACH, json!([])).await;
    for (way, got) in tried.as_object().unwrap() {
        assert!(["nothing", "SecurityError", "TypeError"].contains(&got.as_str().unwrap()), "{way}: {got}");
    }
    browser.run(ATTACK, json!([])).await;
    // The same on the port that the loader itself has, where the closed list is all that holds.
    browser.run(&ON_THE_PORT.replace("COMMANDS", COMMANDS), json!([])).await;
    browser.breathe().await;
    browser.breathe().await;
    inside(browser).await;
    let after = browser.run(looks, json!([])).await;
    let [before, after] = [before, after].map(|looks| looks.as_str().unwrap().to_owned());
    let first = before.bytes().zip(after.bytes()).position(|(before, after)| before != after);
    assert!(before == after, "what is inside has changed: {:?}", first.map(|at| (&before[at..], &after[at..])));
    let typed = "return document.querySelector('qr-checkout').shadowRoot.getElementById('ask-email').value";
    assert_eq!(browser.run(typed, json!([])).await, "lin@example.org");
    assert_eq!(browser.run("return [window.stolen ?? null, qrCheckoutPage]", json!([])).await, json!([null, page_of(&scene)]));
    browser.leave_frames().await;
    assert_eq!(page.property("state").await, "details");
    assert_eq!(shop.line.count("POST /v1/orders"), 0);
    // Nothing of what was typed was told, on whatever port.
    let heard: Value = browser.run("return [said, heard, Object.entries(localStorage)]", json!([])).await;
    assert!(!heard.to_string().contains("lin@") && heard[0] == json!([]), "{heard}");
}

fn page_of(scene: &Scene) -> String {
    format!("{}/shop", scene.pages.origin())
}

/// What no command of the list is, or is malformed.
const COMMANDS: &str = "[{ call: ['pay'] }, { call: ['agree'] }, { call: ['remove'] }, { call: ['setAttribute', 'backend', 'https://evil.example'] },
    { call: ['attachShadow', {}] }, { call: 'add' }, { call: null }, { settings: null }, { fill: ['email', 'evil@example.org'] }, { read: 'email' },
    { owner: true }, { page: 'https://evil.example/' }, { kept: 7 }, { kept: [['', '{\"items\":[],\"owner\":\"AAAAAAAAAAAAAAAAAAAAAA\"}']] }, { saved: ['../..', '{}'] },
    { bridge: [0, 'get_brand_wcpay_request:ok'] }, { keep: ['', null] }, 7, null, [], { opened: true }]";
const ON_THE_PORT: &str = "for (const command of COMMANDS) ports[0].postMessage(command);
    ports[0].postMessage({ page: location.href });";

async fn a_page_that_is_not_listed_sees_an_empty_frame_and_a_code(engine: Engine) {
    let mut scene = Scene::framing(engine, Look::LIGHT, ShopOptions::default()).await;
    scene.shop.list_origins(&["https://shop.example.com"]).await;
    scene.show("en", &scene.snippet(FRAMED)).await;
    let Scene { browser, shop, .. } = &scene;
    assert_eq!(reasons(browser).await, ["config-frame-not-allowed"]);
    Widget::first(browser).says("The checkout is not available here").await;
    assert_eq!(shop.line.count("GET /v1/quote"), 0);
    // A frame that the page makes by itself is as empty.
    let alone = "const frame = document.createElement('iframe'), { port1, port2 } = new MessageChannel();
        window.said = [];
        port1.onmessage = ({ data }) => said.push(data);
        frame.onload = () => { frame.contentWindow.postMessage({ type: 'qr-checkout-frame-1', port: port2 }, '*', [port2]); window.sent = true };
        frame.src = arguments[0] + '/frame';
        document.body.append(frame);";
    browser.run(alone, json!([shop.url()])).await;
    browser.breathe().await;
    browser.breathe().await;
    assert_eq!(browser.run("return said", json!([])).await, json!([]));
}

async fn a_list_without_names_a_policy_without_frames_and_the_backends_own_pages_get_their_codes(engine: Engine) {
    let mut scene = Scene::framing(engine, Look::LIGHT, ShopOptions::default()).await;
    let policy = scene.pages.policy();
    let (start, rest) = policy.split_once("frame-src ").unwrap();
    let without = format!("{start}{}", rest.split_once("; ").unwrap().1);
    let page = scene.pages.put_under("policy", "en", &scene.snippet(FRAMED), without);
    scene.browser.goto(&page).await;
    assert_eq!(reasons(&scene.browser).await, ["load-blocked"]);
    for listed in [&["*"][..], &["*", "null"], &[]] {
        scene.shop.list_origins(listed).await;
        scene.show("en", &scene.snippet(FRAMED)).await;
        assert_eq!(told(&scene.browser).await, "config-frame-origins", "{listed:?}");
    }
    // A page of the backend's own host.
    scene.browser.goto(&format!("{}/shop/", scene.shop.url())).await;
    let put = "const element = document.createElement('qr-checkout');
        window.heard = [];
        addEventListener('qr-checkout-error', event => heard.push({ name: 'error', detail: event.detail }));
        element.setAttribute('isolation', 'frame');
        document.body.append(element)";
    scene.browser.until("customElements.get('qr-checkout')", json!([])).await;
    scene.browser.run(put, json!([])).await;
    assert_eq!(told(&scene.browser).await, "config-frame-same-origin");
}

/// The code of the first error.
async fn told(browser: &Browser) -> Value {
    browser.until("window.heard?.find(event => event.name === 'error')?.detail.code", json!([])).await
}

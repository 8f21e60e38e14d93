//! Every state of the widget in every language at every width, and what the gallery cannot show before an independent judge of accessibility,
//! axe-core; what it can show is judged where it is looked at (`looks`).

use qr_checkout::i18n::locales;
use serde_json::json;

use crate::looks::PLACES;
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, gallery, serve};

/// Goes to a page of the gallery's, and waits until everything is drawn.
pub async fn visit(browser: &Browser, address: &str) {
    browser.goto(address).await;
    browser.until("document.documentElement.hasAttribute('data-ready')", json!([])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_does_look_into_shadow_roots() {
    let gallery = serve(gallery()).await;
    let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
    visit(&browser, &format!("{gallery}/?state=paid&locale=en&theme=light")).await;
    assert_eq!(browser.axe("#states").await, [""; 0]);
    let spoil = "document.querySelector('gallery-state').shadowRoot.querySelector('button:not([aria-label])').textContent = ''";
    browser.run(spoil, json!([])).await;
    assert_ne!(browser.axe("#states").await, [""; 0]);
}

/// Every scene is there in every language; and narrow, where columns begin, and wide nothing sticks out of its box, nothing is cut off, and
/// a button is as high as its words need.
#[tokio::test(flavor = "multi_thread")]
async fn every_scene_is_in_the_gallery_and_has_its_place_at_every_width() {
    let gallery = serve(gallery()).await;
    let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
    browser.resize(1280, 1100).await;
    let misplaced = "return [...document.querySelectorAll('figure')].flatMap(figure => {
        const state = figure.querySelector('gallery-state'), box = state.getBoundingClientRect();
        const wrong = one => isOut(one, box) || isCut(one) || (one.matches('button') && one.getBoundingClientRect().height > 100);
        const all = [...state.shadowRoot.querySelectorAll('*')].filter(one => !one.closest('.unseen, svg'));
        return all.filter(wrong).map(one => `${figure.querySelector('figcaption').textContent}: ${one.outerHTML.slice(0, 80)}`);
    })";
    // A language at a time: all of them together are more than a busy machine lays out before a script has to be over.
    for locale in locales() {
        visit(&browser, &format!("{gallery}/?theme=light&locale={locale}")).await;
        let names =
            browser.run("return [...document.querySelectorAll('[name=state] option')].map(one => one.value).filter(Boolean)", json!([]));
        let names: Vec<String> = serde_json::from_value(names.await).unwrap();
        assert_eq!(names, qr_checkout::gallery::scenarios());
        assert_eq!(shown(&browser).await, names.iter().filter(|name| !name.contains("dialog")).count(), "{locale}");
        for width in ["320", "560", "720"] {
            let widen = "const field = document.querySelector('[name=width]'); field.add(new Option(a[0])); field.value = a[0];
                field.dispatchEvent(new Event('change', { bubbles: true }));";
            browser.run(&format!("const a = arguments; {widen}"), json!([width])).await;
            browser.breathe().await;
            assert_eq!(browser.run(&format!("{PLACES} {misplaced}"), json!([])).await, json!([]), "{locale} at {width}");
        }
    }
}

/// Two states that the gallery cannot show, because they are the element's and not the checkout's.
#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_an_open_dialog_nor_where_there_is_no_checkout() {
    let scene = Scene::before(Engine::Chromium, Look::DARK, ShopOptions::default()).await;
    scene.show("en", &scene.snippet("mode=\"dialog\"")).await;
    let widget = Widget::first(&scene.browser);
    widget.call("add", json!(["tea-100g"])).await;
    widget.call("open", json!([])).await;
    widget.comes_to("quoted").await;
    widget.find("dialog", "Your cart").await;
    assert_eq!(scene.browser.axe("qr-checkout").await, [""; 0]);
    scene.show("en", &scene.snippet("").replace("merchant-key=\"ed25519-", "merchant-key=\"rsa-")).await;
    widget.comes_to("misconfigured").await;
    assert_eq!(scene.browser.axe("qr-checkout").await, [""; 0]);
}

/// How many states are drawn on the page.
async fn shown(browser: &Browser) -> usize {
    let drawn = "return [...document.querySelectorAll('gallery-state')].filter(state => state.shadowRoot.querySelector('h2')).length";
    browser.run(drawn, json!([])).await.as_u64().unwrap().try_into().unwrap()
}

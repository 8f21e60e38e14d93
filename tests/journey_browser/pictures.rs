//! Pictures that are kept in the repository, and that they are of now: those of `looks`, the README's, and one of each way to sell.
//! `UPDATE_PICTURES=1` takes them anew; the difference is then looked at in review.

use std::fs;
use std::path::{Path, PathBuf};

use merchant::api_keys::{self, Scope};
use serde_json::{Value, json};
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, difference, lean, root};

use crate::looks::shown;
use crate::{counter, framing};

/// Of 10,000 pixels, so many may be another colour.
const ALLOWED: usize = 20;

/// By name, the frames of the README's pictures.
const README: [(&str, &str); 2] = [
    ("checkout", "awaiting/en/light/880/"),
    ("on-phones", "cart-methods/en/light/390/,awaiting-app/zh-Hans/light/390/porcelain,paid/en/dark/390/"),
];

/// A picture of the element of that script, and what is wrong with it: it is not like the one that is kept. `UPDATE_PICTURES` keeps it.
pub async fn compared(browser: &Browser, element: &str, kept: &Path) -> Option<String> {
    let place = format!(
        "const {{ x, y, width, height }} = {element}.getBoundingClientRect();
        return [Math.round(x + scrollX), Math.round(y + scrollY), Math.ceil(width), Math.ceil(height)]"
    );
    let picture = browser.picture_at(&browser.run(&place, json!([])).await).await;
    let differs = fs::read(kept).map_or(10_000, |kept| difference(&kept, &picture));
    let is_update = std::env::var_os("UPDATE_PICTURES").is_some();
    // What is taken anew leaves room for what engines and machines do by themselves.
    if differs <= if is_update { ALLOWED / 5 } else { ALLOWED } {
        return None;
    }
    let seen = root().join("target/pictures").join(kept.strip_prefix(root()).unwrap());
    let file = if is_update { kept } else { &seen };
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, lean(&picture)).unwrap();
    (!is_update).then(|| format!("{differs} of 10,000 pixels differ from {}: see {}", kept.display(), seen.display()))
}

/// Pictures in a folder that nothing is compared with, which `UPDATE_PICTURES` removes.
pub fn not_needed(folder: &Path, needed: &[PathBuf]) -> Vec<String> {
    let kept = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let stray: Vec<PathBuf> = kept.filter(|file| !needed.contains(file)).collect();
    if std::env::var_os("UPDATE_PICTURES").is_none() {
        return stray.iter().map(|file| format!("{} is of nothing that is drawn", file.display())).collect();
    }
    stray.iter().for_each(|file| fs::remove_file(file).unwrap());
    Vec::new()
}

/// The README's pictures show the checkout as it is.
#[tokio::test(flavor = "multi_thread")]
async fn every_picture_of_the_readme_is_of_now() {
    for (name, frames) in README {
        let browser = shown(frames).await;
        browser.run("document.querySelectorAll('figcaption').forEach(one => one.remove())", json!([])).await;
        let wrong = compared(&browser, "document.querySelector('#states')", &root().join(format!("docs/{name}.png"))).await;
        assert_eq!(wrong, None);
    }
}

/// How a page of a shop looks that has a checkout on it.
const SHOP: &str = "const sheet = new CSSStyleSheet();
    sheet.replaceSync('body { margin: 0; background: #e9f0ea } button { display: none } qr-checkout { display: block; margin: 2rem }');
    document.adoptedStyleSheets.push(sheet);
    document.activeElement?.blur()";

/// Compares the page with its picture in the docs, at that width.
async fn pictured(scene: &Scene, name: &str) -> Option<String> {
    compared(&scene.browser, "document.documentElement", &root().join(format!("docs/ways/{name}.png"))).await
}

/// The picture of each way to sell, in docs/ways.md.
#[tokio::test(flavor = "multi_thread")]
async fn every_picture_of_a_way_to_sell_is_of_now() {
    let scene = Scene::before(Engine::Chromium, Look::LIGHT, ShopOptions::default()).await;
    let mut wrong = Vec::new();

    scene.browser.resize(880, 500).await;
    scene.show("en", &scene.snippet("")).await;
    let widget = Widget::first(&scene.browser);
    widget.comes_to("cart").await;
    for sku in ["tea-100g", "gaiwan"] {
        widget.call("add", json!([sku])).await;
    }
    widget.comes_to("quoted").await;
    // What was just added is marked for a moment.
    scene.browser.reload().await;
    Widget::first(&scene.browser).comes_to("quoted").await;
    scene.browser.run(SHOP, json!([])).await;
    wrong.extend(pictured(&scene, "tag").await);

    scene.browser.resize(640, 500).await;
    scene.browser.goto(&format!("{}/pay?item=tea-100g:2&item=gaiwan", scene.shop.url())).await;
    wrong.extend(pictured(&scene, "page").await);

    let (_, key) = api_keys::create(scene.shop.merchant().unwrap().store(), "pictures", &Scope::ALL, 0).await.unwrap();
    let open = json!({ "open_amount": { "name": "Donation", "currency": "CNY", "least": 500, "most": 50_000, "suggestions": [1000, 2500, 5000] } });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let making = client.post(format!("{}/admin/v1/links", scene.shop.url())).bearer_auth(key).header("idempotency-key", "pictures");
    let made: Value = serde_json::from_str(&making.body(open.to_string()).send().await.unwrap().text().await.unwrap()).unwrap();
    scene.browser.goto(made["url"].as_str().unwrap()).await;
    wrong.extend(pictured(&scene, "link").await);

    assert_eq!(wrong, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_picture_of_a_way_to_sell_in_a_frame_is_of_now() {
    let scene = framing::open(Engine::Chromium, ShopOptions::default()).await;
    scene.browser.resize(880, 500).await;
    let widget = Widget::first(&scene.browser);
    widget.call("add", json!(["tea-100g", 2])).await;
    widget.comes_to("quoted").await;
    scene.browser.reload().await;
    Widget::first(&scene.browser).comes_to("quoted").await;
    scene.browser.run(SHOP, json!([])).await;
    assert_eq!(pictured(&scene, "frame").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_picture_of_a_way_to_sell_at_a_counter_is_of_now() {
    let scene = counter::scene(Engine::Chromium, Look::LIGHT).await;
    scene.browser.resize(880, 700).await;
    let (_, key) = counter::counter_key(&scene.shop).await;
    counter::open(&scene.browser, &scene.shop, &key).await;
    counter::press(&scene.browser, "2500").await;
    assert_eq!(pictured(&scene, "counter").await, None);
}

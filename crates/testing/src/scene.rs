//! The scene of most stories: a shop, an origin with pages that embed its widget, and a browser.

use super::browser::{Browser, Engine, Look};
use super::page::Pages;
use super::shop::{Shop, ShopOptions};

/// All of it; it ends when it is dropped.
pub struct Scene {
    pub shop: Shop,
    pub pages: Pages,
    pub browser: Browser,
}

impl Scene {
    /// With the browser on an English page that has the README's snippet.
    pub async fn open(engine: Engine) -> Scene {
        Scene::open_with(engine, ShopOptions::default()).await
    }

    /// The same with a shop of choice.
    pub async fn open_with(engine: Engine, options: ShopOptions) -> Scene {
        let scene = Scene::before(engine, Look::LIGHT, options).await;
        scene.show("en", &scene.snippet("")).await;
        scene
    }

    /// With the browser on no page yet, on a screen of choice.
    pub async fn before(engine: Engine, look: Look, options: ShopOptions) -> Scene {
        let shop = Shop::open_with(options).await;
        let pages = Pages::start(&shop.url()).await;
        Scene { browser: Browser::open(engine, look).await, shop, pages }
    }

    /// The same with pages that may have the widget in a frame: the backend lists their origin by its name.
    pub async fn framing(engine: Engine, look: Look, options: ShopOptions) -> Scene {
        let mut shop = Shop::open_with(options).await;
        let pages = Pages::start_framing(&shop.url()).await;
        shop.list_origins(&[&pages.origin()]).await;
        Scene { browser: Browser::open(engine, look).await, shop, pages }
    }

    /// The same in a browser that gives the frame no storage. The page is of another site by its name: its address.
    pub async fn framing_without_storage(engine: Engine, body: impl Fn(&Scene) -> String) -> (Scene, String) {
        let mut shop = Shop::open_with(ShopOptions::default()).await;
        let pages = Pages::start_framing(&shop.url()).await;
        let origin = pages.origin().replace("127.0.0.1", "localhost");
        shop.list_origins(&[&origin]).await;
        let scene = Scene { browser: Browser::without_third_parties(engine, Look::LIGHT).await, shop, pages };
        let page = scene.pages.put("shop", "en", &body(&scene)).replace("127.0.0.1", "localhost");
        (scene, page)
    }

    /// Goes to a page of that language and body.
    pub async fn show(&self, language: &str, body: &str) {
        self.browser.goto(&self.pages.put("shop", language, body)).await;
    }

    /// The README's snippet for this shop, with more attributes, and two buttons.
    pub fn snippet(&self, attributes: &str) -> String {
        snippet(&self.shop, attributes)
    }
}

/// The README's snippet, with more attributes, and two buttons.
pub fn snippet(shop: &Shop, attributes: &str) -> String {
    snippet_pinning(shop, shop.pin(), attributes)
}

/// The same with pins of choice.
pub fn snippet_pinning(shop: &Shop, pins: &str, attributes: &str) -> String {
    let url = shop.url();
    format!(
        r#"<script type="module" src="{url}/qr-checkout.js"></script>
           <button data-qr-checkout-add="tea-100g" data-qr-checkout-quantity="2">Add tea</button>
           <button data-qr-checkout-add="gaiwan">Add gaiwan</button>
           <qr-checkout backend="{url}" merchant-key="{pins}" {attributes}></qr-checkout>"#
    )
}

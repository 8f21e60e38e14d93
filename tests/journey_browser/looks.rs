//! How the widget looks, in a covering set: every scene in every theme, size, scheme and language, and every pair of these somewhere. An
//! independent judge of accessibility finds nothing in it, rules that are computed hold on all of it, and each picture is like the one that was looked at (`tests/pictures/`). `UPDATE_PICTURES=1` takes them anew; the
//! difference is then looked at in review.

use std::collections::BTreeMap;

use qr_checkout::gallery::scenarios;
use qr_checkout::i18n::locales;
use serde_json::json;

use crate::gallery::visit;
use crate::pictures::{compared, not_needed};
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, gallery, root, serve};

told_in!([chromium firefox webkit]:
    words_on_any_accent_can_be_read
    the_pay_button_stays_in_sight_below_a_long_cart
    a_logo_stands_at_the_head_of_the_checkout
    a_way_to_reach_the_shop_is_shown_where_only_the_shop_can_help
    adding_is_answered_by_the_line_and_by_voice
);

// The only engine that tells of layout shifts.
told_in!([chromium]: nothing_jumps_when_the_widget_comes);

// The only engine that can be told what media queries ask for.
told_in!([chromium]: screens_print_keep_still_and_keep_their_borders_when_they_are_asked_to);

/// As shipped, and the shops of `www/themes/`.
const THEMES: [&str; 7] = ["", "arcade", "atelier", "blossom", "market", "porcelain", "terminal"];
/// CSS pixels.
const WIDTHS: [u32; 4] = [320, 390, 768, 1280];
const SCHEMES: [&str; 2] = ["light", "dark"];
/// How clear two colours are beside each other, by the relative luminance of WCAG 2.2, and on what an element stands.
const COLOURS: &str = r"
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    const known = new Map();
    const rgba = colour => {
      if (known.has(colour)) return known.get(colour);
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
      return known.get(colour);
    };
    const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
    const contrast = (one, other) => {
      const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    };
    const parent = one => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host;
    const ground = one => {
      for (; one; one = parent(one)) {
        const colour = rgba(getComputedStyle(one).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return [255, 255, 255, 255];
    };";

/// Whether an element is out of a box, or cut off.
pub const PLACES: &str = "
    const isOut = (one, box) => {
      const { left, right, width } = one.getBoundingClientRect();
      return width && (left < box.left - 1 || right > box.right + 1);
    };
    const isCut = one => one.clientWidth && getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;";

/// What is wrong in each figure, by rules that can be computed: words below 4.5 : 1 (WCAG 2.2 §1.4.3; 3 : 1 where large), something out of
/// its box or cut off, and a target for fingers below 44 pixels each way.
const JUDGE: &str = r"
    return [...document.querySelectorAll('figure')].flatMap(figure => {
    const box = figure.querySelector('gallery-state').getBoundingClientRect();
    const all = [...figure.querySelector('gallery-state').shadowRoot.querySelectorAll('*')].filter(one => !one.closest('.unseen, svg'));
    const wrong = [];
    for (const one of all) {
      const { width, height } = one.getBoundingClientRect();
      if (!width || !height) continue;
      const style = getComputedStyle(one), name = one.outerHTML.slice(0, 90);
      if (isOut(one, box)) wrong.push('out of its box: ' + name);
      if (isCut(one)) wrong.push('cut off: ' + name);
      const says = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) || one.matches('input, select, textarea');
      if (says && !one.closest('[aria-disabled=true], [inert]')) {
        const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const seen = contrast(rgba(style.color), ground(one));
        if (seen < (isLarge ? 3 : 4.5)) wrong.push(seen.toFixed(2) + ' : 1: ' + name);
      }
      const target = one.matches('button, a, summary, select, textarea, label.method, .tick, input:not([type=radio], [type=checkbox])');
      if (target && !one.closest('[inert]') && (width < 43.5 || height < 43.5)) wrong.push(width + ' by ' + height + ': ' + name);
    }
    return wrong.map(fault => figure.querySelector('figcaption').textContent + ': ' + fault);
    });";

/// What moves, or stays in sight while a page is scrolled, would be another picture each time.
const STILL: &str = "const still = new CSSStyleSheet();
    still.replaceSync('.paying, .summary { position: static !important }');
    for (const { shadowRoot } of document.querySelectorAll('gallery-state')) {
      shadowRoot.adoptedStyleSheets.push(still);
      for (const one of shadowRoot.getAnimations()) {
        one.pause();
        one.currentTime = 0;
      }
    }";

/// One state as it is looked at.
struct View {
    scene: &'static str,
    locale: &'static str,
    scheme: &'static str,
    width: u32,
}

/// The covering set of a theme: each scene once, and with the sets of the other themes every pair of scene, language, scheme, size and
/// theme.
fn covering(theme: usize) -> Vec<View> {
    let view = |(at, scene)| {
        let turn = at + theme;
        View {
            scene,
            locale: locales()[turn % locales().len()],
            scheme: SCHEMES[turn / WIDTHS.len() % SCHEMES.len()],
            width: WIDTHS[turn % WIDTHS.len()],
        }
    };
    // An open dialog covers the others.
    let scenes = scenarios().into_iter().filter(|name| !name.contains("dialog"));
    scenes.enumerate().map(view).collect()
}

#[test]
fn the_set_covers_every_pair() {
    let mut pairs = BTreeMap::new();
    let mut note = |names: [&str; 2], values: [String; 2]| {
        pairs.entry(names.join(" × ")).or_insert_with(std::collections::BTreeSet::new).insert(values);
    };
    let mut scenes = 0;
    for (at, theme) in THEMES.iter().enumerate() {
        let set = covering(at);
        scenes = set.len();
        for View { scene, locale, scheme, width } in set {
            let values = [("scene", scene), ("theme", theme), ("language", locale), ("scheme", scheme), ("size", &width.to_string())];
            for (one, (name, value)) in values.iter().enumerate() {
                for (other, with) in &values[..one] {
                    note([name, other], [(*value).to_owned(), (*with).to_owned()]);
                }
            }
        }
    }
    let counts = [("scene", scenes), ("theme", THEMES.len()), ("language", locales().len()), ("scheme", 2), ("size", WIDTHS.len())];
    for (one, (name, count)) in counts.iter().enumerate() {
        for (other, others) in &counts[..one] {
            assert_eq!(pairs[&format!("{name} × {other}")].len(), count * others, "{name} × {other}");
        }
    }
}

/// The gallery with those frames, still.
pub async fn shown(frames: &str) -> Browser {
    let gallery = serve(gallery()).await;
    let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
    browser.resize(1400, 1000).await;
    visit(&browser, &format!("{gallery}/?frames={frames}")).await;
    browser.run(STILL, json!([])).await;
    // Pictures of goods come when they are looked at.
    let images = "[...document.querySelectorAll('gallery-state')].flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll('img')])";
    browser.run(&format!("{images}.forEach(one => {{ one.loading = 'eager' }})"), json!([])).await;
    browser.until(&format!("{images}.every(one => one.complete)"), json!([])).await;
    browser
}

async fn looks_as_looked_at(theme: usize) {
    let set = covering(theme);
    let style = THEMES[theme];
    let frames: Vec<String> =
        set.iter().map(|view| format!("{}/{}/{}/{}/{style}", view.scene, view.locale, view.scheme, view.width)).collect();
    let browser = shown(&frames.join(",")).await;
    let mut wrong = browser.axe("#states").await;
    browser.be_touched(true).await;
    let faults: Vec<String> = serde_json::from_value(browser.run(&format!("{COLOURS} {PLACES} {JUDGE}"), json!([])).await).unwrap();
    wrong.extend(faults);
    browser.be_touched(false).await;
    let folder = root().join("tests/pictures").join(if style.is_empty() { "shipped" } else { style });
    // One at a time: beside others of another height each would lie between other pixels.
    let alone = "document.querySelectorAll('figure').forEach((figure, at) => { figure.hidden = at !== arguments[0] })";
    let mut needed = Vec::new();
    for (at, view) in set.iter().enumerate() {
        browser.run(alone, json!([at])).await;
        let kept = folder.join(format!("{}-{}-{}-{}.png", view.scene, view.locale, view.scheme, view.width));
        wrong.extend(compared(&browser, &format!("document.querySelectorAll('gallery-state')[{at}]"), &kept).await);
        needed.push(kept);
    }
    wrong.extend(not_needed(&folder, &needed));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

macro_rules! themes {
    ($($theme:ident $at:literal)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $theme() {
            looks_as_looked_at($at).await;
        })+
    };
}

/// A test for each theme, so that they share the processors.
mod every_picture_is_as_it_was_looked_at {
    use super::looks_as_looked_at;

    themes! { shipped 0 arcade 1 atelier 2 blossom 3 market 4 porcelain 5 terminal 6 }
}

/// Black, white, the hues, and what shops choose.
const ACCENTS: [&str; 16] = [
    "#000",
    "#fff",
    "#777",
    "#f00",
    "#0f0",
    "#00f",
    "#ff0",
    "#0ff",
    "#f0f",
    "#ff7a00",
    "#ffd400",
    "#7b61ff",
    "#d6336c",
    "#5fe07a",
    "rebeccapurple",
    "hsl(174 80% 40%)",
];

async fn words_on_any_accent_can_be_read(engine: Engine) {
    let gallery = serve(gallery()).await;
    let browser = Browser::open(engine, Look::LIGHT).await;
    visit(&browser, &format!("{gallery}/?frames=cart/en/light/390/,cart/en/dark/390/,awaiting/en/light/390/,awaiting/en/dark/390/")).await;
    let judge = "const wrong = [];
        for (const accent of arguments[0]) {
          for (const state of document.querySelectorAll('gallery-state')) {
            state.style.setProperty('--qr-checkout-accent', accent);
            getComputedStyle(state.shadowRoot.querySelector('.primary, .button')).color;
            state.shadowRoot.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish());
            for (const one of state.shadowRoot.querySelectorAll('.primary, .link, .copy, .steps > li')) {
              const pseudo = one.matches('li') ? '::before' : undefined;
              const back = rgba(getComputedStyle(one, pseudo).backgroundColor);
              const seen = contrast(rgba(getComputedStyle(one, pseudo).color), back[3] === 255 ? back : ground(one));
              if (seen < 4.5) wrong.push([accent, one.className || 'step', seen]);
            }
          }
        }
        return wrong";
    assert_eq!(browser.run(&format!("{COLOURS} {judge}"), json!([ACCENTS])).await, json!([]));
}

async fn the_pay_button_stays_in_sight_below_a_long_cart(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    scene.browser.resize(390, 600).await;
    scene.show("en", &scene.snippet("")).await;
    let widget = Widget::first(&scene.browser);
    widget.comes_to("cart").await;
    for sku in ["tea-100g", "gaiwan", "cup-blue"] {
        widget.call("add", json!([sku])).await;
    }
    widget.comes_to("quoted").await;
    let button = widget.find("button", "Pay CN¥").await;
    let in_sight = "const { top, bottom } = arguments[0].getBoundingClientRect(); return top >= 0 && bottom <= innerHeight";
    let length = "return document.querySelector('qr-checkout').getBoundingClientRect().height > innerHeight + 100";
    assert_eq!(scene.browser.run(length, json!([])).await, true);
    for scrolled in [0, 150, 100_000] {
        scene.browser.run("scrollTo(0, arguments[0])", json!([scrolled])).await;
        scene.browser.breathe().await;
        assert_eq!(scene.browser.run(in_sight, json!([Browser::reference(&button)])).await, true, "scrolled by {scrolled}");
    }
}

async fn a_logo_stands_at_the_head_of_the_checkout(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let logo = "<b slot=\"logo\">LOGO</b></qr-checkout>";
    scene.show("en", &scene.snippet("").replace("</qr-checkout>", logo)).await;
    let widget = Widget::first(&scene.browser);
    widget.comes_to("cart").await;
    widget.call("add", json!(["tea-100g"])).await;
    widget.comes_to("quoted").await;
    let place = "const host = document.querySelector('qr-checkout'), logo = host.querySelector('b').getBoundingClientRect();
        const { top, bottom } = host.shadowRoot.querySelector('.header').getBoundingClientRect();
        return logo.width > 0 && logo.top >= top && logo.bottom <= bottom";
    assert_eq!(scene.browser.run(place, json!([])).await, true);
}

async fn a_way_to_reach_the_shop_is_shown_where_only_the_shop_can_help(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let contact = "<a slot=\"contact\" href=\"mailto:tea@shop.example\">Write to us</a></qr-checkout>";
    let snippet = scene.snippet("").replace("</qr-checkout>", contact);
    let is_shown = "return document.querySelector('[slot=contact]').getClientRects().length > 0";
    scene.show("en", &snippet).await;
    let widget = Widget::first(&scene.browser);
    widget.comes_to("cart").await;
    assert_eq!(scene.browser.run(is_shown, json!([])).await, false);
    scene.show("en", &snippet.replace("merchant-key=\"ed25519-", "merchant-key=\"rsa-")).await;
    Widget::first(&scene.browser).comes_to("misconfigured").await;
    assert_eq!(scene.browser.run(is_shown, json!([])).await, true);
}

async fn adding_is_answered_by_the_line_and_by_voice(engine: Engine) {
    let scene = Scene::open(engine).await;
    let widget = Widget::first(&scene.browser);
    widget.comes_to("cart").await;
    for (sku, name) in [("tea-100g", "Spring tea"), ("gaiwan", "Gaiwan"), ("tea-100g", "Spring tea")] {
        widget.call("add", json!([sku])).await;
        widget.says(&format!("Added to your cart: {name}")).await;
        let line = "const added = document.querySelector('qr-checkout').shadowRoot.querySelectorAll('.added'); return [added.length, added[0]?.innerText]";
        let line = scene.browser.run(line, json!([])).await;
        assert!(line[0] == 1 && line[1].as_str().unwrap().contains(name), "{line}");
    }
    // What is changed afterwards is no adding.
    widget.call("setQuantity", json!(["gaiwan", 3])).await;
    scene.browser.until("!document.querySelector('qr-checkout').shadowRoot.querySelector('.added')", json!([])).await;
}

async fn nothing_jumps_when_the_widget_comes(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { browser, .. } = &scene;
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    widget.call("add", json!(["tea-100g"])).await;
    widget.call("add", json!(["gaiwan"])).await;
    widget.comes_to("quoted").await;
    // With the cart of the last visit.
    browser.reload().await;
    let widget = Widget::first(browser);
    widget.comes_to("quoted").await;
    let shifts = "const shifts = [];
        new PerformanceObserver(list => shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
        const done = arguments[0];
        requestAnimationFrame(() => setTimeout(() => done(shifts.map(({ value, sources }) => [value, sources[0]?.node?.outerHTML?.slice(0, 90)])), 100))";
    assert_eq!(browser.ask(shifts, json!([])).await, json!([]));
}

async fn screens_print_keep_still_and_keep_their_borders_when_they_are_asked_to(engine: Engine) {
    let gallery = serve(gallery()).await;
    let browser = Browser::open(engine, Look::LIGHT).await;
    visit(&browser, &format!("{gallery}/?frames=awaiting/en/dark/390/,paid/en/dark/390/,cart/en/dark/390/,creating/en/dark/390/")).await;
    let every = "const all = [...document.querySelectorAll('gallery-state')].flatMap(one => [...one.shadowRoot.querySelectorAll('*')]);
        const seen = selector => all.filter(one => one.matches(selector) && one.checkVisibility()).length;
        const style = (selector, pseudo) => getComputedStyle(all.find(one => one.matches(selector)), pseudo);";
    browser.be_media("print", &[]).await;
    let print = format!("{every} return ['button, .countdown, .waiting', '.qr', '.amount', '.line', 'code'].map(seen)");
    let printed = browser.run(&print, json!([])).await;
    let printed: Vec<usize> = serde_json::from_value(printed).unwrap();
    assert!(printed[0] == 0 && printed[1..].iter().all(|count| *count > 0), "{printed:?}");
    browser.be_media("screen", &[("prefers-reduced-motion", "reduce")]).await;
    let still = format!(
        "{every} return [style('.waiting', '::before').animationDuration, style('.spinner').animationName, style('.button').transitionDuration]"
    );
    assert_eq!(browser.run(&still, json!([])).await, json!(["0s", "none", "0s"]));
    browser.be_media("screen", &[("forced-colors", "active")]).await;
    let borders = format!(
        "{every} return [...new Set(all.filter(one => one.matches('.button, .notice, .stepper, .copy')).map(one => getComputedStyle(one).borderTopStyle)), style('.code').backgroundColor]"
    );
    assert_eq!(browser.run(&borders, json!([])).await, json!(["solid", "rgb(255, 255, 255)"]));
    browser.be_media("", &[]).await;
}

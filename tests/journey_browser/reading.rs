//! Every state for those who read otherwise (WCAG 2.2 §1.4.4, §1.4.10, §1.4.12): words twice as large, a page at 400 %, and words and lines set further
//! apart. Whatever is said is still to be read: nothing is cut off, out of its box, or below the edge of what should hold it.

use qr_checkout::gallery::scenarios;
use serde_json::json;

use crate::gallery::visit;
use crate::looks::PLACES;
use testing::{Browser, Engine, Look, gallery, serve};

told_in!([chromium webkit]: nothing_is_lost_where_words_are_twice_as_large);

// The only engine whose setting a test can change.
told_in!([firefox]: nothing_is_lost_by_the_size_that_a_shopper_has_set);

told_in!([chromium firefox webkit]: nothing_is_lost_where_words_and_lines_are_set_apart);

/// What a page of 1280 pixels is at 400 %.
const NARROW: u32 = 320;
/// Where there are columns, too.
const WIDE: u32 = 720;

/// Gives every state that sheet.
const SET: &str = "const sheet = new CSSStyleSheet();
    sheet.replaceSync(arguments[0]);
    for (const { shadowRoot } of document.querySelectorAll('gallery-state')) shadowRoot.adoptedStyleSheets.push(sheet);";

/// What a page has whose type is twice as large, and that tells the checkout so.
const LARGE: &str = "document.documentElement.style.fontSize = '200%';
    for (const state of document.querySelectorAll('gallery-state')) state.style.setProperty('--qr-checkout-font-size', '1rem');";

/// What WCAG 2.2 §1.4.12 lets everybody set.
const APART: &str = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }";

/// What is lost in each figure: something out of the checkout or cut off, a field too low for its type, and words that are not inside of
/// everything they stand in. A line of type may be higher than its line box by a quarter, as some fonts have it.
const LOST: &str = "return [...document.querySelectorAll('figure')].flatMap(figure => {
    const state = figure.querySelector('gallery-state'), box = state.getBoundingClientRect(), lost = [];
    for (const one of state.shadowRoot.querySelectorAll('details')) one.open = true;
    for (const one of state.shadowRoot.querySelectorAll('*')) {
      if (one.closest('.unseen, svg') || !one.getClientRects().length) continue;
      const style = getComputedStyle(one), size = parseFloat(style.fontSize), name = one.outerHTML.slice(0, 90);
      if (isOut(one, box)) lost.push('out of its box: ' + name);
      if (isCut(one)) lost.push('cut off: ' + name);
      if (one.matches('select, textarea, input:not([type=radio], [type=checkbox])') && one.clientHeight < size * 1.15) lost.push('too low: ' + name);
      for (const node of one.childNodes) {
        if (node.nodeType !== 3 || !node.data.trim() || one.matches('option, textarea')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const words = range.getBoundingClientRect();
        for (let outer = one; words.width && outer; outer = outer.parentElement) {
          const edge = outer.getBoundingClientRect(), slack = size / 4;
          if (!edge.width || getComputedStyle(outer).display.startsWith('inline')) continue;
          const isInside = words.top > edge.top - slack && words.bottom < edge.bottom + slack && words.left > edge.left - 2 && words.right < edge.right + 2;
          if (!isInside) lost.push(`not inside of ${outer.className || outer.localName}: ${name}`);
        }
      }
    }
    return lost.map(fault => figure.querySelector('figcaption').textContent + ': ' + fault);
    });";

/// The gallery in that language with every scene at that width.
async fn shown(browser: &Browser, gallery: &str, locale: &str, width: u32) {
    let scenes = scenarios().into_iter().filter(|name| !name.contains("dialog"));
    let frames: Vec<String> = scenes.map(|scene| format!("{scene}/{locale}/light/{width}/")).collect();
    visit(browser, &format!("{gallery}/?frames={}", frames.join(","))).await;
}

async fn lost(browser: &Browser) -> Vec<String> {
    serde_json::from_value(browser.run(&format!("{PLACES} {LOST}"), json!([])).await).unwrap()
}

/// The language with the longest words, and in one engine one that runs from right to left.
fn read_in(engine: Engine) -> Vec<&'static str> {
    if engine == Engine::Chromium { vec!["ar", "de"] } else { vec!["de"] }
}

async fn nothing_is_lost_where_words_are_twice_as_large(engine: Engine) {
    let gallery = serve(gallery()).await;
    let browser = Browser::open(engine, Look::LIGHT).await;
    for locale in read_in(engine) {
        for width in [NARROW, WIDE] {
            shown(&browser, &gallery, locale, width).await;
            browser.run(LARGE, json!([])).await;
            let size = "return getComputedStyle(document.querySelector('gallery-state').shadowRoot.querySelector('.frame')).fontSize";
            assert_eq!(browser.run(size, json!([])).await, json!("32px"));
            assert_eq!(lost(&browser).await, [""; 0], "{locale} at {width}");
        }
    }
    // And it would be told.
    browser.run(SET, json!([".button { block-size: 20px !important; min-block-size: 0 !important }"])).await;
    assert_ne!(lost(&browser).await, [""; 0]);
}

async fn nothing_is_lost_by_the_size_that_a_shopper_has_set(engine: Engine) {
    let gallery = serve(gallery()).await;
    let browser = Browser::open(engine, Look::LIGHT).await;
    browser.set_type_size(Some(32)).await;
    shown(&browser, &gallery, "de", NARROW).await;
    let size = "return getComputedStyle(document.querySelector('gallery-state').shadowRoot.querySelector('.frame')).fontSize";
    let (size, lost) = (browser.run(size, json!([])).await, lost(&browser).await);
    browser.set_type_size(None).await;
    assert_eq!(size, json!("32px"));
    assert_eq!(lost, [""; 0]);
}

async fn nothing_is_lost_where_words_and_lines_are_set_apart(engine: Engine) {
    let gallery = serve(gallery()).await;
    let browser = Browser::open(engine, Look::LIGHT).await;
    for locale in read_in(engine) {
        for width in [NARROW, WIDE] {
            shown(&browser, &gallery, locale, width).await;
            browser.run(SET, json!([APART])).await;
            assert_eq!(lost(&browser).await, [""; 0], "{locale} at {width}");
        }
    }
}

//! What a shopper does to the page or takes away from it: loads it anew, a text on the clipboard, a file on the disk.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlElement, MouseEvent, Url};

use super::clock::later;

/// How long a button says that it has copied, milliseconds.
const SAID_MS: i64 = 2_000;
/// How long a browser may take to get hold of a file that is being saved, milliseconds.
const SAVING_MS: i64 = 10_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "clipboard"], js_name = writeText, catch)]
    fn write_text(text: &str) -> Result<Promise, JsValue>;
}

/// Puts a text on the clipboard and marks the clicked button with `data-copied` for two seconds. Where the browser forbids
/// it (pages on plain http), nothing happens and the text stays selectable.
pub fn copy_text(click: &MouseEvent, text: &str) {
    let button = click.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest("button").ok()?);
    if let (Some(button), Ok(written)) = (button, write_text(text)) {
        spawn_local(async move {
            if JsFuture::from(written).await.is_ok() {
                _ = button.set_attribute("data-copied", "");
                later(SAID_MS, move || _ = button.remove_attribute("data-copied"));
            }
        });
    }
}

/// Offers a text to be saved as a file of that name and media type.
pub fn save_file(name: &str, mime: &str, text: &str) {
    // Each step can only fail in a browser that forbids downloads, and then there is nothing to save to.
    _ = download(name, mime, text);
}

/// Loads a file; it is sent to be saved, so that the page stays.
pub fn load_file(url: &str) {
    if let Some(window) = web_sys::window() {
        _ = window.location().assign(url);
    }
}

fn download(name: &str, mime: &str, text: &str) -> Option<()> {
    let kind = BlobPropertyBag::new();
    kind.set_type(mime);
    offer(&Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind).ok()?, name)
}

/// Offers a file to be saved under that name.
pub(super) fn offer(blob: &Blob, name: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let url = Url::create_object_url_with_blob(blob).ok()?;
    let link = document.create_element("a").ok()?;
    link.set_attribute("href", &url).ok()?;
    link.set_attribute("download", name).ok()?;
    link.dyn_ref::<HtmlElement>()?.click();
    later(SAVING_MS, move || _ = Url::revoke_object_url(&url));
    Some(())
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // Only a page that is going away could refuse.
        _ = window.location().reload();
    }
}

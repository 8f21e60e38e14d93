//! The picture of a code, for the app that is to read it on the same phone: handed to the phone's own sharing where there is one, which
//! also saves, else downloaded.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement, Path2d};

use super::plain::member;
use super::shopper::offer;

/// The least side of a picture, pixels: apps that read it take it for a photograph.
const SIDE: i32 = 1024;
const MIME: &str = "image/png";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = navigator, js_name = canShare, catch)]
    fn can_share(what: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(js_namespace = navigator, catch)]
    fn share(what: &JsValue) -> Result<Promise, JsValue>;
}

/// Makes a picture of a code of so many modules a side, quiet zone included, whose dark modules that path outlines, and gives it to the
/// shopper under that name. Where the browser forbids everything there is the code on the screen, and a screenshot of it.
pub fn take_picture(name: &str, modules: i32, path: &str) {
    let Some(canvas) = drawn(modules, path) else { return };
    let name = name.to_owned();
    let take = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob
            && !is_shared(&blob, &name)
        {
            _ = offer(&blob, &name);
        }
    });
    _ = canvas.to_blob(take.unchecked_ref());
}

fn drawn(modules: i32, path: &str) -> Option<HtmlCanvasElement> {
    let scale = SIDE / modules + 1;
    let side = u32::try_from(modules * scale).ok()?;
    let canvas: HtmlCanvasElement = web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(side);
    canvas.set_height(side);
    paint(&canvas, scale, path)?;
    Some(canvas)
}

/// Paints a code over all of a canvas, so many pixels a module: dark modules on light.
pub(super) fn paint(canvas: &HtmlCanvasElement, scale: i32, path: &str) -> Option<()> {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, canvas.width().into(), canvas.height().into());
    context.scale(scale.into(), scale.into()).ok()?;
    context.set_fill_style_str("#000");
    context.fill_with_path_2d(&Path2d::new_with_path_string(path).ok()?);
    Some(())
}

/// Opens the phone's sheet to share or save the picture, if it has one for pictures.
fn is_shared(blob: &Blob, name: &str) -> bool {
    let kind = FilePropertyBag::new();
    kind.set_type(MIME);
    let Ok(file) = File::new_with_blob_sequence_and_options(&Array::of1(blob), name, &kind) else { return false };
    let what = member("files", &Array::of1(&file));
    if !can_share(&what).unwrap_or_default() {
        return false;
    }
    let Ok(shared) = share(&what) else { return false };
    // Whoever closes the sheet meant to.
    spawn_local(async move { _ = wasm_bindgen_futures::JsFuture::from(shared).await });
    true
}

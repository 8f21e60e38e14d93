//! Time: the page's monotonic clock and timers. The only place of the widget that reads a clock.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, delay_ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// The longest delay that browsers take, milliseconds; a longer one fires at once.
const LONGEST_MS: i64 = 0x7fff_ffff;

/// Milliseconds on a clock that never goes back.
pub(crate) fn now_ms() -> i64 {
    performance_now() as i64
}

/// Milliseconds since 1970 by the device's date, which may be wrong and decides nothing but how long this browser keeps something.
pub(super) fn date_ms() -> i64 {
    date_now() as i64
}

/// Calls once after a delay, unless it is dropped before. A delay past 24 days is cut short: who waits looks at the clock anyway.
pub(crate) struct Timer {
    id: JsValue,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    pub(crate) fn after(delay_ms: i64, callback: impl FnMut() + 'static) -> Timer {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let id = set_timeout(callback.as_ref(), delay_ms.clamp(0, LONGEST_MS) as f64);
        Timer { id, _callback: callback }
    }

    /// Calls when [`now_ms`] has reached that time.
    pub(crate) fn at(time_ms: i64, callback: impl FnMut() + 'static) -> Timer {
        // The clock is rounded down here and may be rounded in the browser too.
        Timer::after(time_ms - now_ms() + 1, callback)
    }
}

/// Calls once after a delay, whatever happens meanwhile.
pub(crate) fn later(delay_ms: i64, callback: impl FnOnce() + 'static) {
    set_timeout(&Closure::once_into_js(callback), delay_ms as f64);
}

/// Calls once when what runs now is done, before anything that is waited for.
pub(crate) fn soon(callback: impl FnOnce() + 'static) {
    spawn_local(async move { callback() });
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

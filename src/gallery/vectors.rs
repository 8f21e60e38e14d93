//! Conformance vectors before the widget's own wasm: as they are written, and as their answers arrive over real HTTP.
//! Not here: the judge, which is `protocol::verify::vector`, and the vectors, which a page brings.

use std::cell::RefCell;
use std::rc::Rc;

use checkout::Reply;
use js_sys::Promise;
use protocol::Request;
use protocol::verify::vector::Vector;
use wasm_bindgen::prelude::*;

use crate::browser::Call;

/// How long an answer may take, milliseconds: a machine that runs many browsers is slow, and no vector is about that.
const PATIENCE_MS: u32 = 100_000;

/// What this browser's wasm makes of a vector's file: `accept` or a code.
///
/// # Errors
/// A sentence, for a file that is no vector.
#[wasm_bindgen]
pub fn judge(file: &[u8]) -> Result<String, JsValue> {
    Ok(Vector::parse(file)?.verdict().to_owned())
}

/// The same where the vector's request is sent to that address as the widget sends it, and the answer is what comes back.
/// What the answer is bound to stays the vector's own address. The promise is kept with the verdict.
///
/// # Errors
/// A sentence, for a file that is no vector.
#[wasm_bindgen(js_name = judgeReceived)]
pub fn judge_received(file: &[u8], address: &str) -> Result<Promise, JsValue> {
    let vector = Vector::parse(file)?;
    let request = Request { url: address.to_owned(), ..vector.request.clone() };
    Ok(Promise::new(&mut |resolve, _| {
        let (call, vector) = (Rc::new(RefCell::new(None)), vector.clone());
        // A call that nobody holds is aborted, so that its own end holds it.
        let held = Rc::clone(&call);
        let sent = Call::send(&request, "", None, PATIENCE_MS, move |reply| {
            // Keeping a promise of our own never fails.
            _ = resolve.call1(&JsValue::NULL, &verdict(vector, reply).into());
            held.take();
        });
        call.replace(Some(sent));
    }))
}

fn verdict(mut vector: Vector, reply: Reply) -> &'static str {
    match reply {
        Reply::Answer { answer, .. } => {
            vector.answer = answer;
            vector.verdict()
        }
        Reply::Failed(code) => code.as_str(),
    }
}

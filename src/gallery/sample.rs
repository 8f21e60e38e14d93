//! One signed answer for the bench in browsers: what verifying it costs in this wasm, and what WebCrypto needs for the same.
//! The answer is the one of the native bench. Not here: the clock, which the page reads.

use std::hint::black_box;

use protocol::signature::{Signer, base, parse_signature, parse_signature_input};
use protocol::verify::{Answer, Context, Exchange, Known, authenticate, check_signature};
use protocol::{Backend, Code, Nonce, OrderId, Pins, Request};
use wasm_bindgen::prelude::*;

const BODY: &[u8] = include_bytes!("../../crates/protocol/benches/order.json");
/// When it was signed, unix seconds.
const CREATED: i64 = 1_800_000_000;

/// The answer to a poll, signed by a test key.
#[wasm_bindgen]
pub struct Sample {
    pins: Pins,
    request: Request,
    answer: Answer,
    base: String,
    signature: Vec<u8>,
}

#[wasm_bindgen]
impl Sample {
    /// Signs it.
    ///
    /// # Errors
    /// A code, if this build verifies other answers than the native bench does.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Sample, JsValue> {
        Sample::signed().map_err(in_words)
    }

    fn signed() -> Result<Sample, Code> {
        let signer = Signer::from_seed([9; 32])?;
        let backend = Backend::parse("https://pay.shop.example").expect("a fixed address");
        let order = OrderId::parse("o_1").expect("a fixed id");
        let request = backend.order(&order, 2, 25, Nonce::from_random([1; 16]));
        let fields = signer.sign_answer(&request, 200, BODY, CREATED)?;
        let answer = Answer { cross_origin: true, ..fields.received(200, BODY.to_vec()) };
        let inputs = parse_signature_input(answer.signature_input.as_deref().ok_or(Code::SigHalf)?)?;
        let (_, input) = inputs.first().ok_or(Code::SigMissing)?;
        let signatures = parse_signature(answer.signature.as_deref().ok_or(Code::SigHalf)?)?;
        let (_, signature) = signatures.into_iter().next().ok_or(Code::SigMissing)?;
        let base = base(input, &Exchange { request: &request, answer: &answer })?;
        Ok(Sample { pins: Pins::parse(&signer.pin().token())?, request, answer, base, signature })
    }

    /// Verifies the whole answer so many times, all of the steps 1 to 15.
    ///
    /// # Errors
    /// The code of a step that fails.
    #[wasm_bindgen(js_name = verifyAnswer)]
    pub fn verify_answer(&self, times: u32) -> Result<(), JsValue> {
        let context = Context { pins: &self.pins, elapsed_ms: 100, server_now: Some(CREATED), last_created: None, earlier: &[] };
        let once = || authenticate(&self.request, black_box(&self.answer), &context)?.order(Known::default(), &self.pins).map(|_| ());
        (0..times).try_for_each(|_| once()).map_err(in_words)
    }

    /// Verifies the signature alone so many times, step 10.
    ///
    /// # Errors
    /// The code of that step.
    #[wasm_bindgen(js_name = verifySignature)]
    pub fn verify_signature(&self, times: u32) -> Result<(), JsValue> {
        let once = || check_signature(self.pins.first().key(), black_box(self.base.as_bytes()), &self.signature);
        (0..times).try_for_each(|_| once()).map_err(in_words)
    }

    /// What is signed.
    pub fn base(&self) -> Vec<u8> {
        self.base.clone().into_bytes()
    }

    /// The signature, 64 bytes.
    pub fn signature(&self) -> Vec<u8> {
        self.signature.clone()
    }

    /// The public key, 32 bytes.
    pub fn key(&self) -> Vec<u8> {
        self.pins.first().key().to_vec()
    }
}

fn in_words(code: Code) -> JsValue {
    code.as_str().into()
}

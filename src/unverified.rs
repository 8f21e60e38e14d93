//! A widget that believes every answer: what it hears it signs anew with a key of its own, which it pins. For the journeys that show
//! that a browser checks by itself (docs/spec/signing.md §8). Not for anybody: it compiles beside the gallery alone, which is never released.
//! Not here: a hole in `protocol::verify`, which judges these answers as strictly as all others.

#[cfg(not(feature = "gallery"))]
compile_error!("the feature `unverified-for-tests` believes everybody; it is for the gallery's build and its journeys alone");

use checkout::Reply;
use protocol::signature::{Signer, parse_signature_input};
use protocol::verify::Answer;
use protocol::{Code, Pins, Request};

/// Known to everybody, and pinned by no page.
const SEED: [u8; 32] = [42; 32];

/// The page's pins and the key of this build.
pub(crate) fn with_own(pins: &Pins) -> Result<Pins, Code> {
    let own = Signer::from_seed(SEED)?.pin().token();
    Pins::parse(&format!("{} {own}", pins.first().token()))
}

/// The answer as if the merchant had given it, whoever has.
pub(crate) fn believe(request: &Request, reply: Reply) -> Reply {
    let Reply::Answer { answer, retry_after } = reply else { return reply };
    let signed = Signer::from_seed(SEED).and_then(|own| own.sign_answer(request, answer.status, &answer.body, created(&answer)));
    let answer = match signed {
        Ok(signed) => signed.received(answer.status, answer.body),
        Err(_) => answer,
    };
    Reply::Answer { answer, retry_after }
}

/// When the backend says that it signed.
fn created(answer: &Answer) -> i64 {
    let inputs = answer.signature_input.as_deref().and_then(|field| parse_signature_input(field).ok()).unwrap_or_default();
    match inputs.first().and_then(|(_, input)| input.parameter("created")) {
        Some(protocol::signature::Bare::Int(created)) => *created,
        _ => 0,
    }
}

//! Whether the signature for browsers, which a backend may add, is as they want it (docs/spec/signing.md §8). It is nobody's duty: pages
//! without `native-integrity` do not ask for it.

use protocol::Pin;
use protocol::signature::{Bare, Component, NATIVE_TAG, SignatureInput, base, parse_signature, parse_signature_input};
use protocol::verify::{Exchange, check_signature};

use super::report::{Fault, Report};
use super::wire::{Wire, now};

const NAME: &str = "the signature for browsers holds";

/// The only check of this file.
pub async fn check(wire: &Wire, report: &mut Report) {
    match judge(wire).await {
        Ok(false) => report.leave_out(NAME, "there is none; only pages with native-integrity need it"),
        Ok(true) => drop(report.note(NAME, Ok(()))),
        Err(fault) => drop(report.note::<()>(NAME, Err(fault))),
    }
}

/// Whether there is one; it is good then.
async fn judge(wire: &Wire) -> Result<bool, Fault> {
    let heard = wire.ask(wire.get("/v1/quote")).await?;
    let (input, signature) = (heard.answer.signature_input.as_deref(), heard.answer.signature.as_deref());
    // What cannot be read at all other checks tell.
    let inputs = input.and_then(|field| parse_signature_input(field).ok()).unwrap_or_default();
    let signatures = signature.and_then(|field| parse_signature(field).ok()).unwrap_or_default();
    let Some((label, input)) = inputs.iter().find(|(_, input)| input.has_tag(NATIVE_TAG)) else { return Ok(false) };
    covers_the_body(input)?;
    parameters(input)?;
    let pin = pin(wire, input)?;
    let base = base(input, &Exchange { request: &heard.request, answer: &heard.answer })?;
    let signature = signatures.iter().find(|(known, _)| known == label).map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
    let advice = "Sign the base of this member with the pinned key, over the request's method and address and the status sent.";
    check_signature(pin.key(), base.as_bytes(), signature).map_err(|code| Fault::of("native-signature", advice, code.as_str()))?;
    Ok(true)
}

/// `"unencoded-digest";sf`, and of the rest only what browsers know: of the request with `req`, `@status` without.
fn covers_the_body(input: &SignatureInput) -> Result<(), Fault> {
    let has = |component: &Component, parameter: &str| component.parameters == [(parameter.to_owned(), Bare::Bool(true))];
    let is_known = |component: &&Component| match component.name.as_str() {
        "unencoded-digest" => has(component, "sf"),
        "@status" => component.parameters.is_empty(),
        "@method" | "@target-uri" | "@authority" | "@scheme" | "@path" | "@query" => has(component, "req"),
        _ => false,
    };
    let advice = "Cover \"unencoded-digest\";sf, and beside it @method and @target-uri with req, and @status.";
    match input.components.iter().find(|component| !is_known(component)) {
        Some(unknown) => Err(Fault::of("native-components", advice, unknown.serialise())),
        None if input.components.iter().any(|component| component.name == "unencoded-digest") => Ok(()),
        None => Err(Fault::of("native-components", advice, "unencoded-digest is not covered")),
    }
}

fn parameters(input: &SignatureInput) -> Result<(), Fault> {
    let advice = "Leave out alg, which browsers refuse, and created and expires, which they judge by the device's clock.";
    let fault = |detail: &str| Err(Fault::of("native-parameters", advice, detail));
    match (input.parameter("alg"), input.parameter("expires")) {
        (Some(_), _) => fault("alg is there"),
        (_, Some(Bare::Int(expires))) if *expires < now() => fault("it has expired"),
        _ => Ok(()),
    }
}

fn pin<'a>(wire: &'a Wire, input: &SignatureInput) -> Result<&'a Pin, Fault> {
    let Some(Bare::Text(keyid)) = input.parameter("keyid") else {
        return Err(Fault::of("native-key", "keyid is the raw public key in standard base64.", "keyid is missing"));
    };
    let pinned = Pin::parse(&format!("ed25519-{keyid}")).ok().and_then(|pin| wire.pins.find(pin.keyid()));
    pinned.ok_or_else(|| {
        Fault::of("native-key", "keyid is the raw public key in standard base64, as in the pin.", format!("keyid is {keyid}"))
    })
}

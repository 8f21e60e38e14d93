//! Whether the directory of keys, which people and receipts use, names the key that the pages pin.

use protocol::base64::{Alphabet, encode};
use serde_json::Value;

use super::report::{Fault, Report};
use super::wire::Wire;

const DIRECTORY: &str = "/.well-known/http-message-signatures-directory";

/// All checks of this file.
pub async fn check(wire: &Wire, report: &mut Report) {
    report.note("the key directory names the pinned key", directory(wire).await);
}

async fn directory(wire: &Wire) -> Result<(), Fault> {
    let advice =
        "Serve a JWKS with kty OKP, crv Ed25519, x, and the RFC 7638 thumbprint as kid, at /.well-known/http-message-signatures-directory.";
    let fault = |detail: String| Fault::of("directory", advice, detail);
    let heard = wire.ask(wire.get(DIRECTORY)).await?;
    if heard.answer.status != 200 {
        return Err(fault(format!("it answered {}", heard.answer.status)));
    }
    let keys: Value = serde_json::from_slice(&heard.answer.body).map_err(|error| fault(error.to_string()))?;
    let pin = wire.pins.first();
    let x = encode(Alphabet::Url, pin.key());
    let names_it = |key: &Value| key["kty"] == "OKP" && key["crv"] == "Ed25519" && key["x"] == x.as_str() && key["kid"] == pin.keyid();
    if keys["keys"].as_array().is_some_and(|keys| keys.iter().any(names_it)) {
        return Ok(());
    }
    Err(fault(format!("no key with kid {} and x {x}", pin.keyid())))
}

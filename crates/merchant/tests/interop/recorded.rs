//! Exchanges as the conformance vectors write them, and the ones kept there (A14). `QR_CHECKOUT_RECORD=1` records them anew.

use std::path::Path;

use protocol::base64::{Alphabet, encode};
use protocol::verify::Answer;
use protocol::{Digest, Request};
use serde_json::{Value, json};

/// The private half of RFC 9421's test key (B.1.4): what is signed with it may be kept in the open.
pub const SEED: &str = "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU";
/// Its public half.
pub const PIN: &str = "ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";

/// Request and response as vectors write them.
pub fn described(request: &Request, answer: &Answer) -> Value {
    let base64 = |bytes: &[u8]| encode(Alphabet::Standard, bytes);
    let headers = request.body.as_ref().map_or(json!([]), |_| json!([["content-type", "text/plain;charset=UTF-8"]]));
    json!({
        "request": {
            "method": request.method, "url": request.url, "headers": headers,
            "body": base64(request.body.as_ref().map_or(&[], |body| body.as_bytes())),
        },
        "response": {
            "status": answer.status,
            "headers": [
                ["content-type", answer.content_type], ["unencoded-digest", answer.unencoded_digest],
                ["signature-input", answer.signature_input], ["signature", answer.signature],
            ],
            "body": base64(&answer.body),
        },
    })
}

/// Compares the answer to a new order with the one that is kept for that language, all but its time.
pub fn compare(language: &str, request: &Request, answer: &Answer, price_digest: Digest, created: i64) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../protocol/vectors/conformance/A14-{language}.json"));
    let mut vector = json!({
        "id": format!("A14-{language}"),
        "about": format!("a new order, answered by examples/signers ({language})"),
        "now": created + 30, "elapsed_ms": 400, "pins": [PIN],
    });
    for (name, value) in described(request, answer).as_object().unwrap() {
        vector[name] = value.clone();
    }
    vector["expect"] = json!("accept");
    vector["context"] = json!({ "expects": "order", "merchant": "mountain-tea", "price_digest": price_digest.to_base64() });
    if std::env::var_os("QR_CHECKOUT_RECORD").is_some() {
        std::fs::write(&file, format!("{}\n", serde_json::to_string_pretty(&vector).unwrap())).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(signature_input(&kept), signature_input(&vector), "{} is out of date; QR_CHECKOUT_RECORD=1 records it", file.display());
}

/// The components and parameters that a vector's answer is signed with, without the values of nonce and times.
fn signature_input(vector: &Value) -> Vec<String> {
    let headers = vector["response"]["headers"].as_array().unwrap();
    let field = headers.iter().find(|pair| pair[0] == "signature-input").unwrap()[1].as_str().unwrap();
    field.split(';').map(|part| part.split_once("=").filter(|(name, _)| *name != "sig").map_or(part, |(name, _)| name).to_owned()).collect()
}

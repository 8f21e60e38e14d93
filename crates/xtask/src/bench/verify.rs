//! What verifying one answer costs: natively, in the wasm of each browser, and its signature in the browser's WebCrypto.
//! The widget pays for it once per answer, on the main thread.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::divan;
use super::figure::{Figure, Unit};
use crate::command;
use crate::dist::{self, Plan};
use crate::progress::say;
use crate::setup;
use crate::workspace::Workspace;

const NATIVE: &str = "native";
/// How the native bench calls the step that WebCrypto could do instead.
const NATIVE_SIGNATURE: &str = "part_signature";

/// Measures; the wasm is the one of the gallery, built like the one that merchants load.
pub fn run(workspace: &Workspace) -> Result<Vec<Figure>> {
    let gallery = Plan::for_gallery(workspace);
    dist::build_if_changed(workspace, &gallery)?;
    say("measuring natively");
    let native = divan::medians(workspace, "qr-checkout-protocol", "verify")?;
    say("measuring in the browsers");
    let browsers = in_browsers(workspace, &gallery)?;
    Ok(figures(&native, &browsers))
}

/// What the bench in browsers prints for one engine; medians in microseconds.
#[derive(Debug, Deserialize)]
struct Browser {
    engine: String,
    answer: f64,
    signature: f64,
    #[serde(rename = "webCrypto")]
    web_crypto: Option<f64>,
    /// Why this engine has no Ed25519 in WebCrypto.
    missing: Option<String>,
}

fn in_browsers(workspace: &Workspace, gallery: &Plan) -> Result<Vec<Browser>> {
    let mut cargo = command::cargo();
    // What is measured runs in the browsers; the driver beside them need not be fast, and so need not be compiled again.
    cargo.current_dir(&workspace.root).args(["bench", "--locked", "--quiet", "--profile", "dev"]);
    cargo.args(["--package", "qr-checkout", "--bench", "verify_browser"]);
    cargo.env("QR_CHECKOUT_GECKODRIVER", setup::geckodriver(workspace)?).env("QR_CHECKOUT_GALLERY", &gallery.out);
    let printed = command::output(&mut cargo)?;
    let lines = printed.lines().map(|line| serde_json::from_str(line).with_context(|| format!("the bench in browsers printed: {line}")));
    lines.collect()
}

fn figures(native: &[(String, f64)], browsers: &[Browser]) -> Vec<Figure> {
    let micros = |place: &str, what: &str, value| figure(place, what, Unit::Microseconds, Some(value));
    let mut figures: Vec<Figure> = native.iter().map(|(name, median)| micros(NATIVE, &name.replace('_', " "), *median)).collect();
    let natively = native.iter().find(|(name, _)| name == NATIVE_SIGNATURE).map(|(_, median)| *median);
    for Browser { engine, answer, signature, web_crypto, missing } in browsers {
        figures.push(micros(engine, "one answer in wasm", *answer));
        figures.push(micros(engine, "its signature in wasm", *signature));
        figures.push(Figure { missing: missing.clone(), ..figure(engine, "its signature by WebCrypto", Unit::Microseconds, *web_crypto) });
        let against = |what, other: Option<f64>| other.map(|other| figure(engine, what, Unit::Times, Some(signature / other)));
        figures.extend(against("signature: wasm against WebCrypto", *web_crypto));
        figures.extend(against("signature: wasm against native", natively));
    }
    figures
}

fn figure(place: &str, what: &str, unit: Unit, value: Option<f64>) -> Figure {
    Figure { bench: "verify", place: place.to_owned(), what: what.to_owned(), value, unit, missing: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_told_where_both_sides_were_measured_and_a_missing_side_with_its_reason() {
        let native = [(NATIVE_SIGNATURE.to_owned(), 100.0)];
        let line = |text| serde_json::from_str::<Browser>(text).unwrap();
        let browsers = [
            line(r#"{"engine": "a", "answer": 420, "signature": 400, "webCrypto": 160, "missing": null}"#),
            line(r#"{"engine": "b", "answer": 520, "signature": 500, "missing": "NotSupportedError"}"#),
        ];
        let told: Vec<String> = figures(&native, &browsers).iter().map(ToString::to_string).collect();
        let told = told.join("\n");
        assert!(told.contains("wasm against WebCrypto                              2.50 times"), "{told}");
        assert!(
            told.contains("b          its signature by WebCrypto                               not measured: NotSupportedError"),
            "{told}"
        );
        assert_eq!((told.matches("against WebCrypto").count(), told.matches("against native").count()), (1, 2), "{told}");
    }
}

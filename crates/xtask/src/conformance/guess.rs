//! A signature that does not fit was usually made over something else. Tries the usual somethings and names the one that fits.

use protocol::signature::{Bare, SignatureInput, TAG, base, parse_signature, parse_signature_input};
use protocol::verify::{Answer, Exchange, check_signature};
use protocol::{Pin, Pins, Request};

/// One sentence about what the backend signed instead, as far as it can be found out.
pub fn what_was_signed(request: &Request, answer: &Answer, pins: &Pins) -> String {
    let Some(signed) = Signed::read(answer, pins) else { return String::new() };
    for url in addresses(&request.url) {
        let other = Request { url: url.clone(), ..request.clone() };
        if signed.text(&other, answer).is_some_and(|text| signed.fits(&text)) {
            return format!("it signed the @target-uri {url}; set its public base URL");
        }
    }
    let Some(text) = signed.text(request, answer) else { return String::new() };
    if signed.fits(&format!("{text}\n")) {
        return "it signed a base that ends in a line break; the last line has none".to_owned();
    }
    if signed.fits(&text.replace('\n', "\r\n")) {
        return "it signed a base with CR LF between the lines; it must be LF alone".to_owned();
    }
    "it signed neither another usual address nor another usual form of the base; compare it line by line".to_owned()
}

/// The signature under judgement.
struct Signed<'a> {
    input: SignatureInput,
    signature: Vec<u8>,
    pin: &'a Pin,
}

impl<'a> Signed<'a> {
    fn read(answer: &Answer, pins: &'a Pins) -> Option<Signed<'a>> {
        let inputs = parse_signature_input(answer.signature_input.as_deref()?).ok()?;
        let ours = |input: &SignatureInput| input.parameter("tag") == Some(&Bare::Text(TAG.to_owned()));
        let (label, input) = inputs.into_iter().find(|(_, input)| ours(input))?;
        let signatures = parse_signature(answer.signature.as_deref()?).ok()?;
        let (_, signature) = signatures.into_iter().find(|(known, _)| *known == label)?;
        let Some(Bare::Text(keyid)) = input.parameter("keyid") else { return None };
        let pin = pins.find(keyid)?;
        Some(Signed { input, signature, pin })
    }

    fn text(&self, request: &Request, answer: &Answer) -> Option<String> {
        base(&self.input, &Exchange { request, answer }).ok()
    }

    fn fits(&self, text: &str) -> bool {
        check_signature(self.pin.key(), text.as_bytes(), &self.signature).is_ok()
    }
}

/// Other addresses that a backend may take itself to have: behind a proxy, without its port, without its path, decoded.
fn addresses(url: &str) -> Vec<String> {
    let Some((scheme, rest)) = url.split_once("://") else { return Vec::new() };
    let (authority, target) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.split(':').next().unwrap_or_default();
    let port = authority.strip_prefix(host).unwrap_or_default();
    let target = format!("/{target}");
    let api = target.find("/v1/").and_then(|at| target.get(at..)).unwrap_or(&target);
    let path = target.split('?').next().unwrap_or_default();
    let targets = [target.clone(), api.to_owned(), path.to_owned(), target.replace("%3A", ":"), format!("/{target}")];
    let authorities = [authority.to_owned(), host.to_owned(), format!("localhost{port}"), format!("127.0.0.1{port}")];
    let bases = [scheme, "http", "https"].map(|scheme| authorities.iter().map(move |authority| format!("{scheme}://{authority}")));
    let bases = bases.into_iter().flatten().chain([String::new()]);
    bases.flat_map(|base| targets.iter().map(move |target| format!("{base}{target}"))).filter(|other| other != url).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_other_addresses_are_tried() {
        let tried = addresses("https://pay.example:8443/shop/v1/quote?item=tea%3A1&n=x");
        for other in [
            "http://pay.example:8443/shop/v1/quote?item=tea%3A1&n=x",
            "https://pay.example/shop/v1/quote?item=tea%3A1&n=x",
            "https://pay.example:8443/v1/quote?item=tea%3A1&n=x",
            "http://localhost:8443/v1/quote?item=tea%3A1&n=x",
            "https://pay.example:8443/shop/v1/quote?item=tea:1&n=x",
            "https://pay.example:8443/shop/v1/quote",
            "/shop/v1/quote?item=tea%3A1&n=x",
        ] {
            assert!(tried.iter().any(|tried| tried == other), "{other}");
        }
        assert!(!tried.iter().any(|tried| tried == "https://pay.example:8443/shop/v1/quote?item=tea%3A1&n=x"));
    }
}

//! Whether pages elsewhere can ask and read: CORS, which posts are turned away, caching; and what is said without a nonce.

use protocol::Code;

use super::report::{Fault, Report};
use super::wire::{Wire, joined, names};

const EXPOSED: [&str; 4] = ["signature", "signature-input", "unencoded-digest", "retry-after"];

/// An answer of any kind, from the address itself. Whether the page may read it.
pub async fn answers(wire: &Wire) -> Result<bool, Fault> {
    let heard = wire.ask(wire.get("/v1/quote")).await?;
    if heard.answer.redirected {
        let to = joined(&heard.headers, "location").unwrap_or_default();
        return Err(Fault::from(Code::NetRedirect).told(&format!("it answers {} and leads to {to}", heard.answer.status)));
    }
    Ok(wire.allows(&heard.headers))
}

/// All checks of this file.
pub async fn check(wire: &Wire, report: &mut Report) {
    if wire.is_at_home {
        let reason = "this backend names the origins that may ask; give --origin https://…, that of the shop's pages, to judge it too";
        report.leave_out("pages elsewhere may ask and read", reason);
    } else {
        report.note("pages elsewhere may read answers", allowed(wire).await);
        report.note("the signature's headers are exposed to them", exposed(wire).await);
    }
    match foreign(wire).await {
        Ok(false) => {
            report.leave_out("a post of a page that may not ask is refused", "pages of the origin null may ask here and read, too")
        }
        judged => drop(report.note("a post of a page that may not ask is refused", judged.map(drop))),
    }
    report.note("a form's post is refused", forms(wire).await);
    report.note("answers are neither kept nor rewritten on the way", caching(wire).await);
    report.note("a request without a nonce is refused, unsigned", without_nonce(wire).await);
}

async fn allowed(wire: &Wire) -> Result<(), Fault> {
    let heard = wire.ask(wire.get("/v1/quote")).await?;
    match joined(&heard.headers, "access-control-allow-origin") {
        Some(allowed) if allowed == "*" => Ok(()),
        Some(allowed) if allowed == wire.origin && names(&heard.headers, "vary", "origin") => Ok(()),
        Some(allowed) if allowed == wire.origin => {
            let advice = "Send Vary: Origin wherever Access-Control-Allow-Origin repeats an origin: a cache may hand it to other pages.";
            Err(Fault::of("vary", advice, format!("Access-Control-Allow-Origin is {allowed:?}, and Vary does not name Origin")))
        }
        other => {
            let other = other.map_or_else(|| "is missing".to_owned(), |other| format!("is {other:?}"));
            Err(Fault::from(Code::NetOpaque)
                .told(&format!("Access-Control-Allow-Origin {other} for a page on {} (--origin names another)", wire.origin)))
        }
    }
}

async fn exposed(wire: &Wire) -> Result<(), Fault> {
    let heard = wire.ask(wire.get("/v1/quote")).await?;
    let hidden: Vec<&str> = EXPOSED.into_iter().filter(|name| !names(&heard.headers, "access-control-expose-headers", name)).collect();
    if hidden.is_empty() {
        return Ok(());
    }
    Err(Fault::from(Code::SigNotExposed).told(&format!("Access-Control-Expose-Headers lacks {}", hidden.join(", "))))
}

/// A POST of this API needs no preflight, so it is the backend that turns away pages that may not ask. `false` where none is known that may not:
/// the origin `null` of sandboxed frames is listed by name.
async fn foreign(wire: &Wire) -> Result<bool, Fault> {
    let advice = "Refuse a POST whose Origin is there and neither your own nor listed with 403, before you read its body.";
    match wire.turns_away("origin", "null").await? {
        None => Ok(true),
        Some(_) if wire.is_granted("null").await? => Ok(false),
        Some(status) => Err(Fault::of("origin", advice, format!("a POST with Origin: null was answered {status}"))),
    }
}

async fn forms(wire: &Wire) -> Result<(), Fault> {
    let advice = "Refuse a request whose Sec-Fetch-Mode is there and not cors with 403: no widget has sent it.";
    match wire.turns_away("sec-fetch-mode", "navigate").await? {
        None => Ok(()),
        Some(status) => Err(Fault::of("fetch-mode", advice, format!("a POST with Sec-Fetch-Mode: navigate was answered {status}"))),
    }
}

async fn caching(wire: &Wire) -> Result<(), Fault> {
    let heard = wire.ask(wire.get("/v1/quote")).await?;
    let missing: Vec<&str> =
        ["no-store", "no-transform"].into_iter().filter(|word| !names(&heard.headers, "cache-control", word)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let advice = "Send Cache-Control: no-store, no-transform, so that nobody on the way keeps or rewrites a signed answer.";
    Err(Fault::of("cache-control", advice, format!("Cache-Control lacks {}", missing.join(", "))))
}

async fn without_nonce(wire: &Wire) -> Result<(), Fault> {
    let mut request = wire.get("/v1/quote");
    request.url = request.url.split('?').next().unwrap_or_default().to_owned();
    let heard = wire.ask(request).await?;
    let is_signed = heard.headers.contains_key("signature");
    if heard.answer.status == 400 && !is_signed {
        return Ok(());
    }
    let advice = "Answer 400 without a signature when n is missing: a signature that is bound to no request can be replayed.";
    let signed = if is_signed { "signed" } else { "unsigned" };
    Err(Fault::of("nonce-missing", advice, format!("it answered {}, {signed}", heard.answer.status)))
}

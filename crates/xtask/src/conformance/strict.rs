//! Whether requests that no widget sends are refused, signed, each by its code (docs/spec/http.md §5).

use protocol::{Digest, Request};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::report::{Fault, Report};
use super::wire::Wire;

/// What a widget calls its bodies.
const PLAIN: &str = "text/plain;charset=UTF-8";

/// All checks of this file. None of these requests makes an order, even where it is not refused: its body orders nothing.
pub async fn check(wire: &Wire, report: &mut Report) {
    report.note("an order without an idempotency key is refused", keyless(wire).await);
    report.note("a body of another media type is refused", as_json(wire).await);
    report.note("a revision that is not served is refused", unserved(wire).await);
}

async fn keyless(wire: &Wire) -> Result<(), Fault> {
    let digest = Digest::of(b"{}").to_url_base64();
    let request = wire.get(&format!("/v1/orders?d={digest}"));
    let request = Request { method: "POST", body: Some("{}".to_owned()), ..request };
    let advice = "Refuse a POST whose address has no k, or more than one: without it a retry makes a second order.";
    refused_by(wire, request, PLAIN, (400, "idempotency-key-missing"), advice).await
}

async fn as_json(wire: &Wire) -> Result<(), Fault> {
    let advice = "Refuse a POST whose Content-Type is not text/plain;charset=utf-8: pages need your leave by OPTIONS to send any other, \
                  and nobody has to answer that.";
    refused_by(wire, wire.post("/v1/orders", "{}"), "application/json", (415, "media-type"), advice).await
}

async fn unserved(wire: &Wire) -> Result<(), Fault> {
    let mut request = wire.post("/v1/orders", "{}");
    let (address, _) = request.url.rsplit_once("&r=").unwrap_or((&request.url, ""));
    request.url = format!("{address}&r=999999");
    let advice = "Refuse a request whose r is not a revision that you serve: the page that asks is loaded anew then.";
    refused_by(wire, request, PLAIN, (410, "release-revoked"), advice).await
}

async fn refused_by(
    wire: &Wire,
    request: Request,
    media_type: &'static str,
    (status, code): (u16, &'static str),
    advice: &'static str,
) -> Result<(), Fault> {
    let said = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media_type))]);
    let heard = wire.ask_as(request, |sending| sending.headers(said)).await?;
    let authentic = wire.judge(&heard)?;
    let told = if authentic.is_problem() { authentic.problem(None)?.code.clone() } else { "no refusal".to_owned() };
    if (heard.answer.status, told.as_str()) == (status, code) {
        return Ok(());
    }
    Err(Fault::of(code, advice, format!("it answered {}, {told}, instead of {status}, {code}", heard.answer.status)))
}

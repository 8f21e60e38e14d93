//! Whether answers are signed as the profile says: refusals of every kind, whatever the coding, at the right time, each for itself.

use protocol::signature::{Bare, parse_signature_input};
use protocol::{Code, OrderId, Request};

use super::report::{Fault, Report};
use super::wire::{Heard, Wire, joined, now};

/// How far the backend's clock may be off, seconds (docs/spec/signing.md §5).
const MAX_SKEW: i64 = 60;

/// All checks of this file. They need nothing for sale.
pub async fn check(wire: &Wire, report: &mut Report) {
    let cart = wire.refused(wire.get("/v1/quote"), &[400]).await;
    let goes_on = report.note("a refused price is signed", cart).is_some();
    let unknown = wire.get("/v1/quote?item=no-such-thing-for-sale%3A1");
    report.note("a thing that is not for sale is refused, signed", wire.refused(unknown, &[404, 400]).await.map(drop));
    let order = OrderId::from_random([0; 16]);
    let look = wire.backend.order(&order, 0, 0, wire.nonce());
    report.note("an unknown order is refused, signed", wire.refused(look, &[404]).await.map(drop));
    report.note("an unknown address is refused, signed", wire.refused(wire.get("/v1/no-such-address"), &[404]).await.map(drop));
    let broken = wire.post("/v1/orders", "{");
    report.note("an order that is not JSON is refused, signed", wire.refused(broken, &[400]).await.map(drop));
    let other = Request { body: Some("{ }".to_owned()), ..wire.post("/v1/orders", "{}") };
    report.note("a body that is not the one digested is refused, signed", wire.refused(other, &[400]).await.map(drop));
    if !goes_on {
        report.leave_out("coding and clock", "first have a refused price signed");
        return;
    }
    for (name, coding) in [
        ("the digest holds for a plain body", "identity"),
        ("the digest holds for a body that may be gzip", "gzip"),
        ("the digest holds for a body that may be brotli", "br"),
        ("the digest holds for a body that may be either", "gzip, br"),
    ] {
        report.note(name, coded(wire, coding).await);
    }
    report.note("the backend's clock is right", clock(wire).await);
}

async fn coded(wire: &Wire, coding: &str) -> Result<(), Fault> {
    let heard = wire.ask_as(wire.get("/v1/quote"), |sending| sending.header("accept-encoding", coding)).await?;
    wire.judge(&heard).map(drop)
}

async fn clock(wire: &Wire) -> Result<(), Fault> {
    let heard = wire.ask(wire.get("/v1/quote")).await?;
    let created = created(&heard).ok_or(Code::ParamMissing)?;
    let ahead = created - now();
    if ahead.abs() <= MAX_SKEW {
        return Ok(());
    }
    let date = joined(&heard.headers, "date").unwrap_or_else(|| "absent".to_owned());
    let sides = if ahead > 0 { "ahead of" } else { "behind" };
    let detail = format!("created is {} s {sides} this machine's clock; its Date header is {date}", ahead.abs());
    Err(Fault::from(Code::TimeCreatedSkew).told(&detail))
}

/// When an answer says that it was signed.
fn created(heard: &Heard) -> Option<i64> {
    let inputs = parse_signature_input(heard.answer.signature_input.as_deref()?).ok()?;
    match inputs.first()?.1.parameter("created")? {
        Bare::Int(created) => Some(*created),
        _ => None,
    }
}

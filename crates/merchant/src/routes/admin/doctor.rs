//! `GET /admin/v1/doctor`: what is wrong now, in words, and what to do about each.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::json::{Answer, answer};
use crate::api_keys::Scope;
use crate::order_service::{Finding, Severity};

/// What is not looked at until a provider has answered.
const CLOCK: &str = "the clock of this machine, which is compared with those of providers: none has answered since the start";
/// The same, where the records are a database's.
const ROOM: &str = "how much room the disk of the database has left";
pub(super) async fn doctor(State(app): State<App>, caller: Caller) -> Answer {
    caller.must(Scope::Read)?;
    let troubles = app.service.metrics.troubles();
    let mut findings = Vec::new();
    if !app.readiness.takes_orders(&app.service).await {
        findings.push(Finding {
            code: "store-not-writable",
            of: None,
            severity: Severity::Error,
            words: "the records cannot be written to, and no order is taken".to_owned(),
            what_to_do: "the log says why: mostly a full disk, or a database that is away or a standby",
        });
    }
    findings.extend(app.service.findings().await?);
    let findings: Vec<Value> = findings.iter().map(view).collect();
    let is_known = app.service.store.room().is_some();
    let has_heard = !troubles.ahead.is_empty();
    let not_checked: Vec<&str> = [(!has_heard).then_some(CLOCK), (!is_known).then_some(ROOM)].into_iter().flatten().collect();
    answer(StatusCode::OK, &json!({ "findings": findings, "not_checked": not_checked }))
}

fn view(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({ "code": finding.code, "severity": severity, "words": finding.words, "what_to_do": finding.what_to_do })
}

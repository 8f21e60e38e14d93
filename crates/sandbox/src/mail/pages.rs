//! The mailbox for eyes: a list, a letter with its plain text and its page in a frame that runs nothing, what is attached, and the same as
//! JSON. Everything of a letter is escaped: whoever wrote it is not to be trusted by a browser.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::mailbox::{MailView, Mailbox};

/// The list and a letter: nothing of theirs runs, and frames come from here.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The page in a letter: in a box of its own even where somebody opens it beside the frame, and nothing is fetched.
const PAGE_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'self'";
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:52em;margin:1.5em auto;padding:0 1em;color-scheme:light dark}\
                     table{width:100%;border-collapse:collapse}td,th{text-align:start;padding:.4em .6em;border-bottom:1px solid #8884;\
                     vertical-align:top;overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere}iframe{width:100%;height:38em;\
                     border:1px solid #8888;background:#fff}";

pub(crate) fn routes(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/mailbox", get(list))
        .route("/mailbox/{id}", get(letter))
        .route("/mailbox/{id}/page", get(page))
        .route("/mailbox/{id}/source", get(source))
        .route("/mailbox/{id}/attachments/{number}", get(attachment))
        .route("/sandbox/mail", get(all).delete(clear))
        .with_state(mailbox)
}

type Shared = State<Arc<Mailbox>>;

async fn all(State(mailbox): Shared) -> Json<Vec<MailView>> {
    Json(mailbox.mails())
}

async fn clear(State(mailbox): Shared) -> Json<Value> {
    mailbox.clear();
    Json(json!({}))
}

async fn list(State(mailbox): Shared) -> Response {
    let row = |mail: &MailView| {
        let MailView { id, subject, .. } = mail;
        let to = escaped(&mail.envelope_to.join(", "));
        let subject = escaped(if subject.is_empty() { "(nothing)" } else { subject });
        format!("<tr><td>{id}</td><td><bdi>{to}</bdi></td><td><a href=\"/mailbox/{id}\"><bdi>{subject}</bdi></a></td></tr>")
    };
    let rows: String = mailbox.mails().iter().rev().map(row).collect();
    let hint = "<p>Letters to <code>refused@…</code> are refused, those to <code>later@…</code> and <code>full@…</code> not taken for now. \
                Nothing leaves here.</p>";
    let table = match rows.is_empty() {
        true => "<p>No letters yet.</p>".to_owned(),
        false => format!("<table><thead><tr><th>No.</th><th>To</th><th>Subject</th></tr></thead><tbody>{rows}</tbody></table>"),
    };
    html("Mailbox", &format!("<h1>Mailbox</h1>{hint}{table}"))
}

async fn letter(State(mailbox): Shared, Path(id): Path<u64>) -> Response {
    let Some(mail) = mailbox.find(id) else { return nothing() };
    let head = |name: &str, value: &str| format!("<tr><th>{name}</th><td><bdi>{}</bdi></td></tr>", escaped(value));
    let heads = [
        head("From", &mail.from),
        head("To", &mail.to),
        head("Message-ID", &mail.message_id),
        head("By TLS", if mail.encrypted { "yes" } else { "no" }),
    ];
    let attached = mail.attachments.iter().enumerate().map(|(at, attached)| {
        format!("<li><a href=\"/mailbox/{id}/attachments/{at}\" download><bdi>{}</bdi></a></li>", escaped(&attached.name))
    });
    let attached: String = attached.collect();
    let attached = if attached.is_empty() { attached } else { format!("<h2>Attached</h2><ul>{attached}</ul>") };
    let body = format!(
        "<p><a href=\"/mailbox\">Mailbox</a> · <a href=\"/mailbox/{id}/source\">As it came</a></p><h1><bdi>{}</bdi></h1>\
         <table>{}</table>{attached}<h2>As a page</h2><iframe sandbox title=\"The letter as a page\" src=\"/mailbox/{id}/page\"></iframe>\
         <h2>As plain text</h2><pre dir=\"auto\">{}</pre>",
        escaped(&mail.subject),
        heads.concat(),
        escaped(&mail.text)
    );
    html(&mail.subject, &body)
}

async fn page(State(mailbox): Shared, Path(id): Path<u64>) -> Response {
    let Some(mail) = mailbox.find(id) else { return nothing() };
    answered("text/html; charset=utf-8", PAGE_POLICY, mail.html)
}

async fn source(State(mailbox): Shared, Path(id): Path<u64>) -> Response {
    let Some(mail) = mailbox.find(id) else { return nothing() };
    answered("text/plain; charset=utf-8", POLICY, mail.source)
}

async fn attachment(State(mailbox): Shared, Path((id, number)): Path<(u64, usize)>) -> Response {
    let Some(attached) = mailbox.find(id).and_then(|mail| mail.attachments.into_iter().nth(number)) else { return nothing() };
    let name: String = attached.name.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-._".contains(*letter)).collect();
    let mut answer = answered("application/octet-stream", PAGE_POLICY, attached.text);
    if let Ok(value) = format!("attachment; filename=\"{name}\"").parse() {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    answer
}

fn html(title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{}</title><style>{STYLE}</style></head><body>{body}</body></html>",
        escaped(title)
    );
    answered("text/html; charset=utf-8", POLICY, page)
}

fn answered(kind: &'static str, policy: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "no such letter\n").into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

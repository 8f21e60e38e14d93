//! The calls under /cgi-bin about messages: to followers by template, to those who consented, and the templates themselves.

use std::sync::Arc;

use axum::Router;
use gateway::official_account::server::{ErrorReply, MESSAGES_PER_DAY, Pushed, Template, TemplateRequest, read_json, text};
use serde_json::{Value, json};

use super::books::{Books, MessageView};
use super::call::{ApiCall, Outcome, asked, posted};
use super::push::push;
use super::server::OfficialAccount;
use crate::random::{digits, word};

pub(super) fn routes() -> Router<Arc<OfficialAccount>> {
    Router::new()
        .route("/cgi-bin/message/template/send", posted(send_template))
        .route("/cgi-bin/message/subscribe/bizsend", posted(send_consented))
        .route("/cgi-bin/template/api_set_industry", posted(set_industry))
        .route("/cgi-bin/template/get_industry", asked(get_industry))
        .route("/cgi-bin/template/api_add_template", posted(add_template))
        .route("/cgi-bin/template/get_all_private_template", asked(list_templates))
        .route("/cgi-bin/template/del_private_template", posted(remove_template))
}

/// Takes a message; whether it arrives is called back.
fn send_template(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let now = server.env.clock.now();
    let mut books = server.books();
    books.authorize(call.get("access_token"), now)?;
    let asked = TemplateRequest::parse(&call.body)?;
    let template = known(server, &books, &asked)?;
    if !books.follower.follows {
        return Err(ErrorReply::of(43004));
    }
    let blocks_late = server.env.faults().message_blocked_late;
    if books.follower.muted && !blocks_late {
        return Err(ErrorReply::of(43019));
    }
    let lines = asked.lines(&template)?;
    books.name(&asked.client_msg_id, now)?;
    books.sent.count(now, MESSAGES_PER_DAY, 0)?;
    let message_id = message_id(server);
    let status = if blocks_late { "failed:user block" } else { "success" };
    if !blocks_late {
        books.deliver(view(message_id, &template, lines, asked.url, now));
    }
    drop(books);
    push(server, &Pushed::TemplateFinished { message_id, status });
    Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": message_id }))
}

/// Takes a message to somebody who consented to one of this template; each consent is good for one.
fn send_consented(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let now = server.env.clock.now();
    let mut books = server.books();
    books.authorize(call.get("access_token"), now)?;
    let asked = TemplateRequest::parse_consented(&call.body)?;
    let template = known(server, &books, &asked)?;
    let lines = asked.lines(&template)?;
    let left = books.consents.get_mut(&template.id).filter(|left| **left > 0).ok_or(ErrorReply::of(43101))?;
    *left -= 1;
    let message_id = message_id(server);
    let template_id = template.id.clone();
    books.deliver(view(message_id, &template, lines, asked.url, now));
    drop(books);
    push(server, &Pushed::ConsentedSent { template_id, message_id });
    Ok(json!({ "errcode": 0, "errmsg": "ok" }))
}

/// The template of a message, if its reader is known.
fn known(server: &OfficialAccount, books: &Books, asked: &TemplateRequest) -> Result<Template, ErrorReply> {
    if asked.touser != server.facts.openid.as_str() {
        return Err(ErrorReply::of(40003));
    }
    books.templates.find(&server.facts, &asked.template_id)
}

fn message_id(server: &OfficialAccount) -> i64 {
    digits::<15>(&server.env.random).parse::<i64>().unwrap_or_default() + 1_000_000_000_000_000
}

fn view(id: i64, template: &Template, lines: Vec<(&'static str, String)>, url: String, at: i64) -> MessageView {
    let lines = lines.into_iter().map(|(label, text)| (label.to_owned(), text)).collect();
    MessageView { id, title: template.title.to_owned(), lines, url, at }
}

fn set_industry(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let mut books = server.books();
    books.authorize(call.get("access_token"), server.env.clock.now())?;
    let members = read_json(&call.body)?;
    // Some clients write numbers, others their digits.
    let number = |name: &str| match members.get(name) {
        Some(Value::Number(number)) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        other => other.and_then(Value::as_str).and_then(|digits| digits.parse().ok()),
    };
    books.templates.set_industries(["industry_id1", "industry_id2"].map(number))?;
    done()
}

fn get_industry(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let books = server.books();
    books.authorize(call.get("access_token"), server.env.clock.now())?;
    Ok(books.templates.industries())
}

fn add_template(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let mut books = server.books();
    books.authorize(call.get("access_token"), server.env.clock.now())?;
    let members = read_json(&call.body)?;
    let id = books.templates.add(&server.facts, text(&members, "template_id_short"), word::<43>(&server.env.random))?;
    Ok(json!({ "errcode": 0, "errmsg": "ok", "template_id": id }))
}

fn list_templates(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let books = server.books();
    books.authorize(call.get("access_token"), server.env.clock.now())?;
    Ok(books.templates.list(&server.facts))
}

fn remove_template(server: &OfficialAccount, call: &ApiCall) -> Outcome {
    let mut books = server.books();
    books.authorize(call.get("access_token"), server.env.clock.now())?;
    let members = read_json(&call.body)?;
    books.templates.remove(&server.facts, text(&members, "template_id"))?;
    done()
}

fn done() -> Outcome {
    Ok(json!({ "errcode": 0, "errmsg": "ok" }))
}

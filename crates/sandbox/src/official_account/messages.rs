//! The calls under /cgi-bin about messages: to followers by template, to those who consented, and the templates themselves.

use std::sync::Arc;

use axum::Router;
use gateway::official_account::server::{MESSAGES_PER_DAY, Pushed, Refusal, Template, TemplateRequest, read_json, text};
use serde_json::{Value, json};

use super::call::{Call, Outcome, asked, posted};
use super::calls::facts;
use super::desk::{Desk, MessageView};
use super::push::push;
use crate::random::{digits, word};
use crate::world::World;

pub(super) fn routes() -> Router<Arc<World>> {
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
fn send_template(world: &World, call: &Call) -> Outcome {
    let now = world.clock.now();
    let mut desk = world.desk();
    desk.authorize(call.get("access_token"), now)?;
    let asked = TemplateRequest::parse(&call.body)?;
    let template = known(world, &desk, &asked)?;
    if !desk.follower.follows {
        return Err(Refusal::of(43004));
    }
    let blocks_late = world.faults().message_blocked_late;
    if desk.follower.muted && !blocks_late {
        return Err(Refusal::of(43019));
    }
    let lines = asked.lines(&template)?;
    desk.name(&asked.client_msg_id, now)?;
    desk.sent.count(now, MESSAGES_PER_DAY, 0)?;
    let message_id = message_id(world);
    let status = if blocks_late { "failed:user block" } else { "success" };
    if !blocks_late {
        desk.deliver(view(message_id, &template, lines, asked.url, now));
    }
    drop(desk);
    push(world, &Pushed::TemplateFinished { message_id, status });
    Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": message_id }))
}

/// Takes a message to somebody who consented to one of this template; each consent is good for one.
fn send_consented(world: &World, call: &Call) -> Outcome {
    let now = world.clock.now();
    let mut desk = world.desk();
    desk.authorize(call.get("access_token"), now)?;
    let asked = TemplateRequest::parse_consented(&call.body)?;
    let template = known(world, &desk, &asked)?;
    let lines = asked.lines(&template)?;
    let left = desk.consents.get_mut(&template.id).filter(|left| **left > 0).ok_or(Refusal::of(43101))?;
    *left -= 1;
    let message_id = message_id(world);
    let template_id = template.id.clone();
    desk.deliver(view(message_id, &template, lines, asked.url, now));
    drop(desk);
    push(world, &Pushed::ConsentedSent { template_id, message_id });
    Ok(json!({ "errcode": 0, "errmsg": "ok" }))
}

/// The template of a message, if its reader is known.
fn known(world: &World, desk: &Desk, asked: &TemplateRequest) -> Result<Template, Refusal> {
    if asked.touser != world.account.openid() {
        return Err(Refusal::of(40003));
    }
    desk.templates.find(facts(world)?, &asked.template_id)
}

fn message_id(world: &World) -> i64 {
    digits::<15>(&world.random).parse::<i64>().unwrap_or_default() + 1_000_000_000_000_000
}

fn view(id: i64, template: &Template, lines: Vec<(&'static str, String)>, url: String, at: i64) -> MessageView {
    let lines = lines.into_iter().map(|(label, text)| (label.to_owned(), text)).collect();
    MessageView { id, title: template.title.to_owned(), lines, url, at }
}

fn set_industry(world: &World, call: &Call) -> Outcome {
    let mut desk = world.desk();
    desk.authorize(call.get("access_token"), world.clock.now())?;
    let members = read_json(&call.body)?;
    // Some clients write numbers, others their digits.
    let number = |name: &str| match members.get(name) {
        Some(Value::Number(number)) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        other => other.and_then(Value::as_str).and_then(|digits| digits.parse().ok()),
    };
    desk.templates.set_industries(["industry_id1", "industry_id2"].map(number))?;
    done()
}

fn get_industry(world: &World, call: &Call) -> Outcome {
    let desk = world.desk();
    desk.authorize(call.get("access_token"), world.clock.now())?;
    Ok(desk.templates.industries())
}

fn add_template(world: &World, call: &Call) -> Outcome {
    let mut desk = world.desk();
    desk.authorize(call.get("access_token"), world.clock.now())?;
    let members = read_json(&call.body)?;
    let id = desk.templates.add(facts(world)?, text(&members, "template_id_short"), word::<43>(&world.random))?;
    Ok(json!({ "errcode": 0, "errmsg": "ok", "template_id": id }))
}

fn list_templates(world: &World, call: &Call) -> Outcome {
    let desk = world.desk();
    desk.authorize(call.get("access_token"), world.clock.now())?;
    Ok(desk.templates.list(facts(world)?))
}

fn remove_template(world: &World, call: &Call) -> Outcome {
    let mut desk = world.desk();
    desk.authorize(call.get("access_token"), world.clock.now())?;
    let members = read_json(&call.body)?;
    desk.templates.remove(facts(world)?, text(&members, "template_id"))?;
    done()
}

fn done() -> Outcome {
    Ok(json!({ "errcode": 0, "errmsg": "ok" }))
}

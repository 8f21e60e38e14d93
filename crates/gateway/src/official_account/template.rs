//! Messages about an order to those who follow the account: what each keyword may hold, and what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::config::{Config, TemplateSettings};
use super::message::{Message, Occasion};
use super::reply::{self, post};
use super::texts;
use crate::{GatewayError, HttpRequest, HttpResponse};

/// What became of a message that WeChat took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way, under this number.
    Accepted {
        /// The number that [`super::Event::Delivered`] repeats.
        message_id: i64,
    },
    /// It was sent before, under the same name.
    Repeated,
}

#[derive(Serialize)]
struct MessageBody<'a> {
    touser: &'a str,
    template_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
    client_msg_id: &'a str,
    data: BTreeMap<&'a str, KeywordValue>,
}

#[derive(Serialize)]
struct KeywordValue {
    value: String,
}

#[derive(Deserialize)]
struct MessageReply {
    msgid: i64,
}

pub(super) fn settings(config: &Config, occasion: Occasion) -> Option<&TemplateSettings> {
    match occasion {
        Occasion::Paid => config.paid_template.as_ref(),
        Occasion::Shipped => config.shipped_template.as_ref(),
        Occasion::Refunded => config.refunded_template.as_ref(),
    }
}

pub(super) fn request(config: &Config, token: &str, message: &Message<'_>) -> Option<HttpRequest> {
    let template = settings(config, message.occasion)?;
    let body = MessageBody {
        touser: message.openid,
        template_id: &template.id,
        url: message.url,
        client_msg_id: message.id,
        data: data(template, message),
    };
    Some(post(&config.base_url, "/cgi-bin/message/template/send", &[("access_token", token)], &body))
}

fn data<'a>(template: &'a TemplateSettings, message: &Message<'_>) -> BTreeMap<&'a str, KeywordValue> {
    let mut told = [
        template.order.as_deref().map(|keyword| (keyword, texts::order(keyword, message))),
        template.description.as_deref().map(|keyword| (keyword, texts::description(keyword, message))),
        template.amount.as_deref().map(|keyword| (keyword, texts::amount(keyword, message))),
        template.time.as_deref().map(|keyword| (keyword, texts::time(keyword, message))),
    ];
    if message.is_test {
        // What was bought is what people read first; what tells the time takes no words.
        for place in [1, 0, 2] {
            let marked = told[place].as_ref().and_then(|(keyword, value)| Some((*keyword, texts::marked(keyword, value)?)));
            if marked.is_some() {
                told[place] = marked;
                break;
            }
        }
    }
    told.into_iter().flatten().map(|(keyword, value)| (keyword, KeywordValue { value })).collect()
}

pub(super) fn sent(reply: &HttpResponse) -> Result<Sent, GatewayError> {
    match reply::read::<MessageReply>(reply) {
        Ok(MessageReply { msgid: message_id }) => Ok(Sent::Accepted { message_id }),
        Err(GatewayError::Refused { code, .. }) if code == "45065" => Ok(Sent::Repeated),
        Err(GatewayError::Refused { code, message, .. }) if ["40037", "47003"].contains(&code.as_str()) => {
            Err(GatewayError::Configuration {
                key: "paid_template, shipped_template, refunded_template",
                problem: format!("{code} {message}"),
            })
        }
        Err(error) => Err(error),
    }
}

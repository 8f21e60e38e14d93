//! What WeChat calls back: the XML of events, in the three modes that the console offers, and the signed queries.

use super::query;
use crate::official_account::seal::AesKey;
use crate::official_account::sign::callback_signature;
use crate::official_account::xml::text;

/// How much of a callback is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing.
    Plain,
    /// Everything is there twice, plain and encrypted.
    Compatible,
    /// Everything.
    Safe,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// Somebody follows from now on, by a code or by themselves.
    Subscribe {
        /// Scene and ticket of the code.
        code: Option<(String, String)>,
    },
    /// Somebody does not follow any more.
    Unsubscribe,
    /// A follower scanned a code.
    Scan {
        /// The code's scene.
        scene: String,
        /// The code's ticket.
        ticket: String,
    },
    /// What became of a message.
    TemplateFinished {
        /// The message's number.
        message_id: i64,
        /// `success`, or `failed:user block`, or `failed: system failed`.
        status: &'static str,
    },
    /// Somebody was asked whether messages of a template are wanted.
    Consented {
        /// The template.
        template_id: String,
        /// Whether they are.
        accepts: bool,
    },
    /// What became of a message that somebody had consented to.
    ConsentedSent {
        /// The template.
        template_id: String,
        /// The message's number.
        message_id: i64,
    },
}

/// The merchant's endpoint as the console knows it.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'a> {
    /// The account.
    pub appid: &'a str,
    /// The account's original id, which begins with `gh_`.
    pub original_id: &'a str,
    /// The word that signs.
    pub token: &'a str,
    /// Encrypts, where the mode wants it.
    pub key: &'a AesKey,
    /// How much of it.
    pub mode: Mode,
}

/// A callback, ready to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The query to be added to the merchant's URL.
    pub query: String,
    /// The XML.
    pub body: String,
}

impl Pushed {
    /// The event as a message, which happened at `at` (unix seconds).
    #[must_use]
    pub fn xml(&self, original_id: &str, openid: &str, at: i64) -> String {
        let (name, more) = match self {
            Self::Subscribe { code: None } => ("subscribe", member("EventKey", "")),
            Self::Subscribe { code: Some((scene, ticket)) } => {
                ("subscribe", member("EventKey", &format!("qrscene_{scene}")) + &member("Ticket", ticket))
            }
            Self::Unsubscribe => ("unsubscribe", member("EventKey", "")),
            Self::Scan { scene, ticket } => ("SCAN", member("EventKey", scene) + &member("Ticket", ticket)),
            Self::TemplateFinished { message_id, status } => {
                ("TEMPLATESENDJOBFINISH", format!("<MsgID>{message_id}</MsgID>") + &member("Status", status))
            }
            Self::Consented { template_id, accepts } => {
                let answer = member("SubscribeStatusString", if *accepts { "accept" } else { "reject" });
                ("subscribe_msg_popup_event", list("SubscribeMsgPopupEvent", template_id, &(answer + &member("PopupScene", "2"))))
            }
            Self::ConsentedSent { template_id, message_id } => {
                let sent = [member("MsgID", &message_id.to_string()), member("ErrorCode", "0"), member("ErrorStatus", "success")].concat();
                ("subscribe_msg_sent_event", list("SubscribeMsgSentEvent", template_id, &sent))
            }
        };
        let (to, from) = (member("ToUserName", original_id), member("FromUserName", openid));
        let (kind, event) = (member("MsgType", "event"), member("Event", name));
        format!("<xml>{to}{from}<CreateTime>{at}</CreateTime>{kind}{event}{more}</xml>")
    }
}

impl Endpoint<'_> {
    /// Wraps a message. `prefix` is random and used once.
    #[must_use]
    pub fn push(&self, xml: &str, openid: &str, timestamp: i64, nonce: &str, prefix: [u8; 16]) -> Push {
        let timestamp = timestamp.to_string();
        let signature = callback_signature(&[self.token, &timestamp, nonce]);
        let mut parameters = vec![("signature", signature.as_str()), ("timestamp", &timestamp), ("nonce", nonce), ("openid", openid)];
        if self.mode == Mode::Plain {
            return Push { query: query(&parameters), body: xml.to_owned() };
        }
        let sealed = self.key.seal(prefix, xml.as_bytes(), self.appid);
        let covering = callback_signature(&[self.token, &timestamp, nonce, &sealed]);
        parameters.extend([("encrypt_type", "aes"), ("msg_signature", covering.as_str())]);
        let encrypted = member("Encrypt", &sealed);
        let body = match self.mode {
            Mode::Compatible => xml.replacen("</xml>", &format!("{encrypted}</xml>"), 1),
            Mode::Plain | Mode::Safe => format!("<xml>{}{encrypted}</xml>", member("ToUserName", self.original_id)),
        };
        Push { query: query(&parameters), body }
    }

    /// The query of the check of the URL; the answer has to be `echo`.
    #[must_use]
    pub fn check(&self, timestamp: i64, nonce: &str, echo: &str) -> String {
        let timestamp = timestamp.to_string();
        let signature = callback_signature(&[self.token, &timestamp, nonce]);
        query(&[("signature", &signature), ("echostr", echo), ("timestamp", &timestamp), ("nonce", nonce)])
    }
}

/// What is told of one template, in the list that it comes in.
fn list(name: &str, template_id: &str, more: &str) -> String {
    format!("<{name}><List>{}{more}</List></{name}>", member("TemplateId", template_id))
}

fn member(name: &str, value: &str) -> String {
    format!("<{name}>{}</{name}>", text(value))
}

//! Answers: the node, compact and first, then its signature over exactly the node's bytes, the order that
//! every known client can cut (Alipay, "how clients cut the substring").

use serde_json::Value;

use super::charset::{Charset, UTF_8};
use super::error_reply::ErrorReply;
use crate::alipay::sign::SIGN_TYPE;
use crate::rsa::PrivateKey;

/// The members of an answer, in order, without code and message.
pub type Members = Vec<(&'static str, Value)>;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlashStyle {
    /// As the live service writes: `/` as `\/`.
    EscapedSlashes,
    /// As most examples are written.
    PlainSlashes,
}

/// The body of an answer to `method`, or to nothing that Alipay knows. `spoil` signs something else.
#[must_use]
pub fn answer(key: &PrivateKey, method: Option<&str>, outcome: &Result<Members, ErrorReply>, shape: SlashStyle, spoil: bool) -> Vec<u8> {
    answer_in(UTF_8, key, method, outcome, shape, spoil)
}

/// The same in another charset; what it has no signs for is a question mark.
#[must_use]
pub fn answer_in(
    charset: Charset,
    key: &PrivateKey,
    method: Option<&str>,
    outcome: &Result<Members, ErrorReply>,
    shape: SlashStyle,
    spoil: bool,
) -> Vec<u8> {
    let written = |text: &str| {
        (charset.encode)(text).unwrap_or_else(|| text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>().into_bytes())
    };
    let name = method.map_or_else(|| "error_response".to_owned(), |method| format!("{}_response", method.replace('.', "_")));
    let node = node(outcome, shape);
    let signed = outcome.as_ref().map_or_else(|refusal| refusal.signed, |_| true);
    let sign = match (signed, spoil) {
        (false, _) => String::new(),
        (true, true) => format!(",\"sign\":\"{}\"", key.sign(SIGN_TYPE.as_bytes())),
        (true, false) => format!(",\"sign\":\"{}\"", key.sign(&written(&node))),
    };
    [format!("{{\"{name}\":").into_bytes(), written(&node), format!("{sign}}}").into_bytes()].concat()
}

fn node(outcome: &Result<Members, ErrorReply>, shape: SlashStyle) -> String {
    let head = |code: &str, msg: &str| vec![("code", Value::from(code)), ("msg", Value::from(msg))];
    let members = match outcome {
        Ok(members) => [head("10000", "Success"), members.clone()].concat(),
        Err(refusal) => {
            let tail = vec![("sub_code", Value::from(refusal.sub_code)), ("sub_msg", Value::from(refusal.sub_msg))];
            [head(refusal.code, refusal.msg()), tail].concat()
        }
    };
    let node = object(&members);
    match shape {
        SlashStyle::EscapedSlashes => node.replace('/', "\\/"),
        SlashStyle::PlainSlashes => node,
    }
}

/// A JSON object whose members keep their order: the body of the REST dialect.
#[must_use]
pub fn object(members: &Members) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

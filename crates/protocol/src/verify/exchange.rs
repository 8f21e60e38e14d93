//! What is verified: an answer as it arrived beside the request as it was sent, and what else decides whether it is fresh and ours.

use crate::signature::{Component, Resolve};
use crate::{Code, Nonce, Pins, Request, decimal};

/// An answer as it arrived. Header values are as the browser gives them: line folds joined by comma and space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Unencoded-Digest`
    pub unencoded_digest: Option<String>,
    /// `Signature-Input`
    pub signature_input: Option<String>,
    /// `Signature`
    pub signature: Option<String>,
    /// The bytes after content decoding.
    pub body: Vec<u8>,
    /// Whether it came from another origin than the page's, so that headers may be hidden.
    pub cross_origin: bool,
    /// Whether it came from another address than the one asked.
    pub redirected: bool,
}

impl Answer {
    /// An answer from the page's own origin and the address asked; `header` finds a value by its name in lower case.
    pub fn of(status: u16, header: impl Fn(&str) -> Option<String>, body: Vec<u8>) -> Answer {
        Answer {
            status,
            content_type: header("content-type"),
            unencoded_digest: header("unencoded-digest"),
            signature_input: header("signature-input"),
            signature: header("signature"),
            body,
            cross_origin: false,
            redirected: false,
        }
    }
}

/// What else decides whether an answer is fresh and ours.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The merchant's keys.
    pub pins: &'a Pins,
    /// Milliseconds from sending the request to the complete answer, on a monotonic clock.
    pub elapsed_ms: i64,
    /// The backend's time by [`crate::ServerClock`], unix seconds, if it is known yet.
    pub server_now: Option<i64>,
    /// `created` of the last verified answer about the same order.
    pub last_created: Option<i64>,
    /// Nonces of earlier requests, to tell a replay from a mix-up.
    pub earlier: &'a [Nonce],
}

/// The request as it was sent beside the answer as it arrived: where component values come from.
/// Of the request, only what the caller itself sent is used, never what the answer claims.
pub struct Exchange<'a> {
    /// As sent.
    pub request: &'a Request,
    /// As received.
    pub answer: &'a Answer,
}

impl Resolve for Exchange<'_> {
    fn resolve(&self, component: &Component) -> Result<String, Code> {
        let Exchange { request, answer } = self;
        let status = decimal::text(answer.status.into());
        let value = match component.name.as_str() {
            "@method" => Some(request.method),
            "@target-uri" => Some(request.url.as_str()),
            "@status" => Some(status.as_str()),
            "content-type" => answer.content_type.as_deref(),
            "unencoded-digest" => Some(answer.unencoded_digest.as_deref().ok_or(Code::DigestMissing)?),
            _ => None,
        };
        value.map(trimmed).ok_or(Code::CompUnresolvable)
    }
}

/// RFC 9421 §2.1: leading and trailing white space is no part of a value.
fn trimmed(value: &str) -> String {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let ahead = value.bytes().take_while(blank).count();
    let behind = value[ahead..].bytes().rev().take_while(blank).count();
    value[ahead..value.len() - behind].to_owned()
}

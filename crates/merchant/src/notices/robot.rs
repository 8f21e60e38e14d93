//! Robots of groups, which post what they are sent: WeCom's, DingTalk's and Slack's. The address of one is its secret, and stands in no
//! error, log or text for debugging.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::hmac;
use protocol::base64::{Alphabet, encode};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::words::Told;
use crate::incoming::{self, Allowed};

/// How long a robot may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whose robot it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RobotKind {
    /// A group robot of WeCom.
    Wecom,
    /// A custom robot of DingTalk.
    Dingtalk,
    /// An incoming webhook of Slack.
    Slack,
}

impl RobotKind {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            RobotKind::Wecom => "wecom",
            RobotKind::Dingtalk => "dingtalk",
            RobotKind::Slack => "slack",
        }
    }
}

/// A robot.
#[derive(Clone)]
pub(crate) struct Robot {
    pub(crate) kind: RobotKind,
    /// Its address, a secret.
    pub(crate) url: Url,
    /// By which a robot of DingTalk knows us, where it asks for that.
    pub(crate) secret: Option<String>,
}

impl Robot {
    /// Sends it something. `now` in unix seconds.
    ///
    /// # Errors
    /// Why it was not taken, in a few words: a status, or a number of the robot's.
    pub(crate) async fn send(&self, client: &reqwest::Client, told: &Told, now: i64) -> Result<(), String> {
        let body = self.body(told).to_string();
        let request = client.post(self.address(now)).header("content-type", "application/json").body(body);
        let answer = incoming::answer(request.send(), Allowed::within(PATIENCE)).await.map_err(|error| error.to_string())?;
        if answer.status.as_u16() != 200 {
            return Err(answer.status.as_u16().to_string());
        }
        if self.kind == RobotKind::Slack {
            return if answer.body.trim_ascii() == b"ok" { Ok(()) } else { Err("an answer other than ok".to_owned()) };
        }
        let read: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match read["errcode"].as_i64() {
            Some(0) => Ok(()),
            Some(number) => Err(format!("errcode {number}")),
            None => Err("an answer without errcode".to_owned()),
        }
    }

    /// Where it is sent, signed where the robot asks for that.
    fn address(&self, now: i64) -> Url {
        let mut url = self.url.clone();
        if let Some(secret) = &self.secret {
            let timestamp = (now * 1_000).to_string();
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
            let sign = encode(Alphabet::Standard, hmac::sign(&key, format!("{timestamp}\n{secret}").as_bytes()).as_ref());
            url.query_pairs_mut().append_pair("timestamp", &timestamp).append_pair("sign", &sign);
        }
        url
    }

    fn body(&self, told: &Told) -> Value {
        let Told { head, lines, link: (label, link) } = told;
        let all = |between: &str| [std::slice::from_ref(head), lines].concat().join(between);
        match self.kind {
            RobotKind::Wecom => {
                json!({ "msgtype": "markdown", "markdown": { "content": format!("{}\n[{label}]({link})", all("\n")) } })
            }
            // Lines of its markdown end where the next one is empty.
            RobotKind::Dingtalk => {
                json!({ "msgtype": "markdown", "markdown": { "title": head, "text": format!("{}\n\n[{label}]({link})", all("\n\n")) } })
            }
            RobotKind::Slack => json!({ "text": format!("{}\n<{}|{label}>", all("\n"), link.replace('&', "&amp;")) }),
        }
    }
}

impl fmt::Debug for Robot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Robot({})", self.kind.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robot_of_dingtalk_is_signed_for_and_no_address_is_told() {
        let url = Url::parse("https://oapi.dingtalk.com/robot/send?access_token=hush").unwrap();
        let robot = Robot { kind: RobotKind::Dingtalk, url, secret: Some("SECthis is secret".to_owned()) };
        // By `openssl dgst -sha256 -hmac 'SECthis is secret' -binary | base64` over the time, a line feed and the secret.
        let asked = robot.address(1_577_262_236);
        let pairs: Vec<(String, String)> = asked.query_pairs().into_owned().collect();
        assert_eq!(pairs[1], ("timestamp".to_owned(), "1577262236000".to_owned()));
        assert_eq!(pairs[2], ("sign".to_owned(), "kbbg6gIQYLqqbM+uzYrHd0vLmCmc/7DwLChOJi7xduQ=".to_owned()));
        assert!(!asked.as_str().contains("SECthis"));
        assert_eq!(format!("{robot:?}"), "Robot(dingtalk)");
    }
}

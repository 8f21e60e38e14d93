//! The errors that the Official Account answers: a number and a text, under status 200
//! (gateways: Official Account, its tables of `errcode`).

use serde_json::json;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorReply {
    /// The number.
    pub errcode: i64,
    /// The text, without the number of the request that the answer adds.
    pub errmsg: String,
}

impl ErrorReply {
    /// The error of this number, with the text that the live service gives it.
    #[must_use]
    pub fn of(errcode: i64) -> Self {
        Self { errcode, errmsg: text(errcode).to_owned() }
    }

    /// 47003: a keyword of a message is missing or does not fit its kind. The text names it.
    #[must_use]
    pub fn argument(keyword: &str) -> Self {
        Self { errcode: 47003, errmsg: format!("argument invalid! data.{keyword}.value invalid") }
    }

    /// 47003: of a keyword's value nothing was left once emoji and signs were taken out.
    #[must_use]
    pub fn emptied(keyword: &str) -> Self {
        Self { errcode: 47003, errmsg: format!("argument invalid! data.{keyword}.value is empty") }
    }

    /// The body. `rid` names the request for the provider's support.
    #[must_use]
    pub fn body(&self, rid: &str) -> String {
        json!({ "errcode": self.errcode, "errmsg": format!("{} rid: {rid}", self.errmsg) }).to_string()
    }
}

fn text(errcode: i64) -> &'static str {
    match errcode {
        -1 => "system error",
        40001 => "invalid credential, access_token is invalid or not latest",
        40002 => "invalid grant_type",
        40003 => "invalid openid",
        40013 => "invalid appid",
        40014 => "invalid access_token",
        40029 => "invalid code",
        40030 => "invalid refresh_token",
        40037 => "invalid template_id",
        40053 => "invalid action info",
        40097 => "invalid args",
        40102 => "invalid industry id",
        40125 => "invalid appsecret",
        40163 => "code been used",
        41001 => "access_token missing",
        41002 => "appid missing",
        41003 => "missing refresh_token",
        41004 => "appsecret missing",
        41030 => "invalid page",
        41008 => "missing code",
        41009 => "missing openid",
        42001 => "access_token expired",
        42002 => "refresh_token expired",
        42003 => "code expired",
        43002 => "require POST method",
        43004 => "require subscribe",
        43101 => "user refuse to accept the msg",
        43019 => "require remove blacklist",
        44002 => "empty post data",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit, must slower, retry next minute",
        45026 => "template num exceed limit",
        45029 => "qrcode count out of limit",
        45065 => "clientmsgid exist",
        47001 => "data format error",
        48001 => "api unauthorized",
        _ => "unknown error",
    }
}

//! What calls ask for, judged member by member: tokens, messages and codes.

use serde_json::{Map, Value};

use super::error_reply::ErrorReply;
use super::keywords::Keyword;
use crate::official_account::scene::LONGEST_LIFE;

/// Reads a body, whatever its type is called: it has to be there, and an object of JSON.
///
/// # Errors
/// 44002 or 47001.
pub fn read_json(body: &[u8]) -> Result<Map<String, Value>, ErrorReply> {
    if body.is_empty() {
        return Err(ErrorReply::of(44002));
    }
    serde_json::from_slice(body).map_err(|_| ErrorReply::of(47001))
}

/// A text of a body; empty if it is not there.
#[must_use]
pub fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whose token is asked for, in what manner. Both endpoints ask the same; one in its query, one in its body.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The account's id.
    pub appid: String,
    /// The account's secret.
    pub secret: String,
    /// Whether the token before shall end at once.
    pub force_refresh: bool,
}

/// What a call for a token has to name as its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    /// Of the account.
    ClientCredential,
    /// Of a person, for a code.
    AuthorizationCode,
    /// Of a person, for a refresh token.
    RefreshToken,
}

impl GrantType {
    /// Judges the parameter.
    ///
    /// # Errors
    /// 40002.
    pub fn judge(self, text: &str) -> Result<(), ErrorReply> {
        let name = match self {
            Self::ClientCredential => "client_credential",
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
        };
        if text == name { Ok(()) } else { Err(ErrorReply::of(40002)) }
    }
}

impl TokenRequest {
    /// From the body of `stable_token`.
    ///
    /// # Errors
    /// [`ErrorReply`] with the first defect.
    pub fn parse(body: &[u8]) -> Result<Self, ErrorReply> {
        let members = read_json(body)?;
        GrantType::ClientCredential.judge(text(&members, "grant_type"))?;
        let force_refresh = members.get("force_refresh").and_then(Value::as_bool).unwrap_or_default();
        Ok(Self { appid: text(&members, "appid").to_owned(), secret: text(&members, "secret").to_owned(), force_refresh })
    }

    /// Whether this is the account of that id and secret.
    ///
    /// # Errors
    /// 41002 and 41004 for what is missing, 40013 and 40125 for what is wrong.
    pub fn judge(&self, appid: &str, secret: &str) -> Result<(), ErrorReply> {
        match (self.appid.as_str(), self.secret.as_str()) {
            ("", _) => Err(ErrorReply::of(41002)),
            (theirs, _) if theirs != appid => Err(ErrorReply::of(40013)),
            (_, "") => Err(ErrorReply::of(41004)),
            (_, theirs) if theirs != secret => Err(ErrorReply::of(40125)),
            _ => Ok(()),
        }
    }
}

/// A template of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// 43 characters.
    pub id: String,
    /// What heads the message.
    pub title: &'static str,
    /// The keywords, in their order.
    pub keywords: &'static [Keyword],
}

/// A message to a follower, of the right shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRequest {
    /// Who reads it.
    pub touser: String,
    /// Which template.
    pub template_id: String,
    /// Opened by a tap; may be empty.
    pub url: String,
    /// Keeps a repetition out; may be empty.
    pub client_msg_id: String,
    data: Map<String, Value>,
}

impl TemplateRequest {
    /// Reads the body of a call.
    ///
    /// # Errors
    /// 44002, 47001, 40097 for a name that is too long, and what misses its openid or template.
    pub fn parse(body: &[u8]) -> Result<Self, ErrorReply> {
        let mut members = read_json(body)?;
        let Some(Value::Object(data)) = members.remove("data") else { return Err(ErrorReply::of(47001)) };
        let request = Self {
            touser: text(&members, "touser").to_owned(),
            template_id: text(&members, "template_id").to_owned(),
            url: text(&members, "url").to_owned(),
            client_msg_id: text(&members, "client_msg_id").to_owned(),
            data,
        };
        match request.client_msg_id.chars().count() > 32 {
            true => Err(ErrorReply::of(40097)),
            false => Ok(request),
        }
    }

    /// Reads the body of `bizsend`, whose page stands under another name and has to be one of the web.
    ///
    /// # Errors
    /// 44002, 47001, 41030 for a page that is none.
    pub fn parse_consented(body: &[u8]) -> Result<Self, ErrorReply> {
        let page = text(&read_json(body)?, "page").to_owned();
        let is_page = page.is_empty() || page.starts_with("https://") || page.starts_with("http://");
        if !is_page {
            return Err(ErrorReply::of(41030));
        }
        Ok(Self { url: page, client_msg_id: String::new(), ..Self::parse(body)? })
    }

    /// What the message says, keyword by keyword.
    ///
    /// # Errors
    /// 47003 for a keyword that is missing or does not fit its kind.
    pub fn lines(&self, template: &Template) -> Result<Vec<(&'static str, String)>, ErrorReply> {
        let line = |keyword: &Keyword| {
            let value = self.data.get(keyword.name).and_then(|member| member.get("value")).and_then(Value::as_str).unwrap_or_default();
            let shown = Keyword::stripped(value);
            match (value.trim().is_empty(), shown.is_empty(), keyword.takes(&shown)) {
                (_, false, true) => Ok((keyword.label, shown)),
                (false, true, _) => Err(ErrorReply::emptied(keyword.name)),
                _ => Err(ErrorReply::argument(keyword.name)),
            }
        };
        template.keywords.iter().map(line).collect()
    }
}

/// A code to follow the account, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneRequest {
    /// What events repeat: a text, or a number's digits.
    pub scene: String,
    /// How long the code works, in seconds; `None` for ever.
    pub lifetime: Option<i64>,
}

impl SceneRequest {
    /// How long a code works if the call does not say, in seconds.
    const DEFAULT_LIFE: i64 = 60;

    /// How many numbers permanent codes can have.
    const PERMANENT: u64 = 100_000;

    /// Reads the body of a call.
    ///
    /// # Errors
    /// 44002, 47001, or 40053 for a scene that its kind of code cannot have.
    pub fn parse(body: &[u8]) -> Result<Self, ErrorReply> {
        let members = read_json(body)?;
        let scene = members.get("action_info").and_then(|info| info.get("scene"));
        let number = |highest: u64| {
            let id = scene.and_then(|scene| scene.get("scene_id")).and_then(Value::as_u64);
            id.filter(|id| (1..=highest).contains(id)).map(|id| id.to_string())
        };
        let string = || {
            let text = scene.and_then(|scene| scene.get("scene_str")).and_then(Value::as_str);
            text.filter(|text| (1..=64).contains(&text.chars().count())).map(str::to_owned)
        };
        let (scene, temporary) = match text(&members, "action_name") {
            "QR_SCENE" => (number(u64::from(u32::MAX)), true),
            "QR_STR_SCENE" => (string(), true),
            "QR_LIMIT_SCENE" => (number(Self::PERMANENT), false),
            "QR_LIMIT_STR_SCENE" => (string(), false),
            _ => (None, false),
        };
        let asked = members.get("expire_seconds").and_then(Value::as_i64).unwrap_or(Self::DEFAULT_LIFE);
        let lifetime = asked.clamp(1, i64::from(LONGEST_LIFE));
        scene.map(|scene| Self { scene, lifetime: temporary.then_some(lifetime) }).ok_or(ErrorReply::of(40053))
    }
}

//! What OAuth hands out: codes that work once, and the tokens of the person that they become. Pure: time and new texts
//! are arguments.

use gateway::official_account::Scope;
use gateway::official_account::server::{CODE_LIFE, ErrorReply, REFRESH_LIFE, TOKEN_LIFE};

/// Codes and tokens of persons.
#[derive(Default)]
pub(super) struct Grants {
    codes: Vec<Code>,
    tokens: Vec<Tokens>,
}

struct Code {
    value: String,
    scope: Scope,
    person: Person,
    made_at: i64,
    used: bool,
}

/// Whom a code or a token is of.
#[derive(Clone)]
pub(super) struct Person {
    pub openid: String,
    /// Not somebody who can be known again: WeChat shows a page to them before they have agreed to anything.
    pub is_virtual: bool,
}

/// The tokens of a person, as the exchange answers them.
#[derive(Clone)]
pub(super) struct Tokens {
    pub access: String,
    pub refresh: String,
    pub scope: Scope,
    pub person: Person,
    access_ends_at: i64,
    refresh_ends_at: i64,
}

impl Grants {
    /// Hands out a code.
    pub fn hand_out(&mut self, value: String, scope: Scope, person: Person, now: i64) {
        self.codes.push(Code { value, scope, person, made_at: now, used: false });
    }

    /// Takes a code for tokens, once and within five minutes.
    pub fn exchange(&mut self, value: &str, now: i64, access: String, refresh: String) -> Result<Tokens, ErrorReply> {
        if value.is_empty() {
            return Err(ErrorReply::of(41008));
        }
        let code = self.codes.iter_mut().find(|code| code.value == value).ok_or(ErrorReply::of(40029))?;
        if code.used {
            return Err(ErrorReply::of(40163));
        }
        if now - code.made_at >= CODE_LIFE {
            return Err(ErrorReply::of(42003));
        }
        code.used = true;
        let (access_ends_at, refresh_ends_at) = (now + TOKEN_LIFE, now + REFRESH_LIFE);
        let tokens = Tokens { access, refresh, scope: code.scope, person: code.person.clone(), access_ends_at, refresh_ends_at };
        self.tokens.push(tokens.clone());
        Ok(tokens)
    }

    /// Another access token for a refresh token; the one before ends.
    pub fn refresh(&mut self, refresh: &str, now: i64, access: String) -> Result<Tokens, ErrorReply> {
        if refresh.is_empty() {
            return Err(ErrorReply::of(41003));
        }
        let tokens = self.tokens.iter_mut().find(|tokens| tokens.refresh == refresh).ok_or(ErrorReply::of(40030))?;
        if now >= tokens.refresh_ends_at {
            return Err(ErrorReply::of(42002));
        }
        (tokens.access, tokens.access_ends_at) = (access, now + TOKEN_LIFE);
        Ok(tokens.clone())
    }

    /// Whose access token this is, and what it may be used for.
    pub fn judge(&self, access: &str, now: i64) -> Result<&Tokens, ErrorReply> {
        if access.is_empty() {
            return Err(ErrorReply::of(41001));
        }
        let tokens = self.tokens.iter().find(|tokens| tokens.access == access).ok_or(ErrorReply::of(40001))?;
        match now < tokens.access_ends_at {
            true => Ok(tokens),
            false => Err(ErrorReply::of(42001)),
        }
    }
}

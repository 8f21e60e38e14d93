//! WeChat's Official Account: who the shopper is inside of WeChat, codes to follow the account, messages to those
//! who do, and what WeChat calls back. Moves no money, so it is no [`crate::Gateway`]. Here is the merchant's end;
//! `server` is the provider's, for the sandbox. Nobody else imports that.

mod callback;
mod config;
mod message;
mod oauth;
mod reply;
mod scene;
mod seal;
#[cfg(feature = "provider")]
pub mod server;
mod sign;
mod template;
mod texts;
mod ticket;
mod token;
mod xml;

pub use callback::{Delivery, Event, acknowledgement};
pub use config::{BASE_URL, Config, OPEN_URL, Settings, TemplateSettings, is_live};
pub use message::{Message, Occasion};
pub use oauth::{Member, Scope};
pub use scene::SceneCode;
pub use template::Sent;
pub use ticket::PageSignature;
pub use token::{Freshness, Token};

use crate::{Call, CallContext, GatewayError};

/// Its name in settings, and the last part of the callback URL.
pub const NAME: &str = "official_account";

/// The payment method that tells payers by the ids that they have here.
pub const PAID_BY: &str = crate::wechat_pay::METHOD;

/// An Official Account as the merchant talks to it. Requests carry the secret or an access token in address or
/// body: neither belongs into a log.
///
/// Every call that takes an access token may be answered with [`GatewayError::StaleToken`]: the caller gets another
/// token with [`Freshness::Current`] and repeats the call once. Tokens are shared: nodes of one merchant keep one.
#[derive(Debug, Clone)]
pub struct OfficialAccount {
    config: Config,
}

impl OfficialAccount {
    /// A gateway for one account.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    /// The account's id, which pages need for `wx.config`.
    #[must_use]
    pub fn appid(&self) -> &str {
        &self.config.appid
    }

    /// Whether the settings have a template for this occasion.
    #[must_use]
    pub fn tells(&self, occasion: Occasion) -> bool {
        template::settings(&self.config, occasion).is_some()
    }

    /// Asks for an access token. Refused are a wrong appid or secret, an address that is not on the list of the console, and whatever
    /// else is about the `Account`; `Busy` where the quota is used up.
    #[must_use]
    pub fn token(&self, freshness: Freshness) -> Call<Token> {
        Call::new(token::request(&self.config, freshness), |reply, _| token::read(reply))
    }

    /// Where a browser inside of WeChat learns a code: to be redirected there. It comes back to `redirect_url` with
    /// `code` and `state` in its query, or with `state` alone if the shopper refused. The host of `redirect_url` has to
    /// be the account's web-authorization domain.
    ///
    /// `None` if `state` is not 1–128 letters and digits: WeChat carries no others.
    #[must_use]
    pub fn authorize_url(&self, redirect_url: &str, scope: Scope, state: &str) -> Option<String> {
        oauth::authorize_url(&self.config, redirect_url, scope, state)
    }

    /// Asks whose code it is. A code works once, for five minutes: `Refused` with `40029`, `40163` or `42003` for one that is unknown,
    /// used or too old, and with `is_snapshotuser` for a visitor of WeChat's preview, who is nobody and cannot pay.
    #[must_use]
    pub fn exchange(&self, code: &str) -> Call<Member> {
        Call::new(oauth::exchange(&self.config, code), |reply, _| oauth::exchanged(reply))
    }

    /// Sends a message to somebody who follows the account. `None` if the settings have no template for it. That WeChat took the
    /// message does not mean that it arrived: [`Event::Delivered`] tells.
    ///
    /// `Refused` with `43004` for a shopper who does not follow, `43019` for one who blocked the account and `40003` for an openid of
    /// another account; `Configuration` for a template that is not the account's or whose keywords are others.
    #[must_use]
    pub fn message(&self, token: &str, message: &Message<'_>) -> Option<Call<Sent>> {
        template::request(&self.config, token, message).map(|request| Call::new(request, |reply, _| template::sent(reply)))
    }

    /// Asks for a code to follow the account, bound to `scene`: 1–64 characters which come back in [`Event::Follow`] or
    /// [`Event::Scan`]. It works for `lifetime_seconds`, at most 30 days.
    #[must_use]
    pub fn scene(&self, token: &str, scene: &str, lifetime_seconds: u32) -> Call<SceneCode> {
        Call::new(scene::request(&self.config, token, scene, lifetime_seconds), |reply, _| scene::made(reply))
    }

    /// Asks for the ticket that signs pages. To be kept and shared like an access token: its quota is small.
    #[must_use]
    pub fn ticket(&self, token: &str) -> Call<Token> {
        Call::new(ticket::request(&self.config, token), |reply, _| ticket::read(reply))
    }

    /// What `wx.config` of the page at `url` needs. A fragment of `url` does not count; its query does.
    #[must_use]
    pub fn sign_page(&self, ticket: &str, url: &str, at: &CallContext) -> PageSignature {
        ticket::sign_page(&self.config, ticket, url, at)
    }

    /// Answers WeChat's check of the callback URL, a `GET` with this query: the text to reply with, status 200.
    ///
    /// # Errors
    /// [`GatewayError`] of the family `Forged`.
    pub fn echo(&self, query: &str) -> Result<String, GatewayError> {
        callback::echo(&self.config, query)
    }

    /// Proves and reads what WeChat posted to the callback URL. It may come again: see [`Delivery::id`].
    /// To be answered with [`acknowledgement`] within five seconds.
    ///
    /// A signature without encryption covers the query and not the body. Whoever saw one callback could send another
    /// body with its query, so the query's time has to be near `now` (unix seconds), and an account with an
    /// `aes_key` takes encrypted callbacks only, whose signature covers everything.
    ///
    /// # Errors
    /// [`GatewayError`] of the family `Forged`, or `Unreadable`.
    pub fn callback(&self, query: &str, body: &[u8], now: i64) -> Result<Delivery, GatewayError> {
        callback::read(&self.config, query, body, now)
    }
}

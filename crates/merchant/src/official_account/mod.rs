//! The merchant's Official Account at work: who the shopper inside of WeChat is, the code to follow an order by, messages about it,
//! and what WeChat calls back. Without an account configured, none of this happens.

mod callbacks;
mod messages;
mod openid;
mod tokens;

use gateway::official_account::{self, OfficialAccount};
pub(crate) use messages::run;
pub(crate) use openid::PATH;
use protocol::OrderId;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::providers::Caller;

/// Whose calls these are, in figures.
const SECTION: &str = "official_account";
/// How long a code to follow by works, seconds: the longest that WeChat has.
const FOLLOW_SECONDS: u32 = 30 * 86_400;

/// The account, reachable.
pub(crate) struct Channel {
    account: OfficialAccount,
    caller: Caller,
}

impl Channel {
    pub(crate) fn new(config: official_account::Config, caller: Caller) -> Channel {
        Channel { account: OfficialAccount::new(config), caller }
    }
}

impl Desk {
    /// Gets the code by which the shopper of an order can follow the account, to be shown once it is paid. The order does not wait for
    /// it, and does without if it cannot be had.
    pub(crate) async fn fetch_follow_code(&self, order: &OrderId) -> Result<(), Failure> {
        let Some(channel) = &self.channel else { return Ok(()) };
        if self.store.account(order).await?.follow.is_some() {
            return Ok(());
        }
        let make = |token: &str| Some(channel.account.scene(token, order.as_str(), FOLLOW_SECONDS));
        let Some(code) = self.with_token(channel, make, |reply| channel.account.scene_made(reply)).await? else { return Ok(()) };
        self.change(order, |account| account.follow_code_came(code.payload)).await?;
        Ok(())
    }
}

//! The merchant's Official Account at work: who the shopper inside of WeChat is, the code to follow an order by, messages about it,
//! and what WeChat calls back. Without an account configured, none of this happens.

mod callbacks;
mod messages;
mod openid;
mod tokens;

use std::sync::Arc;

use gateway::Family;
use gateway::official_account::{self, OfficialAccount};
pub(crate) use messages::run;
pub(crate) use openid::PATH;
use protocol::OrderId;

use crate::order_service::OrderService;
use crate::providers::{Caller, Refusals};
use crate::service_error::ServiceError;

/// Whose calls these are, in figures.
const SECTION: &str = "official_account";
/// How long a code to follow by works, seconds: the longest that WeChat has.
const FOLLOW_SECONDS: u32 = 30 * 86_400;

/// The account, reachable.
pub(crate) struct OfficialAccountClient {
    account: OfficialAccount,
    caller: Caller,
    refusals: Refusals,
}

impl OfficialAccountClient {
    pub(crate) fn new(config: official_account::Config, caller: Caller) -> OfficialAccountClient {
        let refusals = Refusals::new(SECTION, caller.metrics.clone());
        OfficialAccountClient { account: OfficialAccount::new(config), caller, refusals }
    }

    /// Notes what an answer to a call tells of the account.
    fn heard<T>(&self, call: &str, answer: Result<T, ServiceError>) -> Result<T, ServiceError> {
        self.heard_of(call, call, answer)
    }

    /// The same of a call by a setting of the operator's, such as a template, which may be at fault by itself.
    fn heard_of<T>(&self, call: &str, setting: &str, answer: Result<T, ServiceError>) -> Result<T, ServiceError> {
        let family = match &answer {
            Ok(_) => None,
            Err(ServiceError::Gateway(error)) => Some((error.family(), error)),
            Err(_) => return answer,
        };
        let now = (self.caller.clock)();
        match family {
            Some((Family::Account, error)) => self.refusals.refused_all(call, error, now),
            Some((Family::Configuration, error)) => self.refusals.refused(setting, error, now),
            // What is refused for one shopper was let in by the account.
            None | Some((Family::Refused, _)) => {
                self.refusals.works(call);
                self.refusals.works(setting);
            }
            Some(_) => {}
        }
        answer
    }
}

impl OrderService {
    /// Gets the code by which the shopper of an order can follow the account, while the shopper pays.
    pub(crate) fn fetch_follow_code_later(self: &Arc<Self>, order: &OrderId) {
        if self.channel.is_some() {
            let (service, order) = (Arc::clone(self), order.clone());
            tokio::spawn(async move {
                if let Err(failure) = service.fetch_follow_code(&order).await {
                    tracing::warn!(%order, %failure, "an order has no code to follow it by");
                }
            });
        }
    }

    /// Gets the code by which the shopper of an order can follow the account, to be shown once it is paid. The order does not wait for
    /// it, and does without if it cannot be had.
    pub(crate) async fn fetch_follow_code(&self, order: &OrderId) -> Result<(), ServiceError> {
        let Some(channel) = &self.channel else { return Ok(()) };
        if self.store.record(order).await?.follow.is_some() {
            return Ok(());
        }
        let make = |token: &str| Some(channel.account.scene(token, order.as_str(), FOLLOW_SECONDS));
        let code = self.with_token(("follow-code", "follow-code"), channel, make).await;
        let Some(code) = code? else { return Ok(()) };
        self.change(order, |record| record.follow_code_came(code.payload)).await?;
        Ok(())
    }
}

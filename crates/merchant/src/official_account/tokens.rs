//! The access token, one for all nodes: whoever finds it missing takes the lease, gets another, and the rest wait for it.

use std::time::Duration;

use gateway::official_account::Freshness;
use gateway::{Call, CallContext, GatewayError};

use super::client::{OfficialAccountClient, SECTION};
use crate::observing::CallName;
use crate::order_service::OrderService;
use crate::service_error::ServiceError;

/// The token's name in the records.
const NAME: &str = "official_account";
/// A token is not used in its last seconds: a call takes some.
const MARGIN: i64 = 60;
/// For how long one node may be getting another, seconds.
const LEASE: i64 = 15;
/// How often, and after which pause, the others look.
const LOOKS: u32 = 50;
const LOOK: Duration = Duration::from_millis(200);

impl OrderService {
    /// Makes a call that carries the token, once more with another if that one turned out to be void. `None` if there is nothing to call.
    /// The call and the setting that it is by are named in alarms.
    pub(super) async fn with_token<T>(
        &self,
        (call, setting): (&str, &str),
        channel: &OfficialAccountClient,
        make: impl Fn(&str) -> Option<Call<T>>,
    ) -> Result<Option<T>, ServiceError> {
        for is_last in [false, true] {
            let token = self.token(channel).await?;
            if make(&token).is_none() {
                return Ok(None);
            }
            let again = |_: &CallContext| make(&token).expect("the same call was there a moment ago");
            match channel.caller.call(CallName::Request, SECTION, again).await {
                Err(ServiceError::Gateway(GatewayError::StaleToken { .. })) if !is_last => self.store.drop_token(NAME, &token).await?,
                answer => return channel.heard_of(call, setting, answer).map(Some),
            }
        }
        Err(ServiceError::TokenRefused)
    }

    async fn token(&self, channel: &OfficialAccountClient) -> Result<String, ServiceError> {
        for _ in 0..LOOKS {
            let now = self.now();
            if let Some(token) = self.store.token(NAME, now + MARGIN).await? {
                return Ok(token);
            }
            if self.store.lease_token(NAME, now, now + LEASE).await? {
                let token = channel.caller.call(CallName::Token, SECTION, |_| channel.account.token(Freshness::Current));
                let token = match channel.heard(CallName::Token.as_str(), token.await) {
                    Ok(token) => token,
                    Err(failure) => {
                        // Whoever comes next tries anew; waiting for a node that gave up would help nobody.
                        self.store.give_lease_back(NAME, now + LEASE).await?;
                        return Err(failure);
                    }
                };
                self.store.keep_token(NAME, &token.value, self.now() + token.lifetime_seconds).await?;
                return Ok(token.value);
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(ServiceError::TokenAwaited)
    }
}

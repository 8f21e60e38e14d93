//! Messages to the shopper's WeChat when an order is paid and when money went back.

use gateway::GatewayError;
use gateway::official_account::{Message, Occasion, Sent};

use super::Channel;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::store::{StoreError, Told, Untold};

/// Nobody is told of what happened longer ago, seconds.
const NEWS: i64 = 86_400;
/// How many are told in one round.
const ROUND: i64 = 50;
/// WeChat's codes for a shopper who does not follow, or does not want to hear.
const NOT_FOLLOWING: [&str; 2] = ["43004", "43019"];

impl Desk {
    /// Tells shoppers what they have not been told.
    pub(crate) async fn tell_shoppers(&self) -> Result<(), StoreError> {
        let Some(channel) = &self.channel else { return Ok(()) };
        for untold in self.store.untold(gateway::wechat_pay::METHOD, self.now() - NEWS, ROUND).await? {
            match self.tell(channel, &untold).await {
                Ok(told) => self.store.told(&untold, told).await?,
                // It stays untold, and the next round tries again.
                Err(failure) => tracing::warn!(order = %untold.order, %failure, "a shopper could not be told"),
            }
        }
        Ok(())
    }

    async fn tell(&self, channel: &Channel, untold: &Untold) -> Result<Told, Failure> {
        let order = self.store.order(&untold.order).await?;
        let description = order.lines.first().map_or(order.merchant_name.as_str(), |line| line.name.as_str());
        let message = Message {
            occasion: if untold.is_refund { Occasion::Refunded } else { Occasion::Paid },
            id: &untold.id,
            openid: &untold.openid,
            url: untold.return_url.as_deref().unwrap_or_default(),
            order: untold.order.as_str(),
            description,
            amount: &format!("¥{}", untold.money.to_decimal()),
            at: untold.at,
        };
        let sent = self.with_token(channel, |token| channel.account.message(token, &message), |reply| channel.account.message_sent(reply));
        match sent.await {
            Ok(Some(Sent::Accepted { .. } | Sent::Repeated) | None) => Ok(Told::At(self.now())),
            Err(Failure::Gateway(GatewayError::Refused { code, .. })) if NOT_FOLLOWING.contains(&code.as_str()) => Ok(Told::NotFollowing),
            Err(Failure::Gateway(error @ (GatewayError::Refused { .. } | GatewayError::Configuration { .. }))) => {
                tracing::error!(order = %untold.order, %error, "a shopper will not be told");
                Ok(Told::At(self.now()))
            }
            Err(failure) => Err(failure),
        }
    }
}

//! Messages to the shopper's WeChat when an order is paid and when money went back. A job of their own: nothing about money waits for
//! them.

use std::time::Duration;

use gateway::official_account::{Message, Occasion, PAID_BY, Sent};
use gateway::{Family, GatewayError};

use super::client::OfficialAccountClient;
use crate::messages::Channel;
use crate::order_service::{OrderService, SharedOrderService, description, description_of};
use crate::service_error::ServiceError;
use crate::store::{MessageOutcome, ShopperMessage, UnsentMessage};

/// Nobody is told of what happened longer ago, seconds: an account or a template that is at fault is mended in days.
const NEWS: i64 = 3 * 86_400;
/// How many are told in one round, and how many are given a code to follow by.
const ROUND: i64 = 50;
/// For how long somebody who has paid may still look at the page, where a code to follow by is of use, seconds.
const LOOKING: i64 = 600;
/// WeChat's codes for a shopper who does not follow, or does not want to hear.
const NOT_FOLLOWING: [&str; 2] = ["43004", "43019"];
/// The shortest pause before a message is tried again, and the longest, seconds. In between it is as long again as the news is old.
const FIRST_PAUSE: i64 = 60;
const LONGEST_PAUSE: i64 = 3_600;
/// The pause behind a round that broke off: what failed was not the one message.
const PAUSE: Duration = Duration::from_secs(60);

/// Tells shoppers, every `pause`, until it is dropped.
pub(crate) async fn run(service: &SharedOrderService, pause: Duration) {
    if service.channel.is_none() {
        std::future::pending().await
    }
    loop {
        tokio::time::sleep(pause).await;
        if let Err(failure) = service.tell_shoppers().await {
            tracing::warn!(%failure, "messages to shoppers cannot be sent at the moment");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl OrderService {
    /// Tells shoppers what they have not been told, until nothing is due.
    ///
    /// # Errors
    /// The first failure that another message would meet as well: the rest waits.
    pub(crate) async fn tell_shoppers(&self) -> Result<(), ServiceError> {
        let Some(channel) = &self.channel else { return Ok(()) };
        for news in [ShopperMessage::Paid, ShopperMessage::Refunded] {
            for _ in 0..ROUND {
                let (method, now) = (PAID_BY, self.now());
                let Some(untold) = self.store.take_untold(news, method, now - NEWS, now).await? else { break };
                match self.tell(channel, &untold).await {
                    Ok(told) => self.store.told(&untold, told).await?,
                    Err(failure) => {
                        let pause = (now - untold.at).clamp(FIRST_PAUSE, LONGEST_PAUSE);
                        self.store.tell_later(&untold, now + pause).await?;
                        // A template that is at fault keeps nobody waiting who is told by another.
                        if !is_of_the_template(&failure) {
                            return Err(failure);
                        }
                    }
                }
            }
        }
        self.tell_what_was_sent(channel).await?;
        for order in self.store.without_follow_code(self.now() - LOOKING, ROUND).await? {
            self.fetch_follow_code(&order).await?;
        }
        Ok(())
    }

    /// The same of what was sent.
    async fn tell_what_was_sent(&self, channel: &OfficialAccountClient) -> Result<(), ServiceError> {
        for _ in 0..ROUND {
            let now = self.now();
            let Some(due) = self.store.take_message(Channel::Account, now).await? else { break };
            let record = self.store.record(&due.order).await?;
            let Some((openid, is_buyer)) = self.store.followed_by(&record, PAID_BY).await? else {
                self.store.message_over(&due.id, "not following").await?;
                continue;
            };
            // Whoever paid need not be the buyer, and gets no key.
            let page = match is_buyer {
                true => self.page_of(&due.order, &self.new_owner_key(&due.order).await?),
                false => format!("{}/o/{}", self.public_url, due.order),
            };
            let sent = self.store.fulfilled(&due.order, &due.about).await?;
            let amount = format!("¥{}", record.order.money().to_decimal());
            let message = Message {
                occasion: Occasion::Shipped,
                id: &due.id,
                openid: &openid,
                url: &page,
                is_test: record.order.is_test,
                order: due.order.as_str(),
                description: description_of(&record.order, &sent),
                amount: &amount,
                at: due.created_at,
            };
            let sent = self.with_token(("message", "shipped_template"), channel, |token| channel.account.message(token, &message)).await;
            match sent {
                Ok(_) => self.store.message_sent(&due.id, self.now()).await?,
                Err(ServiceError::Gateway(GatewayError::Refused { code, .. })) if NOT_FOLLOWING.contains(&code.as_str()) => {
                    self.store.message_over(&due.id, "not following").await?;
                }
                Err(ServiceError::Gateway(error @ GatewayError::Refused { .. })) => {
                    tracing::error!(order = %due.order, %error, "a message to a shopper was refused and will not be sent again");
                    self.store.message_later(&due.id, None, "refused").await?;
                }
                Err(failure) => {
                    let tried = now - due.since;
                    let next = (tried < NEWS).then(|| now + tried.clamp(FIRST_PAUSE, LONGEST_PAUSE));
                    self.store.message_later(&due.id, next, if next.is_some() { "later" } else { "given up" }).await?;
                    if !is_of_the_template(&failure) {
                        return Err(failure);
                    }
                }
            }
        }
        Ok(())
    }

    async fn tell(&self, channel: &OfficialAccountClient, untold: &UnsentMessage) -> Result<MessageOutcome, ServiceError> {
        let order = self.store.order(&untold.order).await?;
        let message = Message {
            occasion: match untold.news {
                ShopperMessage::Paid => Occasion::Paid,
                ShopperMessage::Refunded => Occasion::Refunded,
            },
            id: &untold.id,
            openid: &untold.openid,
            url: untold.return_url.as_deref().unwrap_or_default(),
            is_test: order.is_test,
            order: untold.order.as_str(),
            description: description(&order),
            amount: &format!("¥{}", untold.money.to_decimal()),
            at: untold.at,
        };
        let template = match untold.news {
            ShopperMessage::Paid => "paid_template",
            ShopperMessage::Refunded => "refunded_template",
        };
        let sent = self.with_token(("message", template), channel, |token| channel.account.message(token, &message));
        match sent.await {
            Ok(Some(Sent::Accepted { .. } | Sent::Repeated) | None) => Ok(MessageOutcome::At(self.now())),
            Err(ServiceError::Gateway(GatewayError::Refused { code, .. })) if NOT_FOLLOWING.contains(&code.as_str()) => {
                Ok(MessageOutcome::NotFollowing)
            }
            // About this message alone: WeChat would say the same of it for ever.
            Err(ServiceError::Gateway(error @ GatewayError::Refused { .. })) => {
                tracing::error!(order = %untold.order, %error, "a message to a shopper was refused and will not be sent again");
                Ok(MessageOutcome::At(self.now()))
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Whether the operator has to mend a template, or its keywords.
fn is_of_the_template(failure: &ServiceError) -> bool {
    matches!(failure, ServiceError::Gateway(error) if error.family() == Family::Configuration)
}

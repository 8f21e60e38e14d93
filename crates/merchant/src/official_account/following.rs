//! The code by which the shopper of an order can follow the account.

use std::sync::Arc;

use protocol::OrderId;

use crate::order_service::OrderService;
use crate::service_error::ServiceError;

/// How long a code to follow by works, seconds: the longest that WeChat has.
const FOLLOW_SECONDS: u32 = 30 * 86_400;

impl OrderService {
    /// Gets the code by which the shopper of an order can follow the account, while the shopper pays.
    pub(crate) fn fetch_follow_code_later(self: &Arc<Self>, order: &OrderId) {
        if self.channel.is_some() {
            let (service, order) = (Arc::clone(self), order.clone());
            tokio::spawn(async move {
                if let Err(failure) = service.fetch_follow_code(&order).await {
                    tracing::warn!(%order, %failure, "there is no code for following this order");
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

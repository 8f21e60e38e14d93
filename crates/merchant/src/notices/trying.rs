//! Trying the ways: a notice that says nothing else, by each of them, now.

use futures_util::future::join_all;

use super::news::News;
use super::sending::fresh_id;
use crate::order_service::OrderService;

impl OrderService {
    /// Sends a test by each way, and tells what came of each: nothing, or why not. `None` where no notices are configured.
    pub(crate) async fn try_notices(&self) -> Option<Vec<(String, Result<(), String>)>> {
        let noticing = self.noticing.as_ref()?;
        let tries = noticing.channels.iter().map(async |(name, channel)| {
            let sent = self.send_notice(noticing, channel, &fresh_id(), &[News::Test]).await;
            (name.clone(), sent)
        });
        Some(join_all(tries).await)
    }
}

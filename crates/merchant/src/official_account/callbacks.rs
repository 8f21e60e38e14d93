//! What WeChat calls back: who follows, and by the code of which order.

use gateway::GatewayError;
use gateway::official_account::{Delivery, Event, NAME};
use protocol::OrderId;

use crate::order_service::OrderService;
use crate::store::{Received, StoreError};

impl OrderService {
    /// Answers WeChat's check of the callback's address; `None` without an account.
    pub(crate) fn echoed(&self, query: &str) -> Option<Result<String, GatewayError>> {
        Some(self.channel.as_ref()?.account.echo(query))
    }

    /// Proves and reads a callback; `None` without an account.
    pub(crate) fn called_back(&self, query: &str, body: &[u8]) -> Option<Result<Delivery, GatewayError>> {
        Some(self.channel.as_ref()?.account.callback(query, body, self.now()))
    }

    /// Keeps an event and does what it asks for, once.
    pub(crate) async fn followed(&self, delivery: &Delivery, body: &[u8]) -> Result<(), StoreError> {
        let received = Received { provider: NAME, id: &delivery.id, body };
        let (openid, scene) = match &delivery.event {
            Event::Follow { openid, scene: Some(scene) } | Event::Scan { openid, scene } => (openid, scene),
            _ => return self.store.keep(received, self.now()).await.map(drop),
        };
        let Some(order) = OrderId::parse(scene) else { return self.store.keep(received, self.now()).await.map(drop) };
        match self.store.receive_follower(received, &order, openid, self.now()).await {
            // A code of somebody else's, or of records that are gone.
            Err(StoreError::NoOrder) => self.store.keep(received, self.now()).await.map(drop),
            result => result.map(drop),
        }
    }
}

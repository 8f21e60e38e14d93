//! Telling other nodes that an order changed, so that polls held there wake too: PostgreSQL's LISTEN and NOTIFY.

use protocol::OrderId;
use sqlx::postgres::PgListener;
use sqlx::{Any, Transaction};

use super::{Database, Store, StoreError};

const CHANNEL: &str = "qr_checkout_orders";

/// Hears of the changes that other nodes make.
pub(crate) struct Listener(PgListener);

impl Store {
    /// Tells it when the transaction commits, and not before.
    pub(super) async fn tell_others(&self, transaction: &mut Transaction<'_, Any>, id: &OrderId) -> Result<(), StoreError> {
        if let Database::Postgres(_) = self.database {
            let notify = "SELECT 1 FROM (SELECT pg_notify($1, $2)) AS told";
            sqlx::query(notify).bind(CHANNEL).bind(id.as_str()).execute(&mut **transaction).await?;
        }
        Ok(())
    }

    /// A connection of its own that listens. It never hears anything where nobody else writes.
    pub(crate) async fn listen(&self) -> Result<Listener, StoreError> {
        let Database::Postgres(address) = &self.database else { std::future::pending().await };
        let mut listener = PgListener::connect(address).await?;
        listener.listen(CHANNEL).await?;
        Ok(Listener(listener))
    }
}

impl Listener {
    /// The next order that changed. `None` when the connection was lost and made anew: anything may have been missed.
    pub(crate) async fn changed(&mut self) -> Result<Option<OrderId>, StoreError> {
        Ok(self.0.try_recv().await?.and_then(|told| OrderId::parse(told.payload())))
    }
}

//! Telling other nodes that an order changed, so that polls held there wake too: PostgreSQL's LISTEN and NOTIFY.

use std::time::Duration;

use protocol::OrderId;
use sqlx::Executor as _;
use sqlx::postgres::PgListener;

use super::connections::Transaction;
use super::records::Database;
use super::{Store, StoreError, rows};

const CHANNEL: &str = "qr_checkout_orders";
/// After how long a silence it is asked whether anybody is still there, and how long the answer may take.
const SILENCE: Duration = Duration::from_secs(60);
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// Hears of the changes that other nodes make.
pub(crate) struct Listener(PgListener);

impl Store {
    /// Tells it when the transaction commits, and not before.
    pub(super) async fn tell_others(&self, transaction: &mut Transaction, id: &OrderId) -> Result<(), StoreError> {
        if let Database::Postgres(_) = self.database {
            let notify = "SELECT 1 FROM (SELECT pg_notify($1, $2)) AS told";
            sqlx::query(notify).bind(CHANNEL).bind(id.as_str()).execute(&mut *transaction).await?;
        }
        Ok(())
    }

    /// Those of these orders that have gone on since, where other nodes write. Each with the `seq` that was seen.
    pub(crate) async fn changed_since(&self, orders: &[(OrderId, i64)]) -> Result<Vec<OrderId>, StoreError> {
        let (ids, seen): (Vec<&str>, Vec<String>) = orders.iter().map(|(id, seen)| (id.as_str(), seen.to_string())).unzip();
        let query = "SELECT id AS order_id FROM orders \
                     JOIN unnest(string_to_array($1, ','), string_to_array($2, ',')::bigint[]) AS known (order_id, seen) ON id = known.order_id \
                     WHERE seq > known.seen";
        let rows = sqlx::query(query).bind(ids.join(",")).bind(seen.join(",")).fetch_all(&self.pool).await?;
        rows.iter().map(rows::order_id).collect()
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
        loop {
            if let Ok(told) = tokio::time::timeout(SILENCE, self.0.try_recv()).await {
                return Ok(told?.and_then(|told| OrderId::parse(told.payload())));
            }
            // Behind a cut cable it would listen for ever.
            let late = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
            tokio::time::timeout(SIGN_OF_LIFE, self.0.execute("SELECT 1")).await.map_err(late)??;
        }
    }
}

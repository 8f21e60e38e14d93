//! Reading all records with their ledgers, page by page, beside a server at work. Each page is one snapshot, in which an order and its
//! ledger belong together; nothing is written and nobody waits.

use std::collections::HashMap;

use protocol::OrderId;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::records::Database;
use super::{Store, StoreError, ledger, rows};
use crate::order_record::{Entry, OrderRecord};

/// Everything that is kept of one order.
#[derive(Debug)]
pub struct Kept {
    /// The order's id as it stands there, readable or not.
    pub id: String,
    /// Status, seq and deadline (unix seconds) as the columns have them, by which orders are found.
    pub columns: (String, i64, i64),
    /// The order with its payments and refunds.
    pub record: Result<OrderRecord, StoreError>,
    /// Its ledger, the oldest entry first, from the first one that can rebuild the order.
    pub entries: Result<Vec<Entry>, StoreError>,
}

type Grouped = HashMap<String, Vec<AnyRow>>;

impl Store {
    /// The next orders by id, behind that one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn kept_after(&self, after: &str, most: i64) -> Result<Vec<Kept>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let query = "SELECT * FROM orders WHERE id > $1 ORDER BY id LIMIT $2";
        let read = async {
            let orders = sqlx::query(query).bind(after).bind(most).fetch_all(&mut snapshot).await?;
            kept(&mut snapshot, &orders).await
        };
        let read = read.await;
        snapshot.read(read).await
    }

    /// One order.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn kept(&self, id: &OrderId) -> Result<Kept, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let read = async {
            let orders = sqlx::query("SELECT * FROM orders WHERE id = $1").bind(id.as_str()).fetch_all(&mut snapshot).await?;
            kept(&mut snapshot, &orders).await?.pop().ok_or(StoreError::NoOrder)
        };
        let read = read.await;
        snapshot.read(read).await
    }

    /// A transaction that only reads, and reads everything as of one moment.
    async fn snapshot(&self) -> Result<Transaction, StoreError> {
        let begin = match self.database {
            Database::Sqlite => "BEGIN",
            Database::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        self.pool.begin(begin).await
    }
}

/// What belongs to these orders, which follow each other by id.
async fn kept(snapshot: &mut Transaction, orders: &[AnyRow]) -> Result<Vec<Kept>, StoreError> {
    let (Some(first), Some(last)) = (orders.first(), orders.last()) else { return Ok(Vec::new()) };
    let span: (String, String) = (first.try_get("id")?, last.try_get("id")?);
    let payments = "SELECT * FROM payments WHERE order_id >= $1 AND order_id <= $2 ORDER BY order_id, position";
    let mut payments = grouped(snapshot, payments, &span).await?;
    let refunds = "SELECT * FROM refunds WHERE order_id >= $1 AND order_id <= $2 ORDER BY order_id, position";
    let mut refunds = grouped(snapshot, refunds, &span).await?;
    let entries = "SELECT * FROM ledger WHERE order_id >= $1 AND order_id <= $2 AND seq IS NOT NULL ORDER BY order_id, entry";
    let mut entries = grouped(snapshot, entries, &span).await?;
    let mut all = Vec::new();
    for row in orders {
        let id: String = row.try_get("id")?;
        let of = |grouped: &mut Grouped| grouped.remove(&id).unwrap_or_default();
        let record = rows::assembled(row, &of(&mut payments), &of(&mut refunds));
        let entries = of(&mut entries).iter().map(ledger::entry).collect();
        let columns = (row.try_get("status")?, row.try_get("seq")?, row.try_get("expires_at")?);
        all.push(Kept { id, columns, record, entries });
    }
    Ok(all)
}

async fn grouped(snapshot: &mut Transaction, query: &'static str, span: &(String, String)) -> Result<Grouped, StoreError> {
    let mut grouped = Grouped::new();
    for row in sqlx::query(query).bind(span.0.as_str()).bind(span.1.as_str()).fetch_all(&mut *snapshot).await? {
        grouped.entry(row.try_get("order_id")?).or_default().push(row);
    }
    Ok(grouped)
}

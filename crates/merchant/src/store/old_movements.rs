//! What moved before there were books: booked from the records and their ledger when a program that keeps books starts, a batch a
//! transaction. Each movement has the name that it would have had, so none is booked twice. And refunds that an old program left to a person,
//! though their provider had said what went back.

use std::collections::BTreeMap;

use protocol::OrderId;
use sqlx::Row as _;

use super::connections::Transaction;
use super::{Store, StoreError, rows};
use crate::books::of_record;
use crate::order_record::{Fact, StrayMoney};

impl Store {
    /// Books every order that an older program made. One that cannot be read is left for the next start, and for a person.
    pub(super) async fn book_old_orders(&self) -> Result<(), StoreError> {
        let mut behind = String::new();
        loop {
            let query = "SELECT id AS order_id FROM orders WHERE unbooked = 1 AND id > $1 ORDER BY id LIMIT 200";
            let found = sqlx::query(query).bind(behind.as_str()).fetch_all(&self.pool).await?;
            let Some(last) = found.last() else { return Ok(()) };
            behind = last.try_get("order_id")?;
            let mut transaction = self.begin().await?;
            for row in &found {
                let order = rows::order_id(row)?;
                match self.book_old_order(&mut transaction, &order).await {
                    Err(StoreError::Unreadable(column)) => {
                        tracing::error!(%order, column, "ALARM: an order cannot be read, and what moved by it is not in the books");
                    }
                    Err(error) => return Err(transaction.undone(error).await),
                    Ok(()) => {}
                }
            }
            transaction.commit().await?;
        }
    }

    /// Ends every refund that stands still although its provider has said that another amount than was asked for went back: an old program
    /// left it to a person, and neither books nor what is left to refund knew of that money. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database. An order that cannot be read is left for the next start, and for a person.
    pub async fn end_refunds_of_before(&self, now: i64) -> Result<(), StoreError> {
        for (order, refund, returned) in self.returned_otherwise().await? {
            match self.change(&order, now, |record| record.refund_has_returned(&refund, returned)).await {
                Ok(_) => tracing::info!(%order, refund, returned, "a refund is ended by what its provider has said"),
                Err(StoreError::Unreadable(column)) => {
                    tracing::error!(%order, refund, column, "ALARM: an order cannot be read, and its refund stays as it is");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The refunds that are stuck and of which money went back, with how much, minor units: what was told first.
    async fn returned_otherwise(&self) -> Result<Vec<(OrderId, String, i64)>, StoreError> {
        let query = "SELECT refunds.order_id, refunds.id, ledger.detail FROM refunds JOIN ledger ON ledger.order_id = refunds.order_id \
                     WHERE refunds.status = 'stuck' AND ledger.kind = 'refund-amount' ORDER BY ledger.entry";
        let mut found: Vec<(OrderId, String, i64)> = Vec::new();
        for row in &sqlx::query(query).fetch_all(&self.pool).await? {
            let id: String = row.try_get("id")?;
            let told = Fact::read("refund-amount", &row.try_get::<String, _>("detail")?);
            let Some(Fact::RefundAmount { refund, returned: returned @ 1.. }) = told else { continue };
            if refund == id && !found.iter().any(|(_, known, _)| *known == id) {
                found.push((rows::order_id(row)?, id, returned));
            }
        }
        Ok(found)
    }

    async fn book_old_order(&self, transaction: &mut Transaction, id: &OrderId) -> Result<(), StoreError> {
        let record = rows::record(transaction, "SELECT * FROM orders WHERE id = $1", id).await?;
        let (done_at, odd) = (done_at(transaction, id).await?, odd_money(transaction, id).await?);
        self.book(transaction, of_record(&record, &done_at, &odd)).await?;
        sqlx::query("UPDATE orders SET unbooked = 0 WHERE id = $1").bind(id.as_str()).execute(&mut *transaction).await?;
        Ok(())
    }
}

/// When each refund of an order became done, unix seconds.
async fn done_at(transaction: &mut Transaction, id: &OrderId) -> Result<BTreeMap<String, i64>, StoreError> {
    let query = "SELECT id, done_at FROM refunds WHERE order_id = $1 AND done_at IS NOT NULL";
    let rows = sqlx::query(query).bind(id.as_str()).fetch_all(&mut *transaction).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("done_at")?))).collect()
}

/// The odd money that the ledger tells of.
async fn odd_money(transaction: &mut Transaction, id: &OrderId) -> Result<Vec<StrayMoney>, StoreError> {
    let query = "SELECT kind, detail FROM ledger WHERE order_id = $1 AND kind IN ('wrong-amount', 'paid-twice') AND seq IS NOT NULL \
                 ORDER BY entry";
    let mut odd = Vec::new();
    for row in sqlx::query(query).bind(id.as_str()).fetch_all(&mut *transaction).await? {
        let (kind, detail): (String, String) = (row.try_get("kind")?, row.try_get("detail")?);
        if let Some(Fact::WrongAmount(money) | Fact::PaidTwice(money)) = Fact::read(&kind, &detail) {
            odd.push(money);
        }
    }
    Ok(odd)
}

//! What is left of things of which there are only so many: taken when an order is made, given back when it, or its last code, ends without
//! money, and taken again by another code, in the transaction that does so. Rows of stock are locked by name, after the order's, so that no two transactions wait for each other.
//! Not here: which things are scarce (that is the catalog) and what a shopper is told.

use std::collections::BTreeMap;

use protocol::{OrderId, OrderStatus};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::records::Database;
use super::rows::places;
use super::stock_item::{Counted, Reservation, Shortage, StockItem, Supply};
use super::{Store, StoreError, rows};
use crate::order_record::{Fact, OrderRecord, Refund, RefundStatus};

impl StockItem {
    fn read(row: &AnyRow) -> Result<StockItem, StoreError> {
        let name = row.try_get("name")?;
        rows::read(row, "kind", |kind| match kind {
            "product" => Some(StockItem::Product(name)),
            "code" => Some(StockItem::Code(name)),
            "link" => Some(StockItem::Link(name)),
            _ => None,
        })
    }
}

impl Store {
    /// Takes over the numbers of a catalog. A product whose number or word changed is counted anew: open orders keep what they took,
    /// what was sold before is not counted any more. The uses of a code count for ever. Answers what is counted anew.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn restock(&self, supplies: &[Supply]) -> Result<Vec<StockItem>, StoreError> {
        if supplies.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin().await?;
        let mut supplies: Vec<&Supply> = supplies.iter().collect();
        supplies.sort_by(|one, other| one.of.cmp(&other.of));
        let mut anew = Vec::new();
        for supply in supplies {
            if self.restock_one(&mut transaction, supply).await? {
                anew.push(supply.of.clone());
            }
        }
        transaction.commit().await?;
        self.forget_falls().await?;
        Ok(anew)
    }

    async fn restock_one(&self, transaction: &mut Transaction, supply: &Supply) -> Result<bool, StoreError> {
        let (kind, name) = supply.of.columns();
        let insert = "INSERT INTO stock (kind, name, baseline, stocked, taken) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert).bind(kind).bind(name).bind(supply.stock).bind(supply.stocked.as_str());
        if insert.execute(&mut *transaction).await?.rows_affected() == 1 {
            return Ok(true);
        }
        // Locked by a statement of its own: the sum below must see what the transaction before has written.
        let select = match self.database {
            Database::Sqlite => "SELECT baseline, stocked FROM stock WHERE kind = $1 AND name = $2",
            Database::Postgres(_) => "SELECT baseline, stocked FROM stock WHERE kind = $1 AND name = $2 FOR UPDATE",
        };
        let row = sqlx::query(select).bind(kind).bind(name).fetch_one(&mut *transaction).await?;
        if row.try_get::<i64, _>("baseline")? == supply.stock && row.try_get::<String, _>("stocked")? == supply.stocked {
            return Ok(false);
        }
        let update = match supply.of {
            StockItem::Product(_) => {
                "UPDATE stock SET baseline = $1, stocked = $2, added = 0, taken = (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM holds \
                 WHERE holds.kind = stock.kind AND holds.name = stock.name AND state = 'open') WHERE kind = $3 AND name = $4"
            }
            StockItem::Code(_) | StockItem::Link(_) => {
                "UPDATE stock SET baseline = $1, stocked = $2, added = 0 WHERE kind = $3 AND name = $4"
            }
        };
        let update = sqlx::query(update).bind(supply.stock).bind(supply.stocked.as_str()).bind(kind).bind(name);
        update.execute(&mut *transaction).await?;
        Ok(true)
    }

    /// Everything in the catalog of which there are, or once were, only so many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn counted(&self) -> Result<Vec<Counted>, StoreError> {
        let query = "SELECT kind, name, baseline + added AS there, taken, (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM holds \
                     WHERE holds.kind = stock.kind AND holds.name = stock.name AND state = 'open') AS open FROM stock WHERE kind <> 'link'";
        let rows = sqlx::query(query).fetch_all(&self.pool).await?;
        let read = |row: &AnyRow| -> Result<Counted, StoreError> {
            let (stock, taken, open) = (row.try_get("there")?, row.try_get("taken")?, row.try_get("open")?);
            Ok(Counted { of: StockItem::read(row)?, stock, taken, open })
        };
        let mut counted = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        counted.sort_by(|one, other| one.of.cmp(&other.of));
        Ok(counted)
    }

    /// Everything that an order gave back and that is not there any more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn short_of(&self, order: &OrderId) -> Result<Vec<Shortage>, StoreError> {
        let query = "SELECT holds.kind AS kind, holds.name AS name, baseline + added - taken AS remaining FROM holds \
                     JOIN stock ON stock.kind = holds.kind AND stock.name = holds.name \
                     WHERE order_id = $1 AND state = 'returned' AND taken + quantity > baseline + added";
        let rows = sqlx::query(query).bind(order.as_str()).fetch_all(&self.pool).await?;
        let read = |row: &AnyRow| Ok(Shortage { of: StockItem::read(row)?, left: row.try_get::<i64, _>("remaining")?.max(0) });
        let mut short = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        short.sort_by(|one, other| one.of.cmp(&other.of));
        Ok(short)
    }

    /// How many are left for somebody who asks now; none where the catalog never named a number.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn left(&self, of: &StockItem) -> Result<i64, StoreError> {
        let (kind, name) = of.columns();
        remaining(self.pool.look_up(REMAINING, &[kind, name]).await?)
    }
}

impl Store {
    /// Whatever of the counts cannot be right: holds that do not fit the status of their order, or whether it can be paid, and products of
    /// which open orders hold more than is counted; and pools of licence keys whose counts are wrong. Whose it is, and what.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn miscounted(&self) -> Result<Vec<(String, String)>, StoreError> {
        let query = "SELECT order_id, kind, name, state, 'its status' AS what FROM holds JOIN orders ON orders.id = holds.order_id \
                     WHERE (state = 'open' AND status <> 'pending') OR (state = 'sold') <> (status NOT IN ('pending', 'expired', 'canceled')) \
                     UNION ALL \
                     SELECT order_id, kind, name, state, 'its payments' AS what FROM holds JOIN orders ON orders.id = holds.order_id \
                     WHERE status = 'pending' AND ((state = 'open' AND NOT EXISTS (SELECT 1 FROM payments WHERE order_id = holds.order_id \
                     AND transaction_id IS NULL AND (payments.status IN ('waiting', 'scanned') OR next_check_at IS NOT NULL))) \
                     OR (state = 'returned' AND EXISTS (SELECT 1 FROM payments WHERE order_id = holds.order_id \
                     AND payments.status IN ('waiting', 'scanned')))) ORDER BY order_id, kind, name";
        let held = sqlx::query(query).fetch_all(&self.pool).await?;
        let query = "SELECT kind, name FROM stock WHERE taken < (SELECT COALESCE(SUM(quantity), 0) FROM holds \
                     WHERE holds.kind = stock.kind AND holds.name = stock.name AND state = 'open') ORDER BY kind, name";
        let counted = sqlx::query(query).fetch_all(&self.pool).await?;
        let query = "SELECT name, 'free' AS what FROM key_pools WHERE free <> (SELECT COUNT(*) FROM licence_keys \
                     WHERE pool = key_pools.name AND order_id IS NULL) UNION ALL \
                     SELECT name, 'all' AS what FROM key_pools WHERE added <> (SELECT COUNT(*) FROM licence_keys WHERE pool = key_pools.name) \
                     ORDER BY name, what";
        let pools = sqlx::query(query).fetch_all(&self.pool).await?;
        let pools = pools.iter().map(|row| {
            let (name, what): (String, String) = (row.try_get("name")?, row.try_get("what")?);
            Ok((format!("keys {name}"), format!("the count of {what} its keys is not how many there are")))
        });
        let held = held.iter().map(|row| {
            let (state, what): (String, String) = (row.try_get("state")?, row.try_get("what")?);
            Ok((row.try_get("order_id")?, format!("its hold of {} is {state}, which does not fit {what}", StockItem::read(row)?)))
        });
        let counted = counted.iter().map(|row| Ok((StockItem::read(row)?.to_string(), "open orders hold more than is counted".to_owned())));
        held.chain(counted).chain(pools).collect()
    }
}

const REMAINING: &str = "SELECT baseline + added - taken AS remaining FROM stock WHERE kind = $1 AND name = $2";

fn remaining(row: Option<AnyRow>) -> Result<i64, StoreError> {
    // Late money may have sold more than there is.
    Ok(row.map(|row| row.try_get::<i64, _>("remaining")).transpose()?.unwrap_or(0).max(0))
}

/// Takes what new orders want.
///
/// # Errors
/// `Short` with the first thing of which there is too little, and then the transaction is to be undone; those of the database.
pub(super) async fn take<'a>(
    transaction: &mut Transaction,
    orders: impl Iterator<Item = (&'a OrderId, &'a [Reservation])>,
) -> Result<(), StoreError> {
    let holds: Vec<(&OrderId, &Reservation)> = orders.flat_map(|(order, holds)| holds.iter().map(move |hold| (order, hold))).collect();
    if holds.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO holds (order_id, kind, name, quantity, state) VALUES ";
    let mut query = sqlx::query(AssertSqlSafe(format!("{insert}{}", places(holds.len(), 5))));
    let mut wanted: BTreeMap<&StockItem, i64> = BTreeMap::new();
    for (order, hold) in holds {
        let (kind, name) = hold.of.columns();
        query = query.bind(order.as_str()).bind(kind).bind(name).bind(hold.quantity).bind("open");
        *wanted.entry(&hold.of).or_default() += hold.quantity;
    }
    query.execute(&mut *transaction).await?;
    for (of, quantity) in wanted {
        take_if_there(transaction, of, quantity).await?;
    }
    Ok(())
}

/// What a change of an order does to what it took. An order holds its things as long as money may come by one of its payments: they are
/// given back when the last of them, or the order, has ended, and taken again by another payment. Late money for a thing that was given
/// back sells it all the same; if somebody else has it by now, a fact tells of it.
///
/// # Errors
/// `Short` where another payment finds that something is gone, and then the transaction is to be undone; those of the database.
pub(super) async fn follow(transaction: &mut Transaction, before: &OrderRecord, after: &mut OrderRecord) -> Result<(), StoreError> {
    let order = &after.order;
    match order.status {
        OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::Refunded if before.order.status.has_money() => Ok(()),
        OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::Refunded => sell(transaction, &order.id, &mut after.facts).await,
        OrderStatus::Expired | OrderStatus::Canceled if before.order.status == OrderStatus::Pending => {
            give_back(transaction, &order.id).await
        }
        OrderStatus::Expired | OrderStatus::Canceled => Ok(()),
        OrderStatus::Pending if !after.may_be_paid() => give_back(transaction, &order.id).await,
        OrderStatus::Pending if after.payments.len() > before.payments.len() => take_again(transaction, &order.id).await,
        OrderStatus::Pending => Ok(()),
    }
}

/// Puts the pieces that new refunds return for sale into stock, where they were taken from it. Those of a refund that failed are there
/// already when it is asked for again.
pub(super) async fn put_back(transaction: &mut Transaction, before: &OrderRecord, after: &OrderRecord) -> Result<(), StoreError> {
    let restocks = |refund: &&Refund| refund.parts.restock && refund.status != RefundStatus::Failed;
    if !after.refunds.iter().skip(before.refunds.len()).any(|refund| restocks(&refund)) {
        return Ok(());
    }
    let order = &after.order;
    let mut back: BTreeMap<&str, i64> = BTreeMap::new();
    for pieces in after.refunds.iter().filter(restocks).flat_map(|refund| &refund.parts.lines) {
        if let Some(line) = order.price.lines.get(pieces.line) {
            *back.entry(line.item.sku.as_str()).or_default() += i64::from(pieces.quantity);
        }
    }
    for (sku, quantity) in back {
        let select = "SELECT restocked FROM holds WHERE order_id = $1 AND kind = 'product' AND name = $2 AND state = 'sold'";
        let held = sqlx::query(select).bind(order.id.as_str()).bind(sku).fetch_optional(&mut *transaction).await?;
        let Some(more) = held.map(|row| row.try_get::<i64, _>("restocked")).transpose()?.map(|there| quantity - there) else { continue };
        if more > 0 {
            let update = "UPDATE stock SET added = added + $1 WHERE kind = 'product' AND name = $2";
            sqlx::query(update).bind(more).bind(sku).execute(&mut *transaction).await?;
            let update = "UPDATE holds SET restocked = $1 WHERE order_id = $2 AND kind = 'product' AND name = $3";
            sqlx::query(update).bind(quantity).bind(order.id.as_str()).bind(sku).execute(&mut *transaction).await?;
        }
    }
    Ok(())
}

async fn sell(transaction: &mut Transaction, order: &OrderId, facts: &mut Vec<Fact>) -> Result<(), StoreError> {
    for Reservation { of, quantity } in held(transaction, order, "returned").await? {
        let left = count(transaction, &of, quantity).await?;
        if let (StockItem::Product(name) | StockItem::Link(name), ..0) = (&of, left) {
            tracing::error!(%order, %of, missing = -left, "ALARM: a late payment bought something that had been sold to somebody else");
            facts.push(Fact::Oversold { sku: name.clone(), missing: -left });
        }
    }
    become_state(transaction, order, "sold").await
}

async fn give_back(transaction: &mut Transaction, order: &OrderId) -> Result<(), StoreError> {
    let held = held(transaction, order, "open").await?;
    if held.is_empty() {
        return Ok(());
    }
    for Reservation { of, quantity } in held {
        count(transaction, &of, -quantity).await?;
    }
    become_state(transaction, order, "returned").await
}

async fn take_again(transaction: &mut Transaction, order: &OrderId) -> Result<(), StoreError> {
    let returned = held(transaction, order, "returned").await?;
    if returned.is_empty() {
        return Ok(());
    }
    for Reservation { of, quantity } in returned {
        take_if_there(transaction, &of, quantity).await?;
    }
    become_state(transaction, order, "open").await
}

/// What an order took and is in that state now, in the order in which rows of stock are locked.
async fn held(transaction: &mut Transaction, order: &OrderId, state: &str) -> Result<Vec<Reservation>, StoreError> {
    let query = "SELECT kind, name, quantity FROM holds WHERE order_id = $1 AND state = $2";
    let held = sqlx::query(query).bind(order.as_str()).bind(state).fetch_all(&mut *transaction).await?;
    let read = |row: &AnyRow| Ok(Reservation { of: StockItem::read(row)?, quantity: row.try_get("quantity")? });
    let mut held = held.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    held.sort_by(|one, other| one.of.cmp(&other.of));
    Ok(held)
}

/// All that an order took is in the same state.
async fn become_state(transaction: &mut Transaction, order: &OrderId, state: &str) -> Result<(), StoreError> {
    let update = "UPDATE holds SET state = $1 WHERE order_id = $2";
    sqlx::query(update).bind(state).bind(order.as_str()).execute(&mut *transaction).await?;
    Ok(())
}

/// Counts so many as taken, if they are there.
async fn take_if_there(transaction: &mut Transaction, of: &StockItem, quantity: i64) -> Result<(), StoreError> {
    let (kind, name) = of.columns();
    let update = "UPDATE stock SET taken = taken + $1 WHERE kind = $2 AND name = $3 AND taken + $1 <= baseline + added";
    let update = sqlx::query(update).bind(quantity).bind(kind).bind(name);
    if update.execute(&mut *transaction).await?.rows_affected() == 0 {
        let left = remaining(sqlx::query(REMAINING).bind(kind).bind(name).fetch_optional(&mut *transaction).await?)?;
        return Err(StoreError::Short(Shortage { of: of.clone(), left }));
    }
    Ok(())
}

/// Counts so many more as taken without asking whether they are there. Answers what is left, negative where that is too little.
async fn count(transaction: &mut Transaction, of: &StockItem, more: i64) -> Result<i64, StoreError> {
    let (kind, name) = of.columns();
    let update = "UPDATE stock SET taken = taken + $1 WHERE kind = $2 AND name = $3 RETURNING baseline + added - taken AS remaining";
    let row = sqlx::query(update).bind(more).bind(kind).bind(name).fetch_one(&mut *transaction).await?;
    Ok(row.try_get("remaining")?)
}

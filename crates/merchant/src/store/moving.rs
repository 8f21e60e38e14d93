//! What names a person and lies in the clear, from a program before it was sealed: it is sealed, a batch a transaction, before anybody is
//! served, and taken out where it was.

use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{Executor as _, Row as _};

use super::connections::Transaction;
use super::records::Database;
use super::sealed::{Detail, PlainText};
use super::sealed_rows::{self, SealedRow};
use super::{Store, StoreError};
use crate::order_record::{link, storable};
use crate::sealed::{SealedKind, Term};

/// How many rows are sealed in one transaction.
const BATCH: i64 = 500;

/// What lies in the clear.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clear {
    Payments,
    Links,
    Followers,
    Reasons,
    Notifications,
}

impl Clear {
    const ALL: [Clear; 5] = [Clear::Payments, Clear::Links, Clear::Followers, Clear::Reasons, Clear::Notifications];

    /// Asks for so many rows; each has an index of its own, which is empty once they are sealed.
    fn query(self) -> &'static str {
        match self {
            Clear::Payments => {
                "SELECT id, order_id, created_at AS at, payer, return_url, client_ip FROM payments \
                 WHERE payer IS NOT NULL OR return_url IS NOT NULL OR client_ip IS NOT NULL LIMIT $1"
            }
            Clear::Links => {
                "SELECT id, order_id, created_at AS at, payload FROM payments WHERE surface = 'app' AND payload LIKE 'http%' LIMIT $1"
            }
            Clear::Followers => "SELECT id, created_at AS at, follower FROM orders WHERE follower IS NOT NULL LIMIT $1",
            Clear::Reasons => "SELECT id, order_id, created_at AS at, reason FROM refunds WHERE reason <> '' LIMIT $1",
            Clear::Notifications => "SELECT provider, id, received_at AS at, body FROM notifications WHERE length(body) > 0 LIMIT $1",
        }
    }

    /// Whether the ledger repeats it.
    fn is_in_ledger(self) -> bool {
        matches!(self, Clear::Links | Clear::Reasons)
    }
}

impl Store {
    /// Seals what lies in the clear, as of when it came: what was erased since is not raised by it. Answers how many rows that were.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub async fn seal_what_lies_open(&self) -> Result<usize, StoreError> {
        let mut moved = 0;
        for clear in Clear::ALL {
            loop {
                let mut transaction = self.begin().await?;
                let rows = match self.seal_batch(&mut transaction, clear).await {
                    Ok(rows) => rows,
                    Err(error) => return Err(transaction.undone(error).await),
                };
                transaction.commit().await?;
                moved += rows;
                if rows == 0 {
                    break;
                }
                tracing::info!(rows = moved, "personal data that lay in the clear is being sealed");
            }
        }
        Ok(moved)
    }

    async fn seal_batch(&self, transaction: &mut Transaction, clear: Clear) -> Result<usize, StoreError> {
        let rows = sqlx::query(clear.query()).bind(BATCH).fetch_all(&mut *transaction).await?;
        let is_in_ledger = clear.is_in_ledger() && !rows.is_empty();
        if is_in_ledger {
            self.allow_changes(transaction, true).await?;
        }
        for row in &rows {
            match clear {
                Clear::Payments => self.seal_payment(transaction, row).await?,
                Clear::Links => self.seal_link(transaction, row).await?,
                Clear::Followers => self.seal_order(transaction, row).await?,
                Clear::Reasons => self.seal_refund(transaction, row).await?,
                Clear::Notifications => self.seal_notification(transaction, row).await?,
            }
        }
        if is_in_ledger {
            self.allow_changes(transaction, false).await?;
        }
        Ok(rows.len())
    }

    async fn seal_payment(&self, transaction: &mut Transaction, row: &AnyRow) -> Result<(), StoreError> {
        let (id, order): (String, String) = (row.try_get("id")?, row.try_get("order_id")?);
        for (column, kind) in
            [("payer", SealedKind::Payer), ("return_url", SealedKind::ReturnUrl), ("client_ip", SealedKind::ClientAddress)]
        {
            if let Some(text) = row.try_get::<Option<String>, _>(column)? {
                let term = (kind == SealedKind::Payer).then(|| Term::openid(&text)).flatten();
                self.seal_old(transaction, &order, (kind, &id, text.as_bytes()), term.as_slice(), row.try_get("at")?).await?;
            }
        }
        let update = "UPDATE payments SET payer = NULL, return_url = NULL, client_ip = NULL WHERE id = $1";
        sqlx::query(update).bind(id).execute(&mut *transaction).await?;
        Ok(())
    }

    /// Also where the order, the ledger and the outbox repeat it.
    async fn seal_link(&self, transaction: &mut Transaction, row: &AnyRow) -> Result<(), StoreError> {
        let (id, order, link): (String, String, String) = (row.try_get("id")?, row.try_get("order_id")?, row.try_get("payload")?);
        self.seal_old(transaction, &order, (SealedKind::Payload, &id, link.as_bytes()), &[], row.try_get("at")?).await?;
        sqlx::query("UPDATE payments SET payload = $1 WHERE id = $2").bind(link::KEPT_APART).bind(id).execute(&mut *transaction).await?;
        for update in [
            "UPDATE orders SET body = replace(body, $1, $2) WHERE id = $3",
            "UPDATE ledger SET detail = replace(detail, $1, $2) WHERE order_id = $3 AND kind IN ('code', 'opened')",
            "UPDATE outbox SET body = replace(body, $1, $2) WHERE order_id = $3",
        ] {
            let update = sqlx::query(update).bind(link.as_str()).bind(link::KEPT_APART).bind(order.as_str());
            update.execute(&mut *transaction).await?;
        }
        Ok(())
    }

    async fn seal_order(&self, transaction: &mut Transaction, row: &AnyRow) -> Result<(), StoreError> {
        let (id, openid): (String, String) = (row.try_get("id")?, row.try_get("follower")?);
        self.seal_old(
            transaction,
            &id,
            (SealedKind::Follower, "", openid.as_bytes()),
            Term::openid(&openid).as_slice(),
            row.try_get("at")?,
        )
        .await?;
        sqlx::query("UPDATE orders SET follower = NULL WHERE id = $1").bind(id).execute(&mut *transaction).await?;
        Ok(())
    }

    /// Of a refund also what the ledger and the outbox repeat of its reason.
    async fn seal_refund(&self, transaction: &mut Transaction, row: &AnyRow) -> Result<(), StoreError> {
        let (id, order, reason): (String, String, String) = (row.try_get("id")?, row.try_get("order_id")?, row.try_get("reason")?);
        self.seal_old(transaction, &order, (SealedKind::Reason, &id, reason.as_bytes()), &[], row.try_get("at")?).await?;
        sqlx::query("UPDATE refunds SET reason = '' WHERE id = $1").bind(id).execute(&mut *transaction).await?;
        for (select, update) in [
            (
                "SELECT entry, detail AS text FROM ledger WHERE order_id = $1 AND kind IN ('refund', 'opened')",
                "UPDATE ledger SET detail = $1 WHERE entry = $2",
            ),
            ("SELECT entry, body AS text FROM outbox WHERE order_id = $1", "UPDATE outbox SET body = $1 WHERE entry = $2"),
        ] {
            for row in sqlx::query(select).bind(order.as_str()).fetch_all(&mut *transaction).await? {
                if let Some(text) = without_reasons(&row.try_get::<String, _>("text")?) {
                    sqlx::query(update).bind(text).bind(row.try_get::<i64, _>("entry")?).execute(&mut *transaction).await?;
                }
            }
        }
        Ok(())
    }

    async fn seal_notification(&self, transaction: &mut Transaction, row: &AnyRow) -> Result<(), StoreError> {
        let (provider, id, body): (String, String, Vec<u8>) = (row.try_get("provider")?, row.try_get("id")?, row.try_get("body")?);
        let order = order_in(transaction, &body).await?;
        let name = notification(&provider, &id);
        self.seal_old(transaction, &order, (SealedKind::Notification, &name, &body), &[], row.try_get("at")?).await?;
        let update = "UPDATE notifications SET body = $1 WHERE provider = $2 AND id = $3";
        sqlx::query(update).bind([].as_slice()).bind(provider).bind(id).execute(&mut *transaction).await?;
        Ok(())
    }

    /// Seals a text that is from before; what was sealed there since is newer, and stays.
    async fn seal_old(
        &self,
        transaction: &mut Transaction,
        order: &str,
        (kind, name, text): (SealedKind, &str, &[u8]),
        terms: &[Term],
        at: i64,
    ) -> Result<(), StoreError> {
        let query = "SELECT 1 AS one FROM sealed WHERE order_id = $1 AND kind = $2 AND name = $3";
        let known = sqlx::query(query).bind(order).bind(kind.as_str()).bind(name).fetch_optional(&mut *transaction).await?;
        if known.is_some() {
            return Ok(());
        }
        let rows: Vec<SealedRow> = self.seal(order, &[Detail { kind, name, text: PlainText(text), terms }], at)?;
        sealed_rows::insert(transaction, &rows).await
    }

    /// The ledger is never changed, but for this: what it repeats of a reason is no fact, and cannot be erased there.
    async fn allow_changes(&self, transaction: &mut Transaction, is_allowed: bool) -> Result<(), StoreError> {
        let statement = match (&self.database, is_allowed) {
            (Database::Sqlite, true) => "DROP TRIGGER ledger_is_never_changed",
            (Database::Sqlite, false) => {
                "CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger \
                 BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
            }
            (Database::Postgres(_), true) => "ALTER TABLE ledger DISABLE TRIGGER ledger_is_never_changed",
            (Database::Postgres(_), false) => "ALTER TABLE ledger ENABLE TRIGGER ledger_is_never_changed",
        };
        transaction.execute(statement).await?;
        Ok(())
    }
}

/// The name of a notification among sealed records.
pub(super) fn notification(provider: &str, id: &str) -> String {
    format!("{provider} {}", storable(id))
}

/// The order of a payment or refund that a notification names in the clear; empty where it names none of ours.
async fn order_in(transaction: &mut Transaction, body: &[u8]) -> Result<String, StoreError> {
    let text = String::from_utf8_lossy(body);
    for id in text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')) {
        let query = match id.get(..4) {
            Some("pay_") => "SELECT order_id FROM payments WHERE id = $1",
            Some("rfd_" | "rfx_") => "SELECT order_id FROM refunds WHERE id = $1",
            _ => continue,
        };
        if let Some(row) = sqlx::query(query).bind(id).fetch_optional(&mut *transaction).await? {
            return Ok(row.try_get("order_id")?);
        }
    }
    Ok(String::new())
}

/// The JSON text without the members `reason` of its refunds; `None` where there are none, or no JSON.
fn without_reasons(text: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let mut is_changed = value.get("amount").is_some() && take_reason(&mut value);
    for place in ["/refunds", "/data/refunds"] {
        let refunds = value.pointer_mut(place).and_then(Value::as_array_mut);
        refunds.into_iter().flatten().for_each(|refund| is_changed |= take_reason(refund));
    }
    if let Some(refund) = value.pointer_mut("/data/refund") {
        is_changed |= take_reason(refund);
    }
    is_changed.then(|| value.to_string())
}

fn take_reason(refund: &mut Value) -> bool {
    refund.as_object_mut().is_some_and(|refund| refund.remove("reason").is_some())
}

#[cfg(test)]
mod tests {
    use super::without_reasons;

    #[test]
    fn reasons_of_refunds_are_taken_out_and_others_stay() {
        for (text, expected) in [
            (r#"{"amount":100,"id":"rfd_1","reason":"Lin"}"#, Some(r#"{"amount":100,"id":"rfd_1"}"#)),
            (
                r#"{"order":{},"refunds":[{"id":"rfd_1","reason":"Lin"},{"id":"rfd_2"}]}"#,
                Some(r#"{"order":{},"refunds":[{"id":"rfd_1"},{"id":"rfd_2"}]}"#),
            ),
            (r#"{"data":{"refund":{"reason":"Lin"},"refunds":[{"reason":""}]}}"#, Some(r#"{"data":{"refund":{},"refunds":[{}]}}"#)),
            (r#"{"data":{"attention":{"reason":"wrong-amount"},"refunds":[]}}"#, None),
            ("pay_first", None),
        ] {
            assert_eq!(without_reasons(text).as_deref(), expected, "{text}");
        }
    }
}

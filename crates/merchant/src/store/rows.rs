//! Rows to values and back.

use protocol::json;
use protocol::{Currency, Method, Money, Order, OrderId, Payment, PaymentId, PaymentStatus, Surface};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, Transaction};

use super::StoreError;
use crate::account::{Account, Attempted};

fn text<'a>(row: &'a SqliteRow, column: &'static str) -> Result<&'a str, StoreError> {
    Ok(row.try_get(column)?)
}

fn read<T>(row: &SqliteRow, column: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
    read(text(row, column)?).ok_or(StoreError::Unreadable(column))
}

pub(super) fn order_id(row: &SqliteRow) -> Result<OrderId, StoreError> {
    read(row, "order_id", OrderId::parse)
}

pub(super) fn payment_id(row: &SqliteRow) -> Result<PaymentId, StoreError> {
    read(row, "id", PaymentId::parse)
}

pub(super) fn order(row: &SqliteRow) -> Result<Order, StoreError> {
    read(row, "body", |body| Order::from_json(&json::parse(body.as_bytes()).ok()?).ok())
}

/// The order with all its payments.
pub(super) async fn account(transaction: &mut Transaction<'_, Sqlite>, id: &OrderId) -> Result<Account, StoreError> {
    let row = sqlx::query("SELECT body FROM orders WHERE id = ?").bind(id.as_str()).fetch_optional(&mut **transaction).await?;
    let order = order(&row.ok_or(StoreError::NoOrder)?)?;
    let query = "SELECT * FROM payments WHERE order_id = ? ORDER BY created_at, rowid";
    let rows = sqlx::query(query).bind(id.as_str()).fetch_all(&mut **transaction).await?;
    let payments = rows.iter().map(attempted).collect::<Result<_, _>>()?;
    Ok(Account { order, payments, notes: Vec::new() })
}

fn attempted(row: &SqliteRow) -> Result<Attempted, StoreError> {
    Ok(Attempted {
        payment: Payment {
            id: payment_id(row)?,
            method: read(row, "method", Method::parse)?,
            surface: read(row, "surface", Surface::parse)?,
            status: read(row, "status", PaymentStatus::parse)?,
            payload: row.try_get("payload")?,
            expires_at: row.try_get("expires_at")?,
        },
        money: Money { amount: row.try_get("amount")?, currency: read(row, "currency", Currency::parse)? },
        created_at: row.try_get("created_at")?,
        transaction: row.try_get("transaction_id")?,
        next_check_at: row.try_get("next_check_at")?,
        checks: row.try_get("checks")?,
    })
}

/// Inserts a payment or brings its row up to date.
pub(super) async fn write_payment(
    transaction: &mut Transaction<'_, Sqlite>,
    order: &OrderId,
    attempted: &Attempted,
) -> Result<(), StoreError> {
    let Attempted { payment, money, created_at, transaction: transaction_id, next_check_at, checks } = attempted;
    let upsert = "INSERT INTO payments (id, order_id, method, surface, status, payload, amount, currency, expires_at, created_at, \
                  transaction_id, next_check_at, checks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
                  ON CONFLICT (id) DO UPDATE SET status = excluded.status, payload = excluded.payload, \
                  transaction_id = excluded.transaction_id, next_check_at = excluded.next_check_at, checks = excluded.checks";
    sqlx::query(upsert)
        .bind(payment.id.as_str())
        .bind(order.as_str())
        .bind(payment.method.as_str())
        .bind(payment.surface.as_str())
        .bind(payment.status.as_str())
        .bind(&payment.payload)
        .bind(money.amount)
        .bind(money.currency.as_str())
        .bind(payment.expires_at)
        .bind(created_at)
        .bind(transaction_id)
        .bind(next_check_at)
        .bind(checks)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Adds to the ledger.
pub(super) async fn note(
    transaction: &mut Transaction<'_, Sqlite>,
    order: &OrderId,
    at: i64,
    kind: &str,
    detail: &str,
) -> Result<(), StoreError> {
    let insert = "INSERT INTO ledger (order_id, at, kind, detail) VALUES (?, ?, ?, ?)";
    sqlx::query(insert).bind(order.as_str()).bind(at).bind(kind).bind(detail).execute(&mut **transaction).await?;
    Ok(())
}

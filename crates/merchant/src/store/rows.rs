//! Rows to values and back.

use protocol::json;
use protocol::{Currency, Method, Money, Order, OrderId, Payment, PaymentId, PaymentStatus, Surface};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::StoreError;
use super::connections::Transaction;
use crate::order_record::{OrderRecord, Parts, PaymentRecord, References, Refund, RefundStatus, kept, link};
use crate::places::{AtPlace, PlaceId};

/// The value of a column, if `read` understands its text.
pub(super) fn read<T>(row: &AnyRow, column: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
    read(&row.try_get::<String, _>(column)?).ok_or(StoreError::Unreadable(column))
}

pub(super) fn order_id(row: &AnyRow) -> Result<OrderId, StoreError> {
    read(row, "order_id", OrderId::parse)
}

pub(super) fn payment_id(row: &AnyRow) -> Result<PaymentId, StoreError> {
    read(row, "id", PaymentId::parse)
}

pub(super) fn order(row: &AnyRow) -> Result<Order, StoreError> {
    read(row, "body", |body| kept::order(&json::parse(body.as_bytes()).ok()?).ok())
}

/// The order with all its payments and refunds, without what is sealed of it. `select` asks for the order, and locks it where it is to be changed.
pub(super) async fn record(transaction: &mut Transaction, select: &'static str, id: &OrderId) -> Result<OrderRecord, StoreError> {
    let row = sqlx::query(select).bind(id.as_str()).fetch_optional(&mut *transaction).await?.ok_or(StoreError::NoOrder)?;
    let query = "SELECT * FROM payments WHERE order_id = $1 ORDER BY position";
    let payments = sqlx::query(query).bind(id.as_str()).fetch_all(&mut *transaction).await?;
    let query = "SELECT * FROM refunds WHERE order_id = $1 ORDER BY position";
    let refunds = sqlx::query(query).bind(id.as_str()).fetch_all(&mut *transaction).await?;
    assembled(&row, &payments, &refunds)
}

/// An order from its row and those of its payments and refunds, the oldest first.
pub(super) fn assembled<'a>(
    row: &AnyRow,
    payments: impl IntoIterator<Item = &'a AnyRow>,
    refunds: impl IntoIterator<Item = &'a AnyRow>,
) -> Result<OrderRecord, StoreError> {
    Ok(OrderRecord {
        order: order(row)?,
        references: references(row)?,
        asking: row.try_get("asking")?,
        follow: row.try_get("follow")?,
        follower: row.try_get("follower")?,
        payments: payments.into_iter().map(attempted).collect::<Result<_, _>>()?,
        refunds: refunds.into_iter().map(refund).collect::<Result<_, _>>()?,
        notes: Vec::new(),
        parcels: Vec::new(),
        by: None,
        facts: Vec::new(),
    })
}

/// By which names an order goes beside its own.
pub(super) fn references(row: &AnyRow) -> Result<References, StoreError> {
    let metadata: Option<String> = row.try_get("metadata")?;
    let metadata = metadata.map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("metadata"))).transpose()?;
    Ok(References {
        reference: row.try_get("reference")?,
        client_reference: row.try_get("client_reference")?,
        metadata: metadata.unwrap_or_default(),
        place: at_place(row)?,
    })
}

/// At which place an order was made, if at one.
fn at_place(row: &AnyRow) -> Result<Option<AtPlace>, StoreError> {
    let Some(id) = row.try_get::<Option<String>, _>("place")? else { return Ok(None) };
    let id = PlaceId::parse(&id).ok_or(StoreError::Unreadable("place"))?;
    Ok(Some(AtPlace { id, name: row.try_get::<Option<String>, _>("place_name")?.unwrap_or_default() }))
}

fn attempted(row: &AnyRow) -> Result<PaymentRecord, StoreError> {
    Ok(PaymentRecord {
        payment: Payment {
            id: payment_id(row)?,
            method: read(row, "method", Method::parse)?,
            surface: read(row, "surface", Surface::parse)?,
            status: read(row, "status", PaymentStatus::parse)?,
            payload: row.try_get("payload")?,
            expires_at: row.try_get("expires_at")?,
        },
        money: Money { amount: row.try_get("amount")?, currency: read(row, "currency", Currency::parse)? },
        provider: row.try_get("provider")?,
        provider_ref: row.try_get("provider_ref")?,
        created_at: row.try_get("created_at")?,
        reference: row.try_get("reference")?,
        return_url: row.try_get("return_url")?,
        browser: None,
        payer: row.try_get("payer")?,
        client_ip: row.try_get("client_ip")?,
        shown_at: row.try_get("shown_at")?,
        scanned_at: row.try_get("scanned_at")?,
        paid_at: row.try_get("paid_at")?,
        transaction: row.try_get("transaction_id")?,
        next_check_at: row.try_get("next_check_at")?,
        checks: row.try_get("checks")?,
    })
}

fn refund(row: &AnyRow) -> Result<Refund, StoreError> {
    let parts: Option<String> = row.try_get("parts")?;
    let parts = parts.map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("parts"))).transpose()?;
    Ok(Refund {
        id: row.try_get("id")?,
        payment: read(row, "payment_id", PaymentId::parse)?,
        amount: row.try_get("amount")?,
        reason: row.try_get("reason")?,
        parts: parts.unwrap_or_default(),
        status: read(row, "status", RefundStatus::parse)?,
        created_at: row.try_get("created_at")?,
        next_check_at: row.try_get("next_check_at")?,
        checks: row.try_get("checks")?,
        by: row.try_get("key_id")?,
    })
}

/// A payment of an order, whose payments are counted from 0.
pub(super) struct Attempted<'a> {
    pub(super) order: &'a OrderId,
    pub(super) position: usize,
    pub(super) payment: &'a PaymentRecord,
}

/// Inserts payments, or brings their rows up to date.
pub(super) async fn write_payments(transaction: &mut Transaction, payments: &[Attempted<'_>]) -> Result<(), StoreError> {
    if payments.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO payments (id, order_id, position, method, surface, status, payload, amount, currency, expires_at, \
                  created_at, reference, shown_at, scanned_at, paid_at, transaction_id, next_check_at, checks, provider, provider_ref) VALUES ";
    let update = " ON CONFLICT (id) DO UPDATE SET status = excluded.status, payload = excluded.payload, expires_at = excluded.expires_at, \
                  shown_at = excluded.shown_at, scanned_at = excluded.scanned_at, paid_at = excluded.paid_at, \
                  transaction_id = excluded.transaction_id, next_check_at = excluded.next_check_at, checks = excluded.checks, \
                  provider_ref = excluded.provider_ref";
    let mut query = sqlx::query(AssertSqlSafe(format!("{insert}{}{update}", places(payments.len(), 20))));
    for Attempted { order, position, payment: attempted } in payments {
        let PaymentRecord { payment, money, .. } = attempted;
        query = query
            .bind(payment.id.as_str())
            .bind(order.as_str())
            .bind(count(*position))
            .bind(payment.method.as_str())
            .bind(payment.surface.as_str())
            .bind(payment.status.as_str())
            .bind(link::kept(payment))
            .bind(money.amount)
            .bind(money.currency.as_str())
            .bind(payment.expires_at)
            .bind(attempted.created_at)
            .bind(attempted.reference.as_deref())
            .bind(attempted.shown_at)
            .bind(attempted.scanned_at)
            .bind(attempted.paid_at)
            .bind(attempted.transaction.as_deref())
            .bind(attempted.next_check_at)
            .bind(attempted.checks)
            .bind(attempted.provider.as_deref())
            .bind(attempted.provider_ref.as_deref());
    }
    query.execute(&mut *transaction).await?;
    Ok(())
}

/// Inserts a refund, or brings its row up to date. One that is done is so since `now`, unix seconds, unless it was before.
pub(super) async fn write_refund(
    transaction: &mut Transaction,
    order: &OrderId,
    position: usize,
    refund: &Refund,
    now: i64,
) -> Result<(), StoreError> {
    let upsert = "INSERT INTO refunds (id, order_id, payment_id, position, status, amount, reason, created_at, next_check_at, checks, done_at, \
                  key_id, parts) VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO UPDATE SET status = excluded.status, \
                  amount = excluded.amount, next_check_at = excluded.next_check_at, checks = excluded.checks, done_at = COALESCE(refunds.done_at, excluded.done_at), \
                  settled_at = CASE WHEN refunds.status = excluded.status THEN refunds.settled_at END";
    sqlx::query(upsert)
        .bind(refund.id.as_str())
        .bind(order.as_str())
        .bind(refund.payment.as_str())
        .bind(count(position))
        .bind(refund.status.as_str())
        .bind(refund.amount)
        .bind(refund.created_at)
        .bind(refund.next_check_at)
        .bind(refund.checks)
        .bind((refund.status == RefundStatus::Done).then_some(now))
        .bind(refund.by.as_deref())
        .bind(Some(&refund.parts).filter(|parts| **parts != Parts::default()).and_then(|parts| serde_json::to_string(parts).ok()))
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

/// Where the values of so many rows stand in a statement: `($1, $2), ($3, $4)`.
pub(super) fn places(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

//! Reads of many orders: pages of a list, and figures for the shop.

use protocol::{Currency, Method, Order, OrderId, OrderStatus};
use sqlx::{AssertSqlSafe, Row as _};

use super::{Store, StoreError, attention, rows};
use crate::order_record::References;

/// The most orders that are found by one name.
pub const MOST_FOUND: i64 = 200;

/// Which orders to list, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of that status only.
    pub status: Option<OrderStatus>,
    /// Such that need a person only.
    pub needs_attention: bool,
    /// With that number of the shop only.
    pub reference: Option<String>,
    /// Of these only, of which there are at most [`MOST_FOUND`].
    pub among: Option<Vec<OrderId>>,
    /// Of that amount only, minor units.
    pub amount: Option<i64>,
    /// In that currency only.
    pub currency: Option<Currency>,
    /// Whose latest payment is by that method only.
    pub method: Option<Method>,
    /// Created at or after that time, unix seconds.
    pub from: Option<i64>,
    /// Created before that time, unix seconds.
    pub to: Option<i64>,
    /// Behind that order of an earlier page: its creation, unix seconds, and its id.
    pub after: Option<(i64, String)>,
    /// How many at most.
    pub limit: i64,
}

/// An order in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Unix seconds.
    pub created_at: i64,
    /// By which names it goes beside its own.
    pub references: References,
    /// The order.
    pub order: Order,
}

/// What stands in a place of a statement.
pub(super) enum Value<'a> {
    Text(&'a str),
    Number(i64),
}

/// The statement of a page, and what stands in its places. What is not asked for is not in it, so that each has its index; and nothing in
/// it comes from outside.
pub(super) fn page(filter: &Filter) -> (String, Vec<Value<'_>>) {
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    let texts = [
        ("status", filter.status.map(OrderStatus::as_str)),
        ("reference", filter.reference.as_deref()),
        ("currency", filter.currency.as_ref().map(Currency::as_str)),
        ("method", filter.method.as_ref().map(Method::as_str)),
    ];
    for (column, text) in texts {
        let Some(text) = text else { continue };
        values.push(Value::Text(text));
        conditions.push(format!("{column} = ${}", values.len()));
    }
    for (comparison, number) in [("amount =", filter.amount), ("created_at >=", filter.from), ("created_at <", filter.to)] {
        let Some(number) = number else { continue };
        values.push(Value::Number(number));
        conditions.push(format!("{comparison} ${}", values.len()));
    }
    if let Some(among) = &filter.among {
        let first = values.len() + 1;
        values.extend(among.iter().map(|id| Value::Text(id.as_str())));
        let each: Vec<_> = (first..=values.len()).map(|place| format!("${place}")).collect();
        conditions.push(format!("id IN ({})", each.join(", ")));
    }
    if let Some((at, id)) = &filter.after {
        values.extend([Value::Number(*at), Value::Text(id)]);
        conditions.push(format!("(created_at, id) < (${}, ${})", values.len() - 1, values.len()));
    }
    if filter.needs_attention {
        conditions.push(format!("id IN ({})", attention::ORDERS));
    }
    let only = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    values.push(Value::Number(filter.limit));
    let columns = "created_at, reference, client_reference, metadata, body";
    (format!("SELECT {columns} FROM orders{only} ORDER BY created_at DESC, id DESC LIMIT ${}", values.len()), values)
}

impl Store {
    /// A page of orders, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Listed>, StoreError> {
        if filter.among.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let (text, values) = page(filter);
        let query = values.into_iter().fold(sqlx::query(AssertSqlSafe(text)), |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
        });
        let rows = query.fetch_all(&self.pool).await?;
        let listed = |row: &sqlx::any::AnyRow| {
            Ok(Listed { created_at: row.try_get("created_at")?, references: rows::references(row)?, order: rows::order(row)? })
        };
        rows.iter().map(listed).collect()
    }

    /// Payments of a method whose money moved in that time (unix seconds): id, and the provider's id of the money.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn paid_between(&self, method: &str, from: i64, to: i64) -> Result<Vec<(String, String)>, StoreError> {
        let query =
            "SELECT id, transaction_id FROM payments WHERE method = $1 AND paid_at >= $2 AND paid_at < $3 AND transaction_id IS NOT NULL";
        let rows = sqlx::query(query).bind(method).bind(from).bind(to).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("transaction_id")?))).collect()
    }

    /// When the first payment by a method was made, unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn first_payment_at(&self, method: &str) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query("SELECT MIN(created_at) AS first FROM payments WHERE method = $1").bind(method).fetch_one(&self.pool).await?;
        Ok(row.try_get("first")?)
    }
}

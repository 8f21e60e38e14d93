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

/// How one method fares on one surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodStats {
    /// Payment method.
    pub method: String,
    /// Where shoppers pay.
    pub surface: String,
    /// Payments whose code was there to be paid.
    pub shown: i64,
    /// Of these: paid.
    pub paid: i64,
    /// Of these: nobody paid before the code ran out or was given up.
    pub abandoned: i64,
    /// Of the abandoned: a wallet had read the code.
    pub abandoned_after_scan: i64,
    /// From the code to the money, seconds: the middle one of all.
    pub median_seconds: Option<i64>,
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

    /// How each method fares on each surface, over payments whose code was made in that time (unix seconds).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn channels(&self, from: i64, to: i64) -> Result<Vec<MethodStats>, StoreError> {
        let query = "SELECT method, surface, COUNT(*) AS shown, COUNT(paid_at) AS paid, \
                     COUNT(CASE WHEN paid_at IS NULL AND next_check_at IS NULL THEN 1 END) AS abandoned, \
                     COUNT(CASE WHEN paid_at IS NULL AND next_check_at IS NULL AND scanned_at IS NOT NULL THEN 1 END) AS after_scan \
                     FROM payments WHERE shown_at >= $1 AND shown_at < $2 GROUP BY method, surface ORDER BY method, surface";
        let rows = sqlx::query(query).bind(from).bind(to).fetch_all(&self.pool).await?;
        let mut channels = Vec::new();
        for row in &rows {
            let (method, surface): (String, String) = (row.try_get("method")?, row.try_get("surface")?);
            let paid = row.try_get("paid")?;
            let median_seconds = self.median_seconds(from, to, &method, &surface, paid).await?;
            let (shown, abandoned) = (row.try_get("shown")?, row.try_get("abandoned")?);
            channels.push(MethodStats {
                method,
                surface,
                shown,
                paid,
                abandoned,
                abandoned_after_scan: row.try_get("after_scan")?,
                median_seconds,
            });
        }
        Ok(channels)
    }

    async fn median_seconds(&self, from: i64, to: i64, method: &str, surface: &str, paid: i64) -> Result<Option<i64>, StoreError> {
        if paid == 0 {
            return Ok(None);
        }
        let query = "SELECT paid_at - shown_at AS seconds FROM payments WHERE shown_at >= $1 AND shown_at < $2 AND method = $3 \
                     AND surface = $4 AND paid_at IS NOT NULL ORDER BY seconds LIMIT 1 OFFSET $5";
        let row = sqlx::query(query).bind(from).bind(to).bind(method).bind(surface).bind((paid - 1) / 2).fetch_optional(&self.pool).await?;
        row.map(|row| Ok(row.try_get("seconds")?)).transpose()
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

    /// How many shoppers who follow the account are known by orders of that time (unix seconds).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn followers(&self, from: i64, to: i64) -> Result<i64, StoreError> {
        let query = "SELECT COUNT(DISTINCT term_hash) AS number FROM orders JOIN sealed_terms ON order_id = id AND kind = 'follower' \
                     WHERE created_at >= $1 AND created_at < $2";
        Ok(sqlx::query(query).bind(from).bind(to).fetch_one(&self.pool).await?.try_get("number")?)
    }
}

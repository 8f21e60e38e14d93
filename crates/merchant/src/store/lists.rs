//! Reads of many orders: pages of a list, and figures for the shop.

use std::collections::HashSet;

use protocol::{Currency, Method, Order, OrderId, OrderStatus};
use sqlx::{AssertSqlSafe, Row as _};

use super::attention::{odd, unsettled};
use super::records::Database;
use super::{Store, StoreError, rows};
use crate::order_record::References;
use crate::places::PlaceId;

/// The most orders that are found by one name.
pub const MOST_FOUND: i64 = 200;
/// Up to how many orders that need a person are looked for by their ids; where more do, orders are read by their indexes until a page is full.
const FEW: i64 = 500;

macro_rules! odd_facts {
    ($column:literal, $of:literal) => {
        concat!("SELECT ", $column, " FROM ledger WHERE ", $of, odd!(), unsettled!())
    };
}
macro_rules! stopped_refunds {
    ($column:literal, $of:literal) => {
        concat!("SELECT ", $column, " FROM refunds WHERE ", $of, "status IN ('stuck', 'failed') AND settled_at IS NULL")
    };
}

/// The orders that need a person, some more than once, up to a number.
pub(super) const WAITING: &str = concat!(odd_facts!("order_id", ""), " UNION ALL ", stopped_refunds!("order_id", ""), " LIMIT $1");

/// That an order is one of them, where they are many. The ids are made up so that SQLite reads no order by them.
const ONE_OF_MANY_SQLITE: &str =
    concat!("(id || '' IN (", odd_facts!("order_id", ""), ") OR id || '' IN (", stopped_refunds!("order_id", ""), "))");
/// The same, of which PostgreSQL makes no join: it believes that those who wait are spread over all orders.
const ONE_OF_MANY_POSTGRES: &str = concat!(
    "(EXISTS (",
    odd_facts!("1", "ledger.order_id = orders.id AND "),
    ") OR EXISTS (",
    stopped_refunds!("1", "refunds.order_id = orders.id AND "),
    "))"
);

/// Which orders to list, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of that status only.
    pub status: Option<OrderStatus>,
    /// Such that need a person only.
    pub needs_attention: bool,
    /// With that number of the shop only.
    pub reference: Option<String>,
    /// Made at that place only.
    pub place: Option<PlaceId>,
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
pub(super) fn page<'a>(filter: &'a Filter, database: &Database) -> (String, Vec<Value<'a>>) {
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    let texts = [
        ("status", filter.status.map(OrderStatus::as_str)),
        ("reference", filter.reference.as_deref()),
        ("place", filter.place.as_ref().map(PlaceId::as_str)),
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
        conditions.push(match database {
            Database::Sqlite => ONE_OF_MANY_SQLITE.to_owned(),
            Database::Postgres(_) => ONE_OF_MANY_POSTGRES.to_owned(),
        });
    }
    let only = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    values.push(Value::Number(filter.limit));
    let columns = "created_at, reference, client_reference, metadata, place, place_name, body";
    (format!("SELECT {columns} FROM orders{only} ORDER BY created_at DESC, id DESC LIMIT ${}", values.len()), values)
}

impl Store {
    /// A page of orders, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Listed>, StoreError> {
        let filter = self.with_those_that_wait(filter.clone()).await?;
        if filter.among.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let (text, values) = page(&filter, &self.database);
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

    /// A filter that names the orders which need a person, if such are wanted and they are few.
    async fn with_those_that_wait(&self, mut filter: Filter) -> Result<Filter, StoreError> {
        if filter.needs_attention {
            let waiting = sqlx::query(WAITING).bind(FEW + 1).fetch_all(&self.pool).await?;
            if i64::try_from(waiting.len()).is_ok_and(|number| number <= FEW) {
                let ids: HashSet<OrderId> = waiting.iter().map(rows::order_id).collect::<Result<_, _>>()?;
                filter.among = Some(match filter.among.take() {
                    Some(among) => among.into_iter().filter(|id| ids.contains(id)).collect(),
                    None => ids.into_iter().collect(),
                });
                filter.needs_attention = false;
            }
        }
        Ok(filter)
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

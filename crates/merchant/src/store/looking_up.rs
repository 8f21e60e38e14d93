//! Finds orders by what people have in hand: a number, an id, what stands on a statement, in a bill or in an alarm.

use protocol::{OrderId, PaymentId};
use sqlx::Row as _;

use super::attention::odd;
use super::lists::MOST_FOUND;
use super::records::Database;
use super::{Store, StoreError, rows};
use crate::number::OrderNumber;
use crate::order_record::{Fact, StrayMoney, storable};

/// As many as show that a name is of several.
const AMBIGUOUS: i64 = 6;
/// By how many characters of its beginning an id is found.
const BEGINNING: usize = 8;
/// Behind every character of an id.
const LAST: char = '~';

pub(super) const BY_ID: &str = "SELECT id AS order_id FROM orders WHERE id = $1 LIMIT $2";
pub(super) const BY_REFUND: &str = "SELECT order_id FROM refunds WHERE id = $1 LIMIT $2";
pub(super) const BY_REFERENCE: &str = "SELECT id AS order_id FROM orders WHERE reference = $1 ORDER BY created_at DESC LIMIT $2";
pub(super) const PAYMENTS: &str = "SELECT order_id, id, reference, status FROM payments \
                                   WHERE id = $1 OR reference = $1 OR lower(reference) = lower($1) ORDER BY created_at DESC, id";
pub(super) const MONEY: &str =
    "SELECT order_id, id, method, transaction_id FROM payments WHERE lower(transaction_id) = lower($1) ORDER BY created_at";
/// Members of facts are JSON; which one it stands in is looked at behind.
pub(super) const STRAY_MONEY: &str = concat!(
    "SELECT kind, detail FROM ledger WHERE ",
    odd!(),
    " AND kind IN ('wrong-amount', 'paid-twice') AND replace(lower(detail), lower($1), '') <> lower(detail) ORDER BY entry"
);

/// Money that the records know, whether it paid or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMoney {
    /// Of which order.
    pub order: OrderId,
    /// By which payment.
    pub payment: PaymentId,
    /// Its method.
    pub method: String,
    /// The provider's or the bank's id of the money, as it was first written.
    pub transaction: String,
}

impl Store {
    /// Payments of that id, or with that reference on bank statements: the very one, else those whose reference differs in nothing but
    /// capitals, as statements print them. Of several that one counts which alone can still be paid.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn payments_named(&self, name: &str) -> Result<Vec<(OrderId, PaymentId)>, StoreError> {
        let name = &storable(name);
        let (mut very, mut open, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for row in &sqlx::query(PAYMENTS).bind(name).fetch_all(&self.pool).await? {
            let found = (rows::order_id(row)?, rows::payment_id(row)?);
            let (reference, status): (Option<String>, String) = (row.try_get("reference")?, row.try_get("status")?);
            if found.1.as_str() == name || reference.as_deref() == Some(name) {
                very.push(found.clone());
            }
            if ["waiting", "scanned"].contains(&status.as_str()) {
                open.push(found.clone());
            }
            all.push(found);
        }
        let one = [very, open].into_iter().find(|found| found.len() == 1);
        Ok(one.unwrap_or(all))
    }

    /// Who collects a payment, where that is known, and the provider's own id of it, if it has one.
    ///
    /// # Errors
    /// `NoOrder` for a payment that is not in the records; those of the database.
    pub async fn collected_by(&self, payment: &PaymentId) -> Result<(Option<String>, Option<String>), StoreError> {
        let query = "SELECT provider, provider_ref FROM payments WHERE id = $1";
        let row = sqlx::query(query).bind(payment.as_str()).fetch_optional(&self.pool).await?.ok_or(StoreError::NoOrder)?;
        Ok((row.try_get("provider")?, row.try_get("provider_ref")?))
    }

    /// The payment that a provider calls so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn payment_of(&self, provider: &str, provider_ref: &str) -> Result<Option<(OrderId, PaymentId)>, StoreError> {
        let query = "SELECT order_id, id FROM payments WHERE provider = $1 AND provider_ref = $2";
        let row = sqlx::query(query).bind(provider).bind(provider_ref).fetch_optional(&self.pool).await?;
        row.map(|row| Ok((rows::order_id(&row)?, rows::payment_id(&row)?))).transpose()
    }

    /// Money of that id, in whatever letters, the oldest first: what paid, and what was only written down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn known_money(&self, transaction: &str) -> Result<Vec<KnownMoney>, StoreError> {
        let transaction = &storable(transaction);
        let known = |row: &sqlx::any::AnyRow| {
            let (order, payment) = (rows::order_id(row)?, rows::payment_id(row)?);
            Ok(KnownMoney { order, payment, method: row.try_get("method")?, transaction: row.try_get("transaction_id")? })
        };
        let paid = sqlx::query(MONEY).bind(transaction).fetch_all(&self.pool).await?;
        let mut found = paid.iter().map(known).collect::<Result<Vec<_>, StoreError>>()?;
        let quoted = serde_json::Value::from(transaction.as_str()).to_string();
        for row in &sqlx::query(STRAY_MONEY).bind(&quoted).fetch_all(&self.pool).await? {
            let fact = Fact::read(&row.try_get::<String, _>("kind")?, &row.try_get::<String, _>("detail")?);
            let Some(Fact::WrongAmount(money) | Fact::PaidTwice(money)) = fact else { continue };
            if money.transaction.to_lowercase() == transaction.to_lowercase() {
                found.extend(self.money_of(money).await?);
            }
        }
        Ok(found)
    }

    async fn money_of(&self, money: StrayMoney) -> Result<Option<KnownMoney>, StoreError> {
        let row = sqlx::query("SELECT order_id, method FROM payments WHERE id = $1").bind(money.payment.as_str());
        let Some(row) = row.fetch_optional(&self.pool).await? else { return Ok(None) };
        let (order, method) = (rows::order_id(&row)?, row.try_get("method")?);
        Ok(Some(KnownMoney { order, payment: money.payment, method, transaction: money.transaction }))
    }

    /// Orders by whatever somebody has of one: its number or id, the id or the bank's reference of a payment, the id of a refund, the
    /// id of the money, or the shop's own reference.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn orders_named(&self, name: &str) -> Result<Vec<OrderId>, StoreError> {
        self.named(name, AMBIGUOUS).await
    }

    /// As [`Store::orders_named`], all of them up to [`MOST_FOUND`], and by the beginning of an id.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn orders_found(&self, name: &str) -> Result<Vec<OrderId>, StoreError> {
        let mut found = self.named(name, MOST_FOUND).await?;
        if found.is_empty() && name.len() >= BEGINNING && OrderId::parse(name).is_some() {
            let query = sqlx::query(self.beginning_with()).bind(name).bind(format!("{name}{LAST}")).bind(MOST_FOUND);
            found = query.fetch_all(&self.pool).await?.iter().map(rows::order_id).collect::<Result<_, _>>()?;
        }
        found.truncate(usize::try_from(MOST_FOUND).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Orders whose ids lie between two texts, byte by byte.
    pub(super) fn beginning_with(&self) -> &'static str {
        match self.database {
            Database::Sqlite => "SELECT id AS order_id FROM orders WHERE id >= $1 AND id < $2 LIMIT $3",
            Database::Postgres(_) => "SELECT id AS order_id FROM orders WHERE id ~>=~ $1 AND id ~<~ $2 LIMIT $3",
        }
    }

    async fn named(&self, name: &str, most: i64) -> Result<Vec<OrderId>, StoreError> {
        let name = &storable(name);
        if let Some(number) = OrderNumber::parse(name)
            && let Some(order) = self.order_by_number(number).await?
        {
            return Ok(vec![order]);
        }
        let mut found = self.orders_by(BY_ID, name, 1).await?;
        if found.is_empty() {
            found = self.orders_by(BY_REFUND, name, 1).await?;
            found.extend(self.payments_named(name).await?.into_iter().map(|(order, _)| order));
            found.extend(self.known_money(name).await?.into_iter().map(|money| money.order));
            found.extend(self.orders_by(BY_REFERENCE, name, most).await?);
        }
        let mut seen = std::collections::HashSet::new();
        found.retain(|order| seen.insert(order.as_str().to_owned()));
        Ok(found)
    }

    async fn orders_by(&self, query: &'static str, name: &str, most: i64) -> Result<Vec<OrderId>, StoreError> {
        let rows = sqlx::query(query).bind(name).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(rows::order_id).collect()
    }
}

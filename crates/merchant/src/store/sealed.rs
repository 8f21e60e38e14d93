//! Sealed records in the database: written in the transaction of what they belong to, and read by whoever has the keys.

use std::sync::Arc;

use protocol::OrderId;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::sealed_rows::{SealedRow, put};
use super::{Store, StoreError};
use crate::observing::Alarm;
use crate::sealed::{Opened, Place, Sealed, SealedKind, Sealer, Term, Unopened};

/// A text to be sealed with what it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Detail<'a> {
    /// What it is.
    pub kind: SealedKind,
    /// Which one of these of its order; empty where there is one only.
    pub name: &'a str,
    /// The text.
    pub text: PlainText<'a>,
    /// By what it is to be found.
    pub terms: &'a [Term],
}

/// A text that is not sealed yet. It shows itself to nobody.
#[derive(Clone, Copy)]
pub struct PlainText<'a>(pub &'a [u8]);

/// A sealed record as it lies there.
pub(super) struct Lying {
    pub(super) order: String,
    pub(super) kind: SealedKind,
    pub(super) name: String,
    pub(super) sealed: Sealed,
    pub(super) sealed_at: i64,
}

impl Store {
    /// Seals by these keys from now on, and opens by them.
    pub fn sealing(mut self, sealer: Arc<Sealer>) -> Store {
        self.sealer = Some(sealer);
        self
    }

    /// What seals.
    ///
    /// # Errors
    /// `NoKeys`.
    pub(super) fn sealer(&self) -> Result<&Sealer, StoreError> {
        self.sealer.as_deref().ok_or(StoreError::NoKeys)
    }

    /// Seals details of an order, or of none (`order` is empty), for `sealed_rows::insert`. `now` in unix seconds.
    ///
    /// # Errors
    /// `NoKeys`.
    pub(super) fn seal(&self, order: &str, details: &[Detail<'_>], now: i64) -> Result<Vec<SealedRow>, StoreError> {
        if details.is_empty() {
            return Ok(Vec::new());
        }
        let sealer = self.sealer()?;
        let row = |detail: &Detail<'_>| SealedRow {
            order: order.to_owned(),
            kind: detail.kind,
            name: detail.name.to_owned(),
            sealed: sealer.seal(Place { order, kind: detail.kind, name: detail.name }, detail.text.0, detail.terms),
            hashes: detail.terms.iter().map(|term| sealer.hash(term)).collect(),
            at: now,
        };
        Ok(details.iter().map(row).collect())
    }

    /// Seals a detail of an order, in the place of the one that was there. `now` in unix seconds.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub async fn put_detail(&self, order: &OrderId, detail: Detail<'_>, now: i64) -> Result<(), StoreError> {
        let rows = self.seal(order.as_str(), &[detail], now)?;
        let mut transaction = self.begin().await?;
        match put(&mut transaction, &rows).await {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// A detail of an order; `None` where there is none, or where it does not open, which is an alarm.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub async fn detail(&self, order: &OrderId, kind: SealedKind, name: &str) -> Result<Option<String>, StoreError> {
        let query = "SELECT * FROM sealed WHERE order_id = $1 AND kind = $2 AND name = $3";
        let row = sqlx::query(query).bind(order.as_str()).bind(kind.as_str()).bind(name).fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(self.open_lying(&lying(&row)?)?.map(Opened::into_text))
    }

    /// All details of that kind of an order by name, but those that do not open.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub(super) async fn details_of(&self, order: &OrderId, kind: SealedKind) -> Result<Vec<(String, String)>, StoreError> {
        let query = "SELECT * FROM sealed WHERE order_id = $1 AND kind = $2 ORDER BY name";
        let mut texts = Vec::new();
        for row in sqlx::query(query).bind(order.as_str()).bind(kind.as_str()).fetch_all(&self.pool).await? {
            let lying = lying(&row)?;
            texts.extend(self.open_lying(&lying)?.map(|opened| (lying.name, opened.into_text())));
        }
        Ok(texts)
    }

    /// Opens a record; one that does not open is an alarm.
    ///
    /// # Errors
    /// `NoKeys`.
    pub(super) fn open_lying(&self, lying: &Lying) -> Result<Option<Opened>, StoreError> {
        match self.sealer()?.open(lying.place(), &lying.sealed) {
            Ok(opened) => Ok(Some(opened)),
            Err(unopened) => {
                self.not_opened(lying, &unopened);
                Ok(None)
            }
        }
    }

    fn not_opened(&self, lying: &Lying, unopened: &Unopened) {
        let (order, kind) = (lying.order.as_str(), lying.kind.as_str());
        tracing::error!(order, kind, reason = %unopened, "ALARM: a sealed record does not open");
        self.metrics.alarmed(Alarm::SealedUnopened);
    }
}

impl Lying {
    pub(super) fn place(&self) -> Place<'_> {
        Place { order: &self.order, kind: self.kind, name: &self.name }
    }
}

/// Reads a row.
pub(super) fn lying(row: &AnyRow) -> Result<Lying, StoreError> {
    let kind: String = row.try_get("kind")?;
    let sealed = Sealed { master: row.try_get("master")?, wrapped: row.try_get("wrapped")?, body: row.try_get("body")? };
    Ok(Lying {
        order: row.try_get("order_id")?,
        kind: SealedKind::parse(&kind).ok_or(StoreError::Unreadable("kind"))?,
        name: row.try_get("name")?,
        sealed,
        sealed_at: row.try_get("sealed_at")?,
    })
}

impl std::fmt::Debug for PlainText<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("…")
    }
}

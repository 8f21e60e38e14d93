//! Answers to what an order asks, in the place of earlier ones.

use protocol::{AnswersText, Order, OrderId};

use super::idempotency::{IdempotencyRecord, use_keys};
use super::sealed::{Detail, PlainText};
use super::sealed_rows::put;
use super::{Store, StoreError};
use crate::fault;
use crate::order_record::OrderRecord;
use crate::sealed::{SealedKind, Term};

impl Store {
    /// Seals answers and writes down that the order is answered so, in one transaction and once per idempotency key: a known key changes
    /// nothing. Answers the order as it stands then, and whether it changed. `now` in unix seconds.
    ///
    /// # Errors
    /// `NoOrder`, `NoKeys`, `KeyUsed` where the key is known with another body; those of the database.
    pub async fn answer_once(
        &self,
        id: &OrderId,
        key: &IdempotencyRecord,
        now: i64,
        answers: &[Detail<'_>],
        change: impl FnOnce(&mut OrderRecord),
    ) -> Result<(Order, bool), StoreError> {
        let sealed = self.seal(id.as_str(), answers, now)?;
        let mut transaction = self.begin().await?;
        if !use_keys(&mut transaction, std::iter::once((key, id))).await? {
            transaction.rollback().await?;
            self.order_made_with(key).await?;
            return Ok((self.order(id).await?, false));
        }
        let write = async {
            put(&mut transaction, &sealed).await?;
            self.change_in(&mut transaction, id, now, change).await
        };
        match write.await {
            Ok(changed) => {
                fault::point("change-once-not-committed");
                transaction.commit().await?;
                fault::point("change-once-committed");
                Ok(self.counted_in(changed))
            }
            Err(error) => Err(transaction.undone(error).await),
        }
    }
}

impl<'a> Detail<'a> {
    /// Answers, with what their shopper is found by.
    pub fn answers(given: &'a AnswersText, terms: &'a [Term]) -> Detail<'a> {
        Detail { kind: SealedKind::Answers, name: "", text: PlainText(given.text().as_bytes()), terms }
    }

    /// Whom messages are for, who is found by the answers.
    pub fn recipient(text: &'a str) -> Detail<'a> {
        Detail { kind: SealedKind::Recipient, name: "", text: PlainText(text.as_bytes()), terms: &[] }
    }
}

//! What an order of the shop's own asks, and the answers to it. Not here: a cart's, which comes with the order.

use protocol::{AnswersText, Order, OrderId, OrderStatus};

use super::payment_options::NotOffered;
use super::placing::PlaceError;
use super::service::OrderService;
use crate::catalog::{OwnAsks, answer_terms, recipient};
use crate::order_record::OrderRecord;
use crate::service_error::ServiceError;
use crate::store::{Detail, IdempotencyRecord, StoreError};

impl OrderService {
    /// An order with what it asks told in a language, for a country as far as that is known; one that asks nothing as it is.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn told_in(&self, order: Order, locale: &str, country: Option<&str>) -> Result<Order, ServiceError> {
        if order.asks.is_empty() && order.deliveries.is_empty() {
            return Ok(order);
        }
        let Some(asking) = asking(&self.store.record(&order.id).await?)? else { return Ok(order) };
        let country = country.or(order.price.country.as_deref());
        Ok(Order { asks: asking.asks(locale, country), deliveries: asking.options(locale), ..order })
    }

    /// Answers what an order asks, perhaps anew; `wanted` also says in which language its shopper is told of it. Once per idempotency key.
    ///
    /// # Errors
    /// `AnswersClosed`, `Answers`, `NotOffered` where no method collects what it would cost then; those of the database.
    pub(crate) async fn answer<E: From<PlaceError>>(
        &self,
        id: &OrderId,
        key: &IdempotencyRecord,
        wanted: impl FnOnce() -> Result<(AnswersText, String), E>,
    ) -> Result<Order, E> {
        let _one_at_a_time = self.locks.hold(id.as_str()).await;
        if self.store.order_made_with(key).await.map_err(PlaceError::from)?.is_some() {
            return Ok(self.store.order(id).await.map_err(PlaceError::from)?);
        }
        let record = self.store.record(id).await.map_err(PlaceError::from)?;
        let Some(asking) = open_asking(&record)? else { return Err(PlaceError::AnswersClosed.into()) };
        let (given, locale) = wanted()?;
        Ok(self.write_answers(&record, &asking, (&given, &locale), key).await?)
    }

    async fn write_answers(
        &self,
        record: &OrderRecord,
        asking: &OwnAsks,
        (given, locale): (&AnswersText, &str),
        key: &IdempotencyRecord,
    ) -> Result<Order, PlaceError> {
        let order = &record.order;
        let price = asking.answered(&order.price, Some(given)).map_err(PlaceError::Answers)?;
        let methods = self.providers.methods(price.money());
        if methods.is_empty() || !self.moves_money_as(order) {
            return Err(NotOffered::Nothing(price.money()).into());
        }
        let asks = asking.asks("", price.country.as_deref());
        let terms = answer_terms(&asks, given);
        // One that names nobody takes the place of one that did.
        let told = Some(recipient(&asks, given, locale)).filter(|told| told.email.is_some() || order.answers_digest.is_some());
        let told = told.filter(|_| self.mailing.is_some()).map(|told| told.to_text());
        let sealed: Vec<Detail<'_>> = [Detail::answers(given, &terms)].into_iter().chain(told.as_deref().map(Detail::recipient)).collect();
        let change = |record: &mut OrderRecord| record.answered(given.digest(), &price, &methods);
        let (order, changed) = self.store.answer_once(&order.id, key, self.now(), &sealed, change).await?;
        if changed {
            self.waiters.wake(&order.id);
        }
        Ok(order)
    }

    /// What stands in the way of paying an order because it asks and was not answered.
    ///
    /// # Errors
    /// `Answers`; those of the database.
    pub(super) async fn check_answered(&self, order: &Order) -> Result<(), PlaceError> {
        let asks = !order.asks.is_empty() || !order.deliveries.is_empty();
        if !asks || order.answers_digest.is_some() || order.status != OrderStatus::Pending {
            return Ok(());
        }
        let Some(asking) = asking(&self.store.record(&order.id).await?)? else { return Ok(()) };
        asking.answered(&order.price, None).map(|_| ()).map_err(PlaceError::Answers)
    }
}

/// What an order asks, if it does.
fn asking(record: &OrderRecord) -> Result<Option<OwnAsks>, StoreError> {
    let read = |text: &String| serde_json::from_str(text).map_err(|_| StoreError::Unreadable("asking"));
    record.asking.as_ref().map(read).transpose()
}

/// The same, if it can be answered: not while money may come by what was shown already.
fn open_asking(record: &OrderRecord) -> Result<Option<OwnAsks>, PlaceError> {
    let is_open = record.order.status == OrderStatus::Pending && !record.may_be_paid();
    Ok(asking(record)?.filter(|_| is_open))
}
